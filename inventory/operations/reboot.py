"""Reboot: at most once.

No machine shows whether it was rebooted. Some clouds report what became of their own operation.
"""

from inventory.operations.absence import look_again
from inventory.operations.at_most_once import ask_once, is_unclear, outcome_unknown, was_accepted
from inventory.operations.changes import PASSING, REBOOTS_FROM
from inventory.operations.outcomes import (
    POLL_SECONDS,
    fail_if_new,
    remember_failure,
    remember_operation,
)
from inventory.operations.target_context import TargetContext, target_of
from inventory.providers import Capability
from inventory.types import MachineRecord, MachineState
from jobs.api import Done, OperationFailed, Outcome, Step, Wait, operation

REBOOT = "reboot"


@operation("virtual_machine.reboot", label="Reboot a virtual machine")
def reboot_virtual_machine(step: Step) -> Outcome:
    doubt = "the machine may have been rebooted or not."
    if is_unclear(step):
        raise outcome_unknown(doubt)
    with target_of(step) as machine:
        record: MachineRecord | None = machine.read()
        if record is None:
            return look_again(step, machine)
        if not was_accepted(step):
            if record.state not in REBOOTS_FROM:
                word = record.state.value.lower()
                message = f"The machine is {word}; only what runs can be rebooted."
                raise OperationFailed("CONFLICT", message)
            machine.refuse_if_blocked(Capability.REBOOT)
            remember_failure(step, REBOOT, machine)
            ask_once(step, lambda: _ask(step, machine), doubt=doubt)
            step.report("The cloud accepted the reboot.")
            return Wait(POLL_SECONDS)
        wait = fail_if_new(step, REBOOT, machine) if record.state not in PASSING else None
        if wait is not None or record.state != MachineState.RUNNING:
            return wait or Wait(POLL_SECONDS)
        return Done(
            "The cloud rebooted the machine; it runs.", result={"state": record.state.value}
        )


def _ask(step: Step, machine: TargetContext) -> None:
    operation = machine.do(Capability.REBOOT)
    remember_operation(step, REBOOT, operation)
