"""Any declared change of an object: look, ask if need be, look again.

Every step begins by reading the object, so a step that runs again after a crash does nothing
twice. No cloud's "yes" is trusted: a job succeeds when what it is about is seen in its new state.
"""

from typing import Any

from inventory.live.api import store_removal
from inventory.operations.absence import confirm_absence, look_again
from inventory.operations.actions import ACTIONS, Change
from inventory.operations.actions.target_type import in_words
from inventory.operations.identity import Replaced
from inventory.operations.outcomes import POLL_SECONDS, fail_if_reported
from inventory.operations.request import BY_EARLIER_JOB, ask_cloud, was_asked, was_asked_earlier
from inventory.operations.target_context import TargetContext, target_of
from jobs.api import Done, OperationFailed, Outcome, Step, Wait, operation


def change_target(step: Step, change: Change) -> Outcome:
    """One step towards ``change.goal``."""
    with target_of(step) as target:
        try:
            record = target.read()
        except Replaced as replaced:
            if not change.removes:
                raise
            return _replaced(step, change, replaced)
        if record is None and change.removes:
            return _removed(step, change, target)
        if record is None:
            return look_again(step, target)
        if record.state == change.goal:
            return Done(_success(step, change), result={"state": record.state.value})
        return ask_for_change(step, target, record, change)


def ask_for_change(step: Step, target: TargetContext, record: Any, change: Change) -> Wait:
    """Ask the cloud if its state allows it, else wait. Fails what can never be."""
    if not change.allows(record.state):
        fail_if_reported(step, change.name, target)
        raise OperationFailed("CONFLICT", change.refusal(record.state))
    if why := change.forbids(record):
        raise OperationFailed("CONFLICT", why)
    if record.state not in change.ready:
        return Wait(POLL_SECONDS)
    return ask_cloud(
        step,
        change.name,
        lambda: target.do(change.capability),
        report=_report(change, in_words(record.state)),
        pending=change.pending,
        target=target,
        before=lambda: target.refuse_if_blocked(change.capability),
    )


def _report(change: Change, word: str) -> str:
    return f"Asked the cloud to {change.name} the {change.target_type.noun}, which was {word}."


def _removed(step: Step, change: Change, target: TargetContext) -> Outcome:
    """Some clouds forget a machine as soon as it is terminated, and all forget a container.

    If this job has sent no request, an object that is not found is looked for once more.
    """
    if not was_asked(step, change.name) and (wait := confirm_absence(step, target)) is not None:
        return wait
    store_removal(target.source, target.external_id)
    return Done(_success(step, change), result={"state": change.goal.value})


def _replaced(step: Step, change: Change, replaced: Replaced) -> Done:
    """The row is now that of the other object."""
    message = f"{_success(step, change)} {replaced.message}"
    return Done(message, result={"state": change.goal.value})


def _success(step: Step, change: Change) -> str:
    noun = change.target_type.noun
    if was_asked(step, change.name):
        return f"The {noun} is {change.done}."
    if was_asked_earlier(step, change.name):
        return f"The {noun} is {change.done}. {BY_EARLIER_JOB}"
    return f"The {noun} was {change.done} already; nothing was done."


def _register(change: Change) -> None:
    @operation(change.operation, label=change.label)
    def run(step: Step) -> Outcome:
        return change_target(step, change)


for _action in ACTIONS:
    if isinstance(_action, Change) and _action.derived:
        _register(_action)
