"""Reboot a machine, or restart a container: at most once, and then it runs."""

from typing import Any

from inventory.operations.changes import REBOOTS_FROM, RESTARTS_FROM
from inventory.operations.once import ask_once, is_unclear, outcome_unknown, was_accepted
from inventory.operations.target import Target, target_of
from inventory.types import ContainerState, MachineState
from jobs.registry import Done, OperationFailed, Outcome, Step, Wait, operation

POLL_SECONDS = 2.0


@operation("virtual_machine.reboot", label="Reboot a virtual machine")
def reboot_virtual_machine(step: Step) -> Outcome:
    doubt = "the machine may have been rebooted or not."
    if is_unclear(step):
        raise outcome_unknown(doubt)
    with target_of(step) as machine:
        record = machine.read_existing()
        if not was_accepted(step):
            if record.state not in REBOOTS_FROM:
                raise _refusal(machine, record, "rebooted")
            ask_once(step, lambda: machine.cloud.reboot_machine(machine.external_id), doubt=doubt)
            step.report("The cloud accepted the reboot.")
            return Wait(POLL_SECONDS)
        if record.state != MachineState.RUNNING:
            return Wait(POLL_SECONDS)
        return Done(
            "The cloud rebooted the machine; it runs.", result={"state": record.state.value}
        )


@operation("container.restart", label="Restart a container")
def restart_container(step: Step) -> Outcome:
    doubt = "the container may have been restarted or not."
    if is_unclear(step):
        raise outcome_unknown(doubt)
    with target_of(step) as container:
        record = container.read_existing()
        if not was_accepted(step):
            if record.state not in RESTARTS_FROM:
                raise _refusal(container, record, "restarted")
            ask_once(
                step,
                lambda: container.cloud.restart_container(container.external_id),
                doubt=doubt,
            )
            step.report("The restart was accepted.")
            return Wait(POLL_SECONDS)
        return restarted(record)


def restarted(record: Any) -> Outcome:
    """What a container that was started once more has come to."""
    if record.state == ContainerState.RUNNING:
        return Done("The container was restarted; it runs.", result={"state": record.state.value})
    return ended(record) or Wait(POLL_SECONDS)


def ended(record: Any) -> Done | None:
    """The outcome when a container has run and ended; None while it has not. Fails the job when it
    ended with an error.
    """
    if record.state not in {ContainerState.STOPPED, ContainerState.ERROR}:
        return None
    if record.state == ContainerState.STOPPED and record.exit_code == 0:
        message = "The container ran and has ended, with exit code 0."
        return Done(message, result={"state": record.state.value, "exitCode": 0})
    how = f"with exit code {record.exit_code}" if record.exit_code else f"as {record.raw_state}"
    raise OperationFailed("PROVIDER_ERROR", f"The container ended {how}.")


def _refusal(target: Target, record: Any, done: str) -> OperationFailed:
    noun = target.subject.noun
    message = f"The {noun} is {record.state.value.lower()}; only what runs can be {done}."
    return OperationFailed("CONFLICT", message)
