"""Start a container: at most once where it may have run and ended since.

A machine that was started runs until somebody stops it. A container may be done in a moment, and
then looks as it did before: so what is asked for is noted as for a restart, and a container that
has ended is not started again by a job that may have started it.
"""

from typing import Any

from inventory.operations.changes import START_CONTAINER
from inventory.operations.once import ask_once, is_unclear, outcome_unknown, was_accepted
from inventory.operations.reboot import ended
from inventory.operations.target import Target, target_of
from inventory.types import ContainerState
from jobs.registry import Done, OperationFailed, Outcome, Step, Wait, operation

FIRST_LOOK_SECONDS = 0.5
POLL_SECONDS = 2.0
DOUBT = "the container may have been started or not."


@operation(START_CONTAINER.operation, label=START_CONTAINER.label)
def start_container(step: Step) -> Outcome:
    with target_of(step) as container:
        record = container.read_existing()
        if record.state == ContainerState.RUNNING:
            asked = was_accepted(step) or is_unclear(step)
            word = "runs" if asked else "ran already; nothing was done"
            return Done(f"The container {word}.", result={"state": record.state.value})
        if was_accepted(step):
            return ended(record) or Wait(POLL_SECONDS)
        return start_once(step, container, record)


def start_once(step: Step, container: Target, record: Any) -> Wait:
    """Ask for a start of what does not run. Fails what can never be, and what nobody can know."""
    change = START_CONTAINER
    if not change.allows(record.state):
        raise OperationFailed("CONFLICT", change.refusal(record.state))
    if record.state not in change.ready:
        return Wait(POLL_SECONDS)
    if is_unclear(step) and record.state != ContainerState.CREATED:
        raise outcome_unknown(DOUBT)
    ask_once(step, lambda: container.cloud.start_container(container.external_id), doubt=DOUBT)
    step.report(f"Asked for a start; the container was {record.state.value.lower()}.")
    return Wait(FIRST_LOOK_SECONDS)
