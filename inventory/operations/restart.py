"""Reboot a machine, restart a container: at most once.

No object shows whether it was done. Some clouds report what became of their own operation.
"""

from typing import Any

from inventory.operations.absence import look_again
from inventory.operations.actions import ACTIONS, AtMostOnce
from inventory.operations.at_most_once import ask_once, is_unclear, outcome_unknown, was_accepted
from inventory.operations.outcomes import (
    POLL_SECONDS,
    fail_if_new,
    remember_failure,
    remember_operation,
)
from inventory.operations.target_context import TargetContext, target_of
from jobs.api import Done, OperationFailed, Outcome, Step, Wait, operation


def restart(step: Step, action: AtMostOnce) -> Outcome:
    """One step: send the request, or look at the object after it."""
    doubt = f"the {action.target_type.noun} may have been {action.done} or not."
    if is_unclear(step):
        raise outcome_unknown(doubt)
    with target_of(step) as target:
        record = target.read()
        if record is None:
            return look_again(step, target)
        if was_accepted(step):
            return _look(step, action, target, record)
        if record.state not in action.ready:
            raise OperationFailed("CONFLICT", action.refusal(record.state))
        target.refuse_if_blocked(action.capability)
        remember_failure(step, action.name, target)
        ask_once(step, lambda: _ask(step, action, target), doubt=doubt)
        step.report(f"The cloud accepted the {action.name}.")
        return Wait(POLL_SECONDS)


def _ask(step: Step, action: AtMostOnce, target: TargetContext) -> None:
    remember_operation(step, action.name, target.do(action.capability))


def _look(step: Step, action: AtMostOnce, target: TargetContext, record: Any) -> Outcome:
    if record.state not in action.waits and (wait := fail_if_new(step, action.name, target)):
        return wait
    if record.state == action.goal:
        message = f"The {action.target_type.noun} was {action.done}; it runs."
        return Done(message, result={"state": record.state.value})
    ended = action.ended(record) if action.ended is not None else None
    return ended or Wait(POLL_SECONDS)


def _register(action: AtMostOnce) -> None:
    @operation(action.operation, label=action.label)
    def run(step: Step) -> Outcome:
        return restart(step, action)


for _action in ACTIONS:
    if isinstance(_action, AtMostOnce) and _action.derived:
        _register(_action)
