"""libcloud's common interface as our records, by a kind that overrides nothing."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from libcloud.compute.base import Node, NodeDriver, NodeImage, NodeLocation, NodeSize
from libcloud.compute.types import NodeState

from inventory.providers import (
    Capability,
    ProviderError,
    ProviderErrorCode,
    ProviderKind,
    connect,
)
from inventory.records.image import ImageRecord
from inventory.types import LocationRecord, MachineState, NewMachine, SizeRecord

CREATED = datetime(2026, 1, 2, tzinfo=UTC)
ACTIONS = ("start_node", "stop_node", "destroy_node")


class PlainDriver(NodeDriver):
    """A driver as libcloud has dozens of; its booleans lie."""

    def __init__(self, *_):
        self.asked = []

    def list_nodes(self):
        size = NodeSize("s-1", "small", 2048, 20, None, 0.01, self)
        image = NodeImage(7, "debian", self)
        return [
            Node(
                1,
                "web",
                NodeState.RUNNING,
                ["192.0.2.1"],
                ["10.0.0.1"],
                self,
                size,
                image,
                extra={"status": "ACTIVE"},
                created_at=CREATED,
            ),
            Node("2", None, NodeState.UNKNOWN, [], [], self, extra={"status": "WEDGED"}),
        ]

    def list_sizes(self):
        return [
            NodeSize("s-1", "small", 2048, 20, None, 0.01, self, extra={"vcpus": 2}),
            NodeSize("s-2", "odd", 512, 0, None, None, self),
        ]

    def list_images(self):
        return [NodeImage("i-1", "Debian 13", self), NodeImage("i-2", "Fedora", self)]

    def list_locations(self):
        return [NodeLocation(3, "Falkenstein", "DE", self)]

    def start_node(self, node):
        self.asked.append(("start", node.id))
        return False

    def stop_node(self, node):
        self.asked.append(("stop", node.id))
        return ""

    def destroy_node(self, node):
        self.asked.append(("destroy", node.id))


KIND = ProviderKind(
    slug="plain",
    label="Plain",
    description="A plain one.",
    driver=PlainDriver,
    credentials=(),
    capabilities=frozenset(Capability),
    default_regions=("one",),
    states={"ACTIVE": MachineState.RUNNING},
)


@pytest.fixture
def cloud():
    with connect(KIND, {}, "one", 5) as cloud:
        yield cloud


def test_a_node_becomes_a_record(cloud):
    web, odd = cloud.read("virtual_machines")

    assert (web.external_id, web.name, web.state, web.raw_state) == (
        "1",
        "web",
        MachineState.RUNNING,
        "ACTIVE",
    )
    assert (web.size_id, web.size_name, web.memory) == ("s-1", "small", 2048)
    assert (web.image_id, web.image_name) == ("7", "debian")
    assert (web.public_ips, web.private_ips) == (("192.0.2.1",), ("10.0.0.1",))
    assert web.created_at == CREATED
    assert (odd.external_id, odd.name) == ("2", "2")
    assert (odd.state, odd.raw_state) == (MachineState.UNKNOWN, "WEDGED")
    assert (odd.size_id, odd.image_id, odd.memory) == (None, None, None)


def test_a_machine_is_found_among_all(cloud):
    assert cloud.find("virtual_machines", "1").name == "web"
    assert cloud.find("virtual_machines", "9") is None


def test_the_catalogue(cloud):
    assert cloud.read("sizes") == [
        SizeRecord("s-1", "small", 2048, 2, 20, Decimal("0.01")),
        SizeRecord("s-2", "odd", 512, None, None, None),
    ]
    assert cloud.read("images") == [ImageRecord("i-1", "Debian 13"), ImageRecord("i-2", "Fedora")]
    assert cloud.read("images", "DEB") == [ImageRecord("i-1", "Debian 13")]
    assert cloud.read("images", "i-2") == [ImageRecord("i-2", "Fedora")]
    assert cloud.read("locations") == [LocationRecord("3", "Falkenstein")]


def test_an_action_believes_no_boolean():
    driver = PlainDriver()
    with connect(replace(KIND, driver=lambda *_: driver), {}, "one", 5) as cloud:
        outcomes = [
            cloud.do("virtual_machines", "start", "1"),
            cloud.do("virtual_machines", "stop", "1"),
            cloud.do("virtual_machines", "terminate", "1"),
        ]

    assert outcomes == [None, None, None]
    assert driver.asked == [("start", "1"), ("stop", "1"), ("destroy", "1")]


def test_an_order_is_refused_rather_than_half_understood(cloud):
    order = NewMachine(name="web", size_id="s-1", image_id="i-1", client_token="t")

    with pytest.raises(ProviderError) as caught:
        cloud.create("virtual_machines", "provision", order)

    assert caught.value.code is ProviderErrorCode.NOT_SUPPORTED


def test_a_driver_that_fails_to_be_built_is_an_error_of_the_cloud():
    def broken(*_):
        raise ConnectionRefusedError(111, "Connection refused")

    with (
        pytest.raises(ProviderError) as caught,
        connect(replace(KIND, driver=broken), {}, "one", 5),
    ):
        raise AssertionError("There is nothing to use.")

    assert caught.value.code is ProviderErrorCode.UNREACHABLE


def test_every_connection_has_a_driver_of_its_own():
    made = []

    def build(*_):
        made.append(PlainDriver())
        return made[-1]

    kind = replace(KIND, driver=build)
    for _ in range(2):
        with connect(kind, {}, "one", 5) as cloud:
            cloud.read("virtual_machines")

    assert len({id(driver) for driver in made}) == 2


def test_what_the_caller_does_wrong_is_not_the_clouds_error(cloud):
    with pytest.raises(ZeroDivisionError), connect(KIND, {}, "one", 5):
        _ = 1 / 0
