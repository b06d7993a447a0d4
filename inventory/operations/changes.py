"""What each change of power asks, from which states, and when it is done: the one table.

The workers act by it, and a dry run answers by it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from inventory.operations.subjects import CONTAINER, MACHINE, Subject
from inventory.providers import Capability, Cloud
from inventory.providers.accepted import OperationId
from inventory.types import ContainerState
from inventory.types import MachineState as State

# A machine in one of these is on its way to another state: worth waiting for.
PASSING = frozenset({State.PENDING, State.STOPPING, State.REBOOTING})
BROKEN = frozenset({State.ERROR, State.UNKNOWN})
HALTED = frozenset({State.PAUSED, State.SUSPENDED})


@dataclass(frozen=True, slots=True)
class Change:
    """How a machine, or a container, gets from some states to another.

    ``ready``: states in which the cloud can be asked. ``waits``: states that will pass by
    themselves. In any other state but the goal the change is refused. ``pending``: what it may mean
    that an accepted request shows no effect.
    """

    name: str  # of the job's operation and of the mutation
    label: str
    capability: Capability
    act: Callable[[Cloud, str], OperationId | None]
    goal: State | ContainerState
    done: str  # "stopped": what it is then
    ready: frozenset[State] | frozenset[ContainerState]
    waits: frozenset[State] | frozenset[ContainerState] = PASSING
    subject: Subject = MACHINE
    pending: str | None = None

    @property
    def operation(self) -> str:
        return f"{self.subject.prefix}{self.name}"

    def allows(self, state: State | ContainerState) -> bool:
        return state == self.goal or state in self.ready or state in self.waits

    def refusal(self, state: State | ContainerState) -> str:
        noun = self.subject.noun
        return f"The {noun} is {state.value.lower()}; it cannot be {self.done}."


START = Change(
    name="start",
    label="Start a virtual machine",
    capability=Capability.START,
    act=Cloud.start_machine,
    goal=State.RUNNING,
    done="running",
    ready=frozenset({State.STOPPED}) | HALTED | BROKEN,
)
STOP = Change(
    name="stop",
    label="Stop a virtual machine",
    capability=Capability.STOP,
    act=Cloud.stop_machine,
    goal=State.STOPPED,
    done="stopped",
    ready=frozenset({State.RUNNING}) | HALTED | BROKEN,
    pending="The machine has not shut down: its guest may hang, and ignore the request.",
)
SUSPEND = Change(
    name="suspend",
    label="Suspend a virtual machine",
    capability=Capability.SUSPEND,
    act=Cloud.suspend_machine,
    goal=State.SUSPENDED,
    done="suspended",
    ready=frozenset({State.RUNNING}),
)
RESUME = Change(
    name="resume",
    label="Resume a suspended virtual machine",
    capability=Capability.RESUME,
    act=Cloud.resume_machine,
    goal=State.RUNNING,
    done="running",
    ready=HALTED,
)
TERMINATE = Change(
    name="terminate",
    label="Terminate a virtual machine",
    capability=Capability.TERMINATE,
    act=Cloud.terminate_machine,
    goal=State.TERMINATED,
    done="terminated",
    ready=frozenset(State) - {State.TERMINATED, State.MISSING},
    waits=frozenset(),
)
CHANGES = {change.name: change for change in (START, STOP, SUSPEND, RESUME, TERMINATE)}

# A reboot ends where it began.
REBOOTS_FROM = frozenset({State.RUNNING})
# A size is changed while the machine is off.
RESIZES_FROM = frozenset({State.STOPPED})

# Containers. One that is CREATED was never started, so there is nothing to stop.
START_CONTAINER = Change(
    name="start",
    label="Start a container",
    capability=Capability.START_CONTAINER,
    act=Cloud.start_container,
    goal=ContainerState.RUNNING,
    done="running",
    ready=frozenset(
        {
            ContainerState.CREATED,
            ContainerState.STOPPED,
            ContainerState.PAUSED,
            ContainerState.UNKNOWN,
        }
    ),
    waits=frozenset({ContainerState.PENDING, ContainerState.STOPPING, ContainerState.RESTARTING}),
    subject=CONTAINER,
)
STOP_CONTAINER = Change(
    name="stop",
    label="Stop a container",
    capability=Capability.STOP_CONTAINER,
    act=Cloud.stop_container,
    goal=ContainerState.STOPPED,
    done="stopped",
    ready=frozenset(
        {
            ContainerState.RUNNING,
            ContainerState.RESTARTING,
            ContainerState.PAUSED,
            ContainerState.UNKNOWN,
        }
    ),
    waits=frozenset({ContainerState.PENDING, ContainerState.STOPPING}),
    subject=CONTAINER,
)
REMOVE_CONTAINER = Change(
    name="remove",
    label="Remove a container",
    capability=Capability.REMOVE_CONTAINER,
    act=Cloud.remove_container,
    goal=ContainerState.REMOVED,
    done="removed",
    ready=frozenset(ContainerState)
    - {ContainerState.STOPPING, ContainerState.REMOVED, ContainerState.MISSING},
    waits=frozenset({ContainerState.STOPPING}),
    subject=CONTAINER,
)
CONTAINER_CHANGES = {
    change.name: change for change in (START_CONTAINER, STOP_CONTAINER, REMOVE_CONTAINER)
}
# A restart ends where it began, as a reboot does.
RESTARTS_FROM = frozenset({ContainerState.RUNNING, ContainerState.RESTARTING})
