"""The actions on a virtual machine that take nothing but the machine."""

from inventory.operations.actions.action import AtMostOnce, Change
from inventory.operations.actions.target_type import TargetType
from inventory.providers import Capability
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.types import MachineState as State

MACHINE = TargetType(VIRTUAL_MACHINES)

# A machine in one of these is on its way to another state: worth waiting for.
PASSING = frozenset({State.PENDING, State.STOPPING, State.REBOOTING})
BROKEN = frozenset({State.ERROR, State.UNKNOWN})
HALTED = frozenset({State.PAUSED, State.SUSPENDED})
# A size is changed while the machine is off.
RESIZES_FROM = frozenset({State.STOPPED})

START = Change(
    target_type=MACHINE,
    capability=Capability.START,
    label="Start a virtual machine",
    description="Start a machine. The job succeeds when the machine is seen running.",
    goal=State.RUNNING,
    done="running",
    ready=frozenset({State.STOPPED}) | HALTED | BROKEN,
    waits=PASSING,
    bulk="Start machines: a job with a child for each. One whose machine is busy fails at once.",
)
STOP = Change(
    target_type=MACHINE,
    capability=Capability.STOP,
    label="Stop a virtual machine",
    description="Stop a machine. The job succeeds when the machine is seen stopped.",
    goal=State.STOPPED,
    done="stopped",
    ready=frozenset({State.RUNNING}) | HALTED | BROKEN,
    waits=PASSING,
    pending="The machine has not shut down: its guest may hang, and ignore the request.",
    bulk="Stop machines: a job with a child for each. One whose machine is busy fails at once.",
)
SUSPEND = Change(
    target_type=MACHINE,
    capability=Capability.SUSPEND,
    label="Suspend a virtual machine",
    description="Suspend a machine to disk. The job succeeds when the machine is seen suspended.",
    goal=State.SUSPENDED,
    done="suspended",
    ready=frozenset({State.RUNNING}),
    waits=PASSING,
)
RESUME = Change(
    target_type=MACHINE,
    capability=Capability.RESUME,
    label="Resume a suspended virtual machine",
    description="Resume a suspended machine. The job succeeds when the machine is seen running.",
    goal=State.RUNNING,
    done="running",
    ready=HALTED,
    waits=PASSING,
)
TERMINATE = Change(
    target_type=MACHINE,
    capability=Capability.TERMINATE,
    label="Terminate a virtual machine",
    description="Delete a machine for good. The job succeeds when it is seen terminated, or gone.",
    goal=State.TERMINATED,
    done="terminated",
    ready=frozenset(State) - {State.TERMINATED, State.MISSING},
    bulk="Delete machines for good: a job with a child for each; one on a busy machine fails.",
)
# Those that can be planned.
CHANGES = {change.name: change for change in (START, STOP, SUSPEND, RESUME, TERMINATE)}

REBOOT = AtMostOnce(
    target_type=MACHINE,
    capability=Capability.REBOOT,
    label="Reboot a virtual machine",
    description="Reboot a machine, at most once. "
    "The job succeeds when the cloud accepted it and it runs.",
    goal=State.RUNNING,
    done="rebooted",
    ready=frozenset({State.RUNNING}),
    waits=PASSING,
)
ACTIONS = (*CHANGES.values(), REBOOT)
