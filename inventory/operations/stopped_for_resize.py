"""A machine that a resize has stopped: it is started again, or the job's end reports it as off.

If the cloud refuses the new size, or so little time is left that the machine could not be started
before the deadline, the job gives up the resize. It notes the failure, starts the machine once more
as every start is made, and fails with it when the machine runs.

A cancel sends nothing more, no start either: the user wants no more requests. Its message, and
that of every other end which leaves the machine off (the deadline, lost rights, an error of ours),
reports that and what to do. A retry goes on with the resize and starts the machine, unless somebody
has acted on it meanwhile.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone

from inventory.operations.actions.virtual_machines import START, STOP
from inventory.operations.change import ask_for_change
from inventory.operations.request import forget_request, was_asked_in
from inventory.operations.target_context import TargetContext, failed_by
from inventory.operations.touched_since import launch_of, was_touched_since
from inventory.providers import ProviderError
from inventory.types import MachineRecord, MachineState
from jobs.api import DeadlinePassed, Job, OperationFailed, Step, Wait, seconds_before_retry

# The time that is kept free before the deadline, to start the machine again.
RESERVE_SECONDS, RESERVE_SHARE = 120.0, 1 / 3
# Notes. START_AGAIN: this job stops the machine, or goes on with one that did. IS_OFF: it was seen
# off since. SETTLED: it runs again, or is gone.
START_AGAIN, IS_OFF, SETTLED = "start_again", "is_off", "is_settled"
RESERVE, GIVEN_UP, LAUNCHED = "reserve", "given_up", "launched_at"

TOO_LATE = (
    "The resize was given up because the time that is left is needed to start the machine again."
)
STARTED_AGAIN = "The machine was started again, with its old size."
WHAT_TO_DO = (
    "A retry of the job goes on with the resize and starts the machine, unless it was started or "
    "stopped meanwhile; startVirtualMachine starts it with its present size."
)
LEFT_ALONE = "It was left off: somebody has acted on it since it was stopped for the resize."
LEFT_OFF = f"The machine was stopped for the new size and is off. {WHAT_TO_DO}"
MAY_START = (
    "The machine was stopped for the new size, and was asked to start again. It has not been seen "
    "running: check it, and start it with startVirtualMachine if it is off."
)
MAY_GO_OFF = (
    f"The machine was asked to stop for the new size; it may be off, or go off later. {WHAT_TO_DO}"
)


def remains_off(job: Job) -> str:
    """For the message of a resize that is not done: whether its machine is off, and what to do."""
    memory = job.memory
    if not _has_stopped(memory) or memory.get(SETTLED):
        return ""
    if memory.get(IS_OFF):
        return MAY_START if was_asked_in(memory, START.name) else LEFT_OFF
    return MAY_GO_OFF


def is_left_alone(step: Step) -> bool:
    """True if the machine is not started although an earlier job had stopped it."""
    return step.memory.get(START_AGAIN) is False


def was_stopped(step: Step) -> bool:
    """True if this job has stopped the machine, or goes on with one that did."""
    return _has_stopped(step.memory) and not step.memory.get(SETTLED)


def _has_stopped(memory: Mapping[str, Any]) -> bool:
    """A stop that was clearly refused is none: somebody else may have stopped it since."""
    is_asked = memory.get(IS_OFF) or was_asked_in(memory, STOP.name)
    return bool(memory.get(START_AGAIN) and is_asked)


def take_over(step: Step, machine: TargetContext, record: MachineRecord) -> None:
    """Note, where the machine is first seen off, whether it is to be started again because an
    earlier job had stopped it and it was not acted on since.
    """
    if START_AGAIN in step.memory:
        return
    noted = [one for one in step.earlier_jobs() if START_AGAIN in one.memory]
    latest = max(noted, key=lambda one: one.ended_at, default=None)
    if latest is None or latest.memory.get(SETTLED):
        return
    if latest.memory[START_AGAIN] is False:
        step.remember(**{START_AGAIN: False})
    if not _has_stopped(latest.memory):
        return
    # At some clouds a resize counts as a start.
    was_resized = any(was_asked_in(one.memory, "resize") for one in noted)
    launched = None if was_resized else latest.memory.get(LAUNCHED)
    if was_touched_since(step, machine, record, since=latest.ended_at, launched=launched):
        step.remember(**{START_AGAIN: False})
        return
    note_stop(step)
    step.remember(**{IS_OFF: True, LAUNCHED: launched})


def note_stop(step: Step) -> None:
    """Note, before the machine is stopped, that it is to be started again."""
    if not step.memory.get(START_AGAIN):
        left = max(0.0, (step.deadline - timezone.now()).total_seconds())
        reserve = min(RESERVE_SECONDS, left * RESERVE_SHARE)
        step.remember(**{START_AGAIN: True, RESERVE: reserve})


def note_off(step: Step, machine: TargetContext, record: MachineRecord) -> None:
    """Note that the machine is seen off, if that is for the resize."""
    take_over(step, machine, record)
    if not step.memory.get(IS_OFF) and was_stopped(step):
        step.remember(**{IS_OFF: True, LAUNCHED: launch_of(record)})


def note_on(step: Step) -> None:
    """Note that the machine is seen running, although the resize is not done. If it was off before,
    somebody has started it, and is to be asked to stop anew.
    """
    if step.memory.get(IS_OFF):
        step.remember(**{IS_OFF: False, START_AGAIN: False, **forget_request(STOP.name)})


def note_gone(step: Step) -> None:
    """There is no machine any more that could be started."""
    if step.memory.get(START_AGAIN):
        step.remember(**{SETTLED: True})


def is_too_late(step: Step, pause: float = 0.0) -> bool:
    """Whether, after so many seconds, the time that is left is needed to start it again."""
    if step.last_look or RESERVE not in step.memory:
        return False
    return _left(step) - pause < float(step.memory[RESERVE])


def may_give_up(step: Step, failure: OperationFailed) -> bool:
    """True if the failure ends the resize, and the machine is off and to be started again."""
    if not step.memory.get(IS_OFF) or step.last_look or isinstance(failure, DeadlinePassed):
        return False
    return not failure.retryable or is_too_late(step, _pause_after(step, failure))


def _left(step: Step) -> float:
    return (step.deadline - timezone.now()).total_seconds()


def _pause_after(step: Step, failure: OperationFailed) -> float:
    return seconds_before_retry(attempt=step.attempt, retry_after=failure.retry_after)


def give_up(step: Step, failure: OperationFailed) -> None:
    step.remember(**{GIVEN_UP: {"code": failure.code, "message": failure.message}})


def has_given_up(step: Step) -> bool:
    return GIVEN_UP in step.memory


def start_again(step: Step, machine: TargetContext, record: MachineRecord) -> Wait:
    """Start the machine with its old size. When it runs, or cannot, the job fails for the reason
    for which the resize was given up.
    """
    code, message = (step.memory[GIVEN_UP][key] for key in ("code", "message"))
    if record.state == MachineState.RUNNING:
        step.remember(**{SETTLED: True})
        raise OperationFailed(code, f"{message.rstrip('.')}. {STARTED_AGAIN}")
    if step.last_look:
        raise OperationFailed(code, message)
    try:
        wait = ask_for_change(step, machine, record, START)
    except (OperationFailed, ProviderError) as error:
        failure = failed_by(error) if isinstance(error, ProviderError) else error
        if failure.retryable and _pause_after(step, failure) < _left(step):
            raise
        why = f"The machine could not be started again: {failure.message}"
        raise OperationFailed(code, f"{message.rstrip('.')}. {why}") from error
    going_on = f"The resize failed: {message.rstrip('.')}. Starting the machine again."
    return replace(wait, message=wait.message or going_on)
