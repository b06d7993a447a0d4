"""Any declared edit of an object: look, ask if need be, look again, as ``change`` does."""

from typing import Any

from inventory.operations.absence import look_again
from inventory.operations.actions import EDITS, Edit
from inventory.operations.outcomes import POLL_SECONDS, fail_if_reported
from inventory.operations.request import BY_EARLIER_JOB, ask_cloud, was_asked, was_asked_earlier
from inventory.operations.target_context import TargetContext, target_of
from jobs.api import Done, OperationFailed, Outcome, Step, Wait, operation


def edit_target(step: Step, edit: Edit) -> Outcome:
    """One step towards what the job's arguments say."""
    with target_of(step) as target:
        record = target.read()
        if record is None:
            return look_again(step, target)
        if edit.is_done(record, step.arguments):
            return Done(_success(step, edit), result={"state": record.state.value})
        return _ask(step, edit, target, record)


def _ask(step: Step, edit: Edit, target: TargetContext, record: Any) -> Wait:
    """Ask the cloud if the object's state allows it, else wait. Fails what can never be."""
    if why := edit.refusal(record, step.arguments):
        fail_if_reported(step, edit.name, target)
        raise OperationFailed("CONFLICT", why)
    if record.state in edit.waits:
        return Wait(POLL_SECONDS)
    return ask_cloud(
        step,
        edit.name,
        lambda: target.do(edit.capability, *edit.sent(step.arguments)),
        report=f"Asked the cloud: {edit.capability.meaning}",
        target=target,
        pending=edit.pending,
        before=lambda: target.refuse_if_blocked(edit.capability),
    )


def _success(step: Step, edit: Edit) -> str:
    noun = edit.target_type.noun
    if was_asked(step, edit.name):
        return f"The {noun} is {edit.done}."
    if was_asked_earlier(step, edit.name):
        return f"The {noun} is {edit.done}. {BY_EARLIER_JOB}"
    return f"The {noun} was {edit.done} already; nothing was done."


def _register(edit: Edit) -> None:
    @operation(edit.operation, label=edit.label)
    def run(step: Step) -> Outcome:
        return edit_target(step, edit)


for _edit in EDITS:
    _register(_edit)
