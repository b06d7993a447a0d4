"""Reboot: at most once. A machine does not show whether it was rebooted: nothing can be looked up.

The step that asks notes that it will, and then that the cloud accepted or refused. A step that
finds the first note alone cannot know, and neither can one that got no clear answer: the job fails,
and says so.
"""

from inventory.operations.changes import REBOOTS_FROM
from inventory.operations.target import Target, machine_of
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.types import MachineState
from jobs.registry import Done, OperationFailed, Outcome, Step, Wait, operation

POLL_SECONDS = 2.0
# After these nobody knows whether the request arrived.
UNCLEAR = frozenset(
    {ProviderErrorCode.TIMEOUT, ProviderErrorCode.UNREACHABLE, ProviderErrorCode.PROVIDER_ERROR}
)


@operation("virtual_machine.reboot", label="Reboot a virtual machine")
def reboot_virtual_machine(step: Step) -> Outcome:
    if step.memory.get("asking") and "accepted" not in step.memory:
        message = "The worker was lost while it asked; the machine may have been rebooted or not."
        raise OperationFailed("OUTCOME_UNKNOWN", message)
    with machine_of(step) as machine:
        record = machine.read()
        if record is None:
            raise OperationFailed("NOT_FOUND", "The cloud has no such machine any more.")
        if "accepted" not in step.memory:
            return _ask(step, machine, record.state)
        if record.state != MachineState.RUNNING:
            return Wait(POLL_SECONDS)
        return Done(
            "The cloud rebooted the machine; it runs.", result={"state": record.state.value}
        )


def _ask(step: Step, machine: Target, state: MachineState) -> Outcome:
    if state not in REBOOTS_FROM:
        message = f"The machine is {state.value.lower()}; only what runs can be rebooted."
        raise OperationFailed("CONFLICT", message)
    step.remember(asking=True)
    try:
        machine.cloud.reboot_machine(machine.external_id)
    except ProviderError as error:
        if error.code in UNCLEAR:
            message = f"It may have been rebooted or not: {error.message}"
            raise OperationFailed("OUTCOME_UNKNOWN", message) from error
        step.remember(asking=False)
        raise
    step.remember(accepted=True)
    step.report("The cloud accepted the reboot.")
    return Wait(POLL_SECONDS)
