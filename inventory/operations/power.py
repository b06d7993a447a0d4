"""Start and stop: look, ask if need be, look again until it is so.

Every step begins by reading the machine, so a step that runs again after a crash does nothing
twice. No cloud's "yes" is trusted: a job succeeds when the machine is seen in its new state.
"""

import time
from dataclasses import dataclass

from inventory.operations.target import Target, machine_of
from inventory.providers import Capability
from inventory.types import MachineState
from jobs.registry import Done, OperationFailed, Outcome, Step, Wait, operation

FIRST_LOOK_SECONDS = 0.5  # some clouds are done at once
POLL_SECONDS = 2.0
# A request that shows no effect for this long was lost, or ignored: it is made again.
ASK_AGAIN_SECONDS = 60.0
GONE = frozenset({MachineState.TERMINATED, MachineState.MISSING})


@dataclass(frozen=True, slots=True)
class PowerChange:
    """How a machine gets from one state to another."""

    capability: Capability
    goal: MachineState
    word: str  # "stopped": what it is then
    ready: frozenset[MachineState]  # states in which it can be asked
    under_way: frozenset[MachineState]  # states on the way to the goal


STOP = PowerChange(
    capability=Capability.STOP,
    goal=MachineState.STOPPED,
    word="stopped",
    ready=frozenset(
        {
            MachineState.RUNNING,
            MachineState.PAUSED,
            MachineState.SUSPENDED,
            MachineState.ERROR,
            MachineState.UNKNOWN,
        }
    ),
    under_way=frozenset({MachineState.STOPPING}),
)
START = PowerChange(
    capability=Capability.START,
    goal=MachineState.RUNNING,
    word="running",
    ready=frozenset(
        {
            MachineState.STOPPED,
            MachineState.PAUSED,
            MachineState.SUSPENDED,
            MachineState.ERROR,
            MachineState.UNKNOWN,
        }
    ),
    under_way=frozenset({MachineState.PENDING, MachineState.REBOOTING}),
)


@operation("virtual_machine.stop", label="Stop a virtual machine")
def stop_virtual_machine(step: Step) -> Outcome:
    return _change_power(step, STOP)


@operation("virtual_machine.start", label="Start a virtual machine")
def start_virtual_machine(step: Step) -> Outcome:
    return _change_power(step, START)


def _change_power(step: Step, change: PowerChange) -> Outcome:
    with machine_of(step) as machine:
        state = _state_of(machine)
        if state == change.goal:
            return Done(_success(step, change), result={"state": state.value})
        if state in GONE:
            message = f"The machine is {state.value.lower()}; it cannot be {change.word}."
            raise OperationFailed("CONFLICT", message)
        if state in change.ready and _should_ask(step):
            step.remember(asked_at=time.time())
            _ask(machine, change)
            step.report(f"Asked the cloud; the machine was {state.value.lower()}.")
            return Wait(FIRST_LOOK_SECONDS)
        return Wait(POLL_SECONDS)


def _state_of(machine: Target) -> MachineState:
    record = machine.read()
    if record is None:
        raise OperationFailed("NOT_FOUND", "The cloud has no such machine any more.")
    return record.state


def _should_ask(step: Step) -> bool:
    asked_at = step.memory.get("asked_at")
    return asked_at is None or time.time() - asked_at >= ASK_AGAIN_SECONDS


def _ask(machine: Target, change: PowerChange) -> None:
    if change.capability is Capability.STOP:
        machine.cloud.stop_machine(machine.external_id)
    else:
        machine.cloud.start_machine(machine.external_id)


def _success(step: Step, change: PowerChange) -> str:
    if "asked_at" in step.memory:
        return f"The machine is {change.word}."
    return f"The machine was {change.word} already; nothing was done."
