"""A container that has run and ended: whether that is a success."""

from inventory.types import ContainerRecord, ContainerState
from jobs.api import Done, OperationFailed


def ended(record: ContainerRecord) -> Done | None:
    """The outcome when a container has run and ended; None while it has not.

    Fails the job when it ended with an error.
    """
    if record.state not in {ContainerState.STOPPED, ContainerState.ERROR}:
        return None
    if record.state == ContainerState.STOPPED and record.exit_code == 0:
        message = "The container ran and has ended, with exit code 0."
        return Done(message, result={"state": record.state.value, "exitCode": 0})
    how = f"with exit code {record.exit_code}" if record.exit_code else f"as {record.raw_state}"
    raise OperationFailed("PROVIDER_ERROR", f"The container ended {how}.")
