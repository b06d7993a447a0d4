"""Resize: the machine must be off. When asked, it is stopped first, and started again after.

::

    RUNNING ── stop ──► STOPPED ── resize ──► STOPPED, new size ── start ──► RUNNING
                           │                    └─ or done, when it was off before
                           └─ refused, or no time is left: start ──► RUNNING, then the job fails

See ``stopped_for_resize`` for the last of these, and for the report of a machine that is left off.
"""

from inventory.operations.absence import Gone, look_again
from inventory.operations.actions.virtual_machines import PASSING, RESIZES_FROM, START, STOP
from inventory.operations.change import ask_for_change
from inventory.operations.identity import Replaced
from inventory.operations.outcomes import POLL_SECONDS, fail_if_reported
from inventory.operations.placement import find_size_id
from inventory.operations.request import ask_cloud, was_asked, was_asked_earlier
from inventory.operations.stopped_for_resize import (
    LEFT_ALONE,
    TOO_LATE,
    give_up,
    has_given_up,
    is_left_alone,
    is_too_late,
    may_give_up,
    note_gone,
    note_off,
    note_on,
    note_stop,
    remains_off,
    start_again,
    take_over,
    was_stopped,
)
from inventory.operations.target_context import (
    TargetContext,
    doubting_absence,
    failed_by,
    target_of,
)
from inventory.providers import Capability, ProviderError
from inventory.types import MachineRecord, MachineState
from jobs.api import DEADLINE_EXCEEDED, Done, OperationFailed, Outcome, Step, Wait, operation

RESIZE, CONFIRM = "resize", "confirm"
DEEDS = (STOP.name, RESIZE, CONFIRM, START.name)  # what a job may have asked for
SIZE = "size"  # note: the id of the wanted size


@operation("virtual_machine.resize", label="Change a virtual machine's size", remains=remains_off)
def resize_virtual_machine(step: Step) -> Outcome:
    with target_of(step) as machine:
        try:
            record = machine.read()
            if record is None:
                return look_again(step, machine)
        except (Gone, Replaced):
            note_gone(step)
            raise
        if record.size_id == _wanted_size(step):
            return _with_new_size(step, machine, record)
        return _with_old_size(step, machine, record)


def _wanted_size(step: Step) -> str:
    """Its id, once that was looked up; before, it may be a name."""
    size: str = step.memory.get(SIZE, step.arguments["size"])
    return size


def _find_size(step: Step, machine: TargetContext, record: MachineRecord) -> str:
    """The id of the wanted size, looked up once. Fails the job for one that is not offered."""
    if SIZE not in step.memory:
        size = find_size_id(machine.source, step.arguments["size"], record.location_id)
        step.remember(**{SIZE: size})
    return _wanted_size(step)


def _with_new_size(step: Step, machine: TargetContext, record: MachineRecord) -> Outcome:
    if record.state in PASSING and was_asked(step, RESIZE):
        return Wait(POLL_SECONDS)
    if machine.cloud.awaits_confirmation(record):
        return _confirm(step, machine)
    return _finish(step, machine, record)


def _with_old_size(step: Step, machine: TargetContext, record: MachineRecord) -> Outcome:
    if has_given_up(step):
        return start_again(step, machine, record)
    if record.state in PASSING:
        return Wait(POLL_SECONDS)
    try:
        with doubting_absence(step):
            if record.state in RESIZES_FROM:
                return _resize(step, machine, record)
            fail_if_reported(step, RESIZE, machine)
            if record.state == MachineState.RUNNING:
                note_on(step)
            return _stop_first(step, machine, record)
    except (OperationFailed, ProviderError) as error:
        failure = failed_by(error) if isinstance(error, ProviderError) else error
        if not may_give_up(step, failure):
            raise
        give_up(step, failure)
        return start_again(step, machine, record)


def _resize(step: Step, machine: TargetContext, record: MachineRecord) -> Outcome:
    note_off(step, machine, record)
    if is_too_late(step) and fail_if_reported(step, RESIZE, machine) is None:
        raise OperationFailed(DEADLINE_EXCEEDED, TOO_LATE)
    size = _find_size(step, machine, record)
    if record.size_id == size:
        return _with_new_size(step, machine, record)
    return ask_cloud(
        step,
        RESIZE,
        lambda: machine.do(Capability.RESIZE, size),
        report=f"Asked the cloud to make it {size}.",
        target=machine,
        before=lambda: machine.refuse_if_blocked(Capability.RESIZE),
    )


def _confirm(step: Step, machine: TargetContext) -> Outcome:
    """Some clouds keep the old size ready until somebody says that the new one is good."""
    return ask_cloud(
        step,
        CONFIRM,
        lambda: machine.cloud.confirm_resize(machine.external_id),
        report="Confirmed the new size.",
        target=machine,
    )


def _stop_first(step: Step, machine: TargetContext, record: MachineRecord) -> Outcome:
    if not step.arguments["stop_first"]:
        word = record.state.value.lower()
        message = f"The machine is {word}; stop it first, or ask with stopFirst: true."
        raise OperationFailed("CONFLICT", message)
    if not was_asked(step, STOP.name):
        if record.size_id == _find_size(step, machine, record):
            return _with_new_size(step, machine, record)
        step.about_to_act()
        note_stop(step)
    return ask_for_change(step, machine, record, STOP)


def _finish(step: Step, machine: TargetContext, record: MachineRecord) -> Outcome:
    """Its size is right. Start it again if it was stopped for the resize."""
    if record.state != MachineState.RUNNING:
        take_over(step, machine, record)
        if was_stopped(step):
            note_off(step, machine, record)
            return ask_for_change(step, machine, record, START)
    result = {"state": record.state.value, "size": record.size_id}
    return Done(_success(step, record), result=result)


def _whose_size(step: Step) -> str:
    if was_asked(step, RESIZE):
        return "The machine has its new size."
    if was_asked_earlier(step, RESIZE):
        return "The machine has its new size, for which an earlier job had asked."
    return "The machine had this size already."


def _success(step: Step, record: MachineRecord) -> str:
    """The size, who had asked for it, and what this job has done."""
    sentences = [_whose_size(step)]
    if was_asked(step, STOP.name):
        sentences.append("It was asked to stop for the new size.")
    if was_asked(step, START.name):
        sentences.append("It was started again.")
    if not any(was_asked(step, deed) for deed in DEEDS):
        sentences.append("This job did nothing.")
    if is_left_alone(step) and record.state != MachineState.RUNNING:
        sentences.append(LEFT_ALONE)
    return " ".join(sentences)
