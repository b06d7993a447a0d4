"""A cloud of three machines, as a package of another author may bring one."""

from libcloud.compute.base import Node, NodeDriver
from libcloud.compute.types import NodeState

from inventory.providers import Capability, CredentialField, ProviderKind
from inventory.types import MachineState

NAMES = ("ada", "grace", "mary")


class ExampleDriver(NodeDriver):
    def __init__(self, credentials, region, timeout):
        self.credentials, self.region, self.timeout = credentials, region, timeout

    def list_nodes(self):
        return [
            Node(name, name, NodeState.RUNNING, [], ["10.0.0.1"], self, extra={"status": "up"})
            for name in NAMES
        ]


KIND = ProviderKind(
    slug="example",
    label="Example",
    description="A cloud of three machines.",
    driver=ExampleDriver,
    credentials=(CredentialField("token", "Token", help="From its console.", secret=True),),
    capabilities=frozenset({Capability.LIST_MACHINES}),
    default_regions=("one",),
    states={"up": MachineState.RUNNING},
)
