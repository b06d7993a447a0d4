"""The actions on a container that take nothing but the container."""

from inventory.operations.actions.action import AtMostOnce, Change
from inventory.operations.actions.target_type import TargetType
from inventory.operations.container_end import ended
from inventory.providers import Capability
from inventory.resources.container import CONTAINERS
from inventory.types import ContainerState as State

CONTAINER = TargetType(CONTAINERS)

START_CONTAINER = Change(
    target_type=CONTAINER,
    capability=Capability.START_CONTAINER,
    label="Start a container",
    description="Start a container. "
    "The job succeeds when it runs, or has run and ended with exit code 0.",
    goal=State.RUNNING,
    done="running",
    ready=frozenset({State.CREATED, State.STOPPED, State.PAUSED, State.UNKNOWN}),
    waits=frozenset({State.PENDING, State.STOPPING, State.RESTARTING}),
    derived=False,  # it may have run and ended: see ``operations.container_start``
)
# One that is CREATED was never started, so there is nothing to stop.
STOP_CONTAINER = Change(
    target_type=CONTAINER,
    capability=Capability.STOP_CONTAINER,
    label="Stop a container",
    description="Stop a container. The job succeeds when it is seen stopped.",
    goal=State.STOPPED,
    done="stopped",
    ready=frozenset({State.RUNNING, State.RESTARTING, State.PAUSED, State.UNKNOWN}),
    waits=frozenset({State.PENDING, State.STOPPING}),
)
REMOVE_CONTAINER = Change(
    target_type=CONTAINER,
    capability=Capability.REMOVE_CONTAINER,
    label="Remove a container",
    description="Remove a container for good, whether it runs or not. "
    "The job succeeds when it is gone.",
    goal=State.REMOVED,
    done="removed",
    ready=frozenset(State) - {State.STOPPING, State.REMOVED, State.MISSING},
    waits=frozenset({State.STOPPING}),
)
RESTART_CONTAINER = AtMostOnce(
    target_type=CONTAINER,
    capability=Capability.RESTART_CONTAINER,
    label="Restart a container",
    description="Restart a container, at most once. "
    "The job succeeds when that was accepted and it runs.",
    goal=State.RUNNING,
    done="restarted",
    ready=frozenset({State.RUNNING, State.RESTARTING}),
    ended=ended,
)
ACTIONS = (START_CONTAINER, STOP_CONTAINER, REMOVE_CONTAINER, RESTART_CONTAINER)
