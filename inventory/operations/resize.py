"""Resize: the machine must be off. When asked, it is stopped first, and started again after.

::

    RUNNING ── stop ──► STOPPED ── resize ──► STOPPED, new size ── start ──► RUNNING
                                                                └─ or done, when it was off before
"""

from inventory.operations.absence import look_again
from inventory.operations.asking import POLL_SECONDS, ask_cloud, was_asked
from inventory.operations.changes import PASSING, RESIZES_FROM, START, STOP
from inventory.operations.placement import refuse_unknown_size
from inventory.operations.power import ask_for_power
from inventory.operations.target import Target, target_of
from inventory.providers import Capability, ProviderError
from inventory.types import MachineRecord, MachineState
from jobs.outcomes import DeadlinePassed
from jobs.registry import Done, OperationFailed, Outcome, Step, Wait, operation

IS_OFF = "The machine was stopped for the new size and is off. A retry of the job starts it again."


@operation("virtual_machine.resize", label="Change a virtual machine's size")
def resize_virtual_machine(step: Step) -> Outcome:
    with target_of(step) as machine:
        record = machine.read()
        if record is None:
            return look_again(step, machine)
        has_size = record.size_id == step.arguments["size"]
        if record.state in PASSING and (was_asked(step, "resize") or not has_size):
            return Wait(POLL_SECONDS)
        if has_size:
            if machine.cloud.awaits_confirmation(record):
                return _confirm(step, machine)
            return _finish(step, machine, record)
        if record.state in RESIZES_FROM:
            return _resize(step, machine)
        return _stop_first(step, machine, record)


def _resize(step: Step, machine: Target) -> Outcome:
    size = step.arguments["size"]
    try:
        return _ask_for_size(step, machine, size)
    except (OperationFailed, ProviderError) as error:
        if _was_stopped(step) and not isinstance(error, DeadlinePassed):
            error.message = f"{error.message.rstrip('.')}. {IS_OFF}"
        raise


def _ask_for_size(step: Step, machine: Target, size: str) -> Wait:
    return ask_cloud(
        step,
        "resize",
        lambda: machine.cloud.resize_machine(machine.external_id, size),
        report=f"Asked the cloud to make it {size}.",
        target=machine,
        before=lambda: _refuse_if_impossible(machine, size),
    )


def _refuse_if_impossible(machine: Target, size: str) -> None:
    refuse_unknown_size(machine.source.provider, machine.source.region, size)
    machine.refuse_if_blocked(Capability.RESIZE)


def _confirm(step: Step, machine: Target) -> Outcome:
    """Some clouds keep the old size ready until somebody says that the new one is good."""
    return ask_cloud(
        step,
        "confirm",
        lambda: machine.cloud.confirm_resize(machine.external_id),
        report="Confirmed the new size.",
        target=machine,
    )


def _stop_first(step: Step, machine: Target, record: MachineRecord) -> Outcome:
    if not step.arguments["stop_first"]:
        word = record.state.value.lower()
        message = f"The machine is {word}; stop it first, or ask with stopFirst: true."
        raise OperationFailed("CONFLICT", message)
    if "start_again" not in step.memory:
        size = step.arguments["size"]
        refuse_unknown_size(machine.source.provider, machine.source.region, size)
        step.about_to_act()
        step.remember(start_again=True)
    return ask_for_power(step, machine, record, STOP)


def _was_stopped(step: Step) -> bool:
    """Whether this job, or one that it tries again, stopped the machine."""
    memories = [step.memory, *(earlier.memory for earlier in step.earlier_jobs())]
    return any("start_again" in memory for memory in memories) or was_asked(step, STOP.name)


def _finish(step: Step, machine: Target, record: MachineRecord) -> Outcome:
    """Its size is right. Start it again if it was on when this job began to stop it."""
    if _was_stopped(step) and record.state != MachineState.RUNNING:
        return ask_for_power(step, machine, record, START)
    message = "The machine has its new size."
    if not was_asked(step, "resize"):
        message = "The machine had this size already; nothing was done."
    return Done(message, result={"state": record.state.value, "size": record.size_id})
