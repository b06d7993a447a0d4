"""Start a container: asked for at most once where nothing shows whether it was done.

A machine that was started runs until somebody stops it. A container may be done in a moment, and
then looks as it did before: so one that has ended is not started again by a job that may have
started it. One that is CREATED was never started, which leaves no doubt. If the answer is lost, the
job looks for a while before it reports that the outcome is unknown.
"""

from inventory.operations.absence import look_again
from inventory.operations.actions.containers import START_CONTAINER
from inventory.operations.at_most_once import (
    ask_and_look,
    is_unclear,
    may_show,
    still_unclear,
    was_accepted,
    was_sent_earlier,
)
from inventory.operations.container_end import ended
from inventory.operations.request import BY_EARLIER_JOB
from inventory.operations.target_context import TargetContext, target_of
from inventory.providers import Capability
from inventory.types import ContainerRecord, ContainerState
from jobs.api import Done, OperationFailed, Outcome, Step, Wait, operation

LOOKING = "The answer to the request is missing. Looking whether the container starts."
FIRST_LOOK_SECONDS = 0.5
POLL_SECONDS = 2.0


@operation(START_CONTAINER.operation, label=START_CONTAINER.label)
def start_container(step: Step) -> Outcome:
    with target_of(step) as container:
        record: ContainerRecord | None = container.read()
        if record is None:
            return look_again(step, container)
        if record.state == ContainerState.RUNNING:
            return Done(_runs(step), result={"state": record.state.value})
        if was_accepted(step) or _has_left_created(step, record):
            return ended(record) or Wait(POLL_SECONDS)
        return start_once(step, container, record)


def _runs(step: Step) -> str:
    if was_accepted(step) or is_unclear(step):
        return "The container runs."
    if was_sent_earlier(step):
        return f"The container runs. {BY_EARLIER_JOB}"
    return "The container ran already; nothing was done."


def start_once(step: Step, container: TargetContext, record: ContainerRecord) -> Wait:
    """Ask for the start of a container that does not run.

    Fails the job if a start is impossible, or if its outcome cannot be known.
    """
    doubt = "the container may have been started or not."
    if not START_CONTAINER.allows(record.state):
        raise OperationFailed("CONFLICT", START_CONTAINER.refusal(record.state))
    if record.state not in START_CONTAINER.ready:
        return Wait(POLL_SECONDS)
    if is_unclear(step) and may_show(step):
        return Wait(POLL_SECONDS, LOOKING)
    if is_unclear(step) and record.state != ContainerState.CREATED:
        raise still_unclear(step, doubt)
    step.remember(asked_in=record.state.value)
    if ask_and_look(step, lambda: container.do(Capability.START_CONTAINER)):
        step.report(f"Asked for a start; the container was {record.state.value.lower()}.")
    return Wait(FIRST_LOOK_SECONDS)


def _has_left_created(step: Step, record: ContainerRecord) -> bool:
    """True if it was never started before this job asked, and was started since."""
    created = ContainerState.CREATED
    return step.memory.get("asked_in") == created and record.state != created
