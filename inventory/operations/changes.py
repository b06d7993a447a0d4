"""What each change of power asks, from which states, and when it is done: the one table.

The workers act by it, and a dry run answers by it.
"""

from dataclasses import dataclass

from inventory.operations.target_types import CONTAINER, MACHINE, TargetType
from inventory.providers import Capability
from inventory.types import ContainerState
from inventory.types import MachineState as State

# A machine in one of these is on its way to another state: worth waiting for.
PASSING = frozenset({State.PENDING, State.STOPPING, State.REBOOTING})
BROKEN = frozenset({State.ERROR, State.UNKNOWN})
HALTED = frozenset({State.PAUSED, State.SUSPENDED})


@dataclass(frozen=True, slots=True)
class Change:
    """How a machine, or a container, gets from some states to another.

    The job's operation and its mutation are derived from it. ``description``: the mutation's.
    ``ready``: states in which the cloud can be asked. ``waits``: states that will pass by
    themselves. In any other state but the goal the change is refused. ``pending``: what it may mean
    that an accepted request shows no effect.
    """

    name: str  # of the job's operation and of the mutation
    label: str
    description: str
    capability: Capability
    goal: State | ContainerState
    done: str  # "stopped": what it is then
    ready: frozenset[State] | frozenset[ContainerState]
    waits: frozenset[State] | frozenset[ContainerState] = PASSING
    target_type: TargetType = MACHINE
    pending: str | None = None

    @property
    def operation(self) -> str:
        return f"{self.target_type.prefix}{self.name}"

    def allows(self, state: State | ContainerState) -> bool:
        return state == self.goal or state in self.ready or state in self.waits

    def refusal(self, state: State | ContainerState) -> str:
        noun = self.target_type.noun
        return f"The {noun} is {state.value.lower()}; it cannot be {self.done}."


START = Change(
    name="start",
    label="Start a virtual machine",
    description="Start a machine. The job succeeds when the machine is seen running.",
    capability=Capability.START,
    goal=State.RUNNING,
    done="running",
    ready=frozenset({State.STOPPED}) | HALTED | BROKEN,
)
STOP = Change(
    name="stop",
    label="Stop a virtual machine",
    description="Stop a machine. The job succeeds when the machine is seen stopped.",
    capability=Capability.STOP,
    goal=State.STOPPED,
    done="stopped",
    ready=frozenset({State.RUNNING}) | HALTED | BROKEN,
    pending="The machine has not shut down: its guest may hang, and ignore the request.",
)
SUSPEND = Change(
    name="suspend",
    label="Suspend a virtual machine",
    description="Suspend a machine to disk. The job succeeds when the machine is seen suspended.",
    capability=Capability.SUSPEND,
    goal=State.SUSPENDED,
    done="suspended",
    ready=frozenset({State.RUNNING}),
)
RESUME = Change(
    name="resume",
    label="Resume a suspended virtual machine",
    description="Resume a suspended machine. The job succeeds when the machine is seen running.",
    capability=Capability.RESUME,
    goal=State.RUNNING,
    done="running",
    ready=HALTED,
)
TERMINATE = Change(
    name="terminate",
    label="Terminate a virtual machine",
    description="Delete a machine for good. The job succeeds when it is seen terminated, or gone.",
    capability=Capability.TERMINATE,
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
    description="Start a container. "
    "The job succeeds when it runs, or has run and ended with exit code 0.",
    capability=Capability.START_CONTAINER,
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
    target_type=CONTAINER,
)
STOP_CONTAINER = Change(
    name="stop",
    label="Stop a container",
    description="Stop a container. The job succeeds when it is seen stopped.",
    capability=Capability.STOP_CONTAINER,
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
    target_type=CONTAINER,
)
REMOVE_CONTAINER = Change(
    name="remove",
    label="Remove a container",
    description="Remove a container for good, whether it runs or not. "
    "The job succeeds when it is gone.",
    capability=Capability.REMOVE_CONTAINER,
    goal=ContainerState.REMOVED,
    done="removed",
    ready=frozenset(ContainerState)
    - {ContainerState.STOPPING, ContainerState.REMOVED, ContainerState.MISSING},
    waits=frozenset({ContainerState.STOPPING}),
    target_type=CONTAINER,
)
CONTAINER_CHANGES = {
    change.name: change for change in (START_CONTAINER, STOP_CONTAINER, REMOVE_CONTAINER)
}
# A restart ends where it began, as a reboot does.
RESTARTS_FROM = frozenset({ContainerState.RUNNING, ContainerState.RESTARTING})
