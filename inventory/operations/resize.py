"""Resize: the machine must be off. When asked, it is stopped first, and started again after.

::

    RUNNING ── stop ──► STOPPED ── resize ──► STOPPED, new size ── start ──► RUNNING
                                                                └─ or done, when it was off before
"""

import time
from collections.abc import Callable

from inventory.operations.changes import RESIZES_FROM, START, STOP, Change
from inventory.operations.target import Target, machine_of
from inventory.types import MachineRecord, MachineState
from jobs.registry import Done, OperationFailed, Outcome, Step, Wait, operation

POLL_SECONDS = 2.0
FIRST_LOOK_SECONDS = 0.5
ASK_AGAIN_SECONDS = 60.0


@operation("virtual_machine.resize", label="Change a virtual machine's size")
def resize_virtual_machine(step: Step) -> Outcome:
    with machine_of(step) as machine:
        record = machine.read()
        if record is None:
            raise OperationFailed("NOT_FOUND", "The cloud has no such machine any more.")
        if record.size_id == step.arguments["size"]:
            return _finish(step, machine, record)
        if record.state in RESIZES_FROM:
            return _once(step, "resized", lambda: _resize(step, machine))
        return _stop_first(step, machine, record)


def _resize(step: Step, machine: Target) -> None:
    machine.cloud.resize_machine(machine.external_id, step.arguments["size"])


def _stop_first(step: Step, machine: Target, record: MachineRecord) -> Outcome:
    if not step.arguments["stop_first"]:
        word = record.state.value.lower()
        message = f"The machine is {word}; stop it first, or ask with stopFirst: true."
        raise OperationFailed("CONFLICT", message)
    _refuse_hopeless(record, STOP)
    if record.state in STOP.ready:
        return _once(step, "stopped", lambda: STOP.act(machine.cloud, machine.external_id))
    return Wait(POLL_SECONDS)


def _finish(step: Step, machine: Target, record: MachineRecord) -> Outcome:
    """Its size is right. Start it again if it was this job that stopped it."""
    if "stopped_at" not in step.memory or record.state == MachineState.RUNNING:
        changed = "resized_at" in step.memory
        message = (
            "The machine has its new size."
            if changed
            else ("The machine had this size already; nothing was done.")
        )
        return Done(message, result={"state": record.state.value, "size": record.size_id})
    _refuse_hopeless(record, START)
    if record.state in START.ready:
        return _once(step, "started", lambda: START.act(machine.cloud, machine.external_id))
    return Wait(POLL_SECONDS)


def _refuse_hopeless(record: MachineRecord, change: Change) -> None:
    if not change.allows(record.state):
        raise OperationFailed("CONFLICT", change.refusal(record.state))


def _once(step: Step, deed: str, act: Callable[[], None]) -> Outcome:
    """Do ``act``, noted before it is done; again only when it showed no effect for long."""
    done_at = step.memory.get(f"{deed}_at")
    if done_at is not None and time.time() - done_at < ASK_AGAIN_SECONDS:
        return Wait(POLL_SECONDS)
    step.remember(**{f"{deed}_at": time.time()})
    act()
    step.report(f"The cloud was asked: {deed}.")
    return Wait(FIRST_LOOK_SECONDS)
