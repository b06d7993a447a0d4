"""Known behaviour of libcloud that the product works around: a release may change it."""

import threading
from decimal import Decimal

import pytest
from libcloud.compute.base import NodeDriver
from libcloud.compute.drivers.dummy import DummyNodeDriver
from libcloud.compute.providers import get_driver
from libcloud.compute.types import NodeState, Provider

from inventory.providers import Capability, connect, get_kind
from inventory.providers.checks import problems_of
from inventory.providers.generic import libcloud_method
from tests.clouds.apis.digitalocean import DigitalOcean
from tests.clouds.apis.linode import Linode
from tests.clouds.recorded import served
from tests.clouds.static_ec2 import instance_xml, instances_xml, reply, static_ec2
from tests.inventory.providers.test_kind import make_kind

CHOOSING = {
    Provider.DIGITAL_OCEAN: ("a-token",),
    Provider.LINODE: ("a-token",),
    Provider.OPENSTACK: ("user", "password"),
    Provider.VULTR: ("a-key",),
}


# --- threads ----------------------------------------------------------------------------------


def test_no_thread_gets_what_another_asked_for(aws_at):
    """If many threads share one driver, some silently get the answers of others."""
    threads, rounds = 16, 12
    wrong, started = [], threading.Barrier(threads)

    def answer(asked):
        if asked["Action"] == "DescribeImages":
            return reply("<DescribeImagesResponse/>")
        number = int(asked["InstanceId.1"].removeprefix("i-"), 16)
        return reply(instances_xml([instance_xml(number)]))

    def asks(number):
        started.wait()
        for _ in range(rounds):
            with aws_at(server.url) as cloud:
                name = cloud.find("virtual_machines", f"i-{number:017x}").name
            if name != f"web-{number}":
                wrong.append((number, name))

    with static_ec2(answer) as server:
        crew = [threading.Thread(target=asks, args=(number,)) for number in range(threads)]
        for one in crew:
            one.start()
        for one in crew:
            one.join(60)

    assert wrong == []
    assert server.actions.count("DescribeInstances") == threads * rounds


# --- classes that are chosen when a driver is built -------------------------------------------


@pytest.mark.parametrize("name", CHOOSING)
def test_some_drivers_are_of_another_class_than_the_one_that_is_called(name):
    called = get_driver(name)
    options = {"ex_force_auth_url": "http://127.0.0.1:1"} if name == Provider.OPENSTACK else {}
    built = called(*CHOOSING[name], **options)

    assert type(built) is not called
    assert isinstance(built, NodeDriver)


def test_a_capability_is_looked_for_in_what_is_built():
    class Built(NodeDriver):
        def list_nodes(self):
            return []

        def reboot_node(self, _node):
            return True

    class Called(NodeDriver):
        def __new__(cls, *_):
            return object.__new__(Built)

    capabilities = frozenset({Capability.LIST_MACHINES, Capability.REBOOT})
    kind = make_kind(driver=lambda *_: Called("key"), capabilities=capabilities)

    assert list(problems_of(kind)) == []


@pytest.mark.parametrize("slug", ["digitalocean", "linode", "openstack"])
def test_our_own_drivers_are_what_is_built(slug):
    kind = get_kind(slug)
    fields = {one.name: one.sample or "sample" for one in kind.credentials}
    fields |= {one.name: "http://127.0.0.1:1" for one in kind.credentials if one.url}
    driver = kind.driver(fields, kind.default_regions[0], 1)

    assert type(driver).__module__ == f"inventory.providers.{slug}.driver"


# --- prices, and what a driver does not have --------------------------------------------------


@pytest.mark.parametrize(
    ("cloud", "slug", "size", "price"),
    [
        (DigitalOcean, "digitalocean", "512mb", "0.00744"),
        (Linode, "linode", "g6-nanode-1", "0.0075"),
    ],
)
def test_a_price_is_that_of_an_hour(monkeypatch, cloud, slug, size, price):
    """Vultr's driver returns the monthly price where libcloud documents the hourly one."""
    kind = get_kind(slug)
    with served(cloud(), monkeypatch):
        with connect(kind, kind.clean_credentials({"token": cloud.token}), "global", 5) as one:
            sizes = {found.external_id: found for found in one.read("sizes")}

    assert sizes[size].price_per_hour == Decimal(price)


def test_what_the_common_interface_lacks_is_done_by_the_drivers_own_methods():
    """DigitalOcean's driver has neither start_node nor stop_node."""
    driver = get_kind("digitalocean").driver({"token": "a-token"}, "global", 1)
    table = get_kind("digitalocean").table.functions

    assert type(driver).start_node is NodeDriver.start_node
    assert type(driver).stop_node is NodeDriver.stop_node
    own = [table["virtual_machines", verb] for verb in ("start", "stop")]
    called = [libcloud_method(function) for function in own]
    assert called == ["ex_power_on_node", "ex_shutdown_node"]


def test_the_dummy_driver_is_no_cloud_to_test_with():
    """It cannot stop, and every object has machines of its own; hence the simulator."""
    one, other = DummyNodeDriver("creds"), DummyNodeDriver("creds")
    one.destroy_node(one.list_nodes()[0])

    assert NodeState.TERMINATED in {node.state for node in one.list_nodes()} or len(
        one.list_nodes()
    ) < len(other.list_nodes())
    with pytest.raises(NotImplementedError):
        one.stop_node(one.list_nodes()[0])


def test_a_driver_of_libclouds_waits_a_minute_unless_it_is_told():
    """This is why the budget replaces the timeout of a driver: see test_transport."""
    from libcloud.http import LibcloudConnection  # noqa: PLC0415 - read for one number

    assert LibcloudConnection("127.0.0.1", 1).session.timeout == 60
