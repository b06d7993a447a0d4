"""Defects of the methods and hooks of libcloud 3.9.1 that the gateway does not use.

Each test has libcloud's own driver, of the kind ``libcloud``, beside the kind that is built on it.
"""

from contextlib import contextmanager

import pytest

from inventory.providers import ProviderError, connect, get_kind
from inventory.providers.libcloud.token_driver import image_named, location_named, size_named
from inventory.types import MachineState, NewMachine
from tests.clouds.apis.digitalocean import DigitalOcean
from tests.clouds.apis.linode import Linode
from tests.clouds.recorded import as_json, recording, served

CLOUDS = {"digitalocean": DigitalOcean, "linode": Linode}


class Both:
    """A cloud, and an account of each kind there."""

    def __init__(self, name, cloud):
        self.name, self.cloud = name, cloud

    @contextmanager
    def libclouds(self):
        """libcloud's own driver."""
        kind = get_kind("libcloud", self.name)
        given = {"driver": self.name, "key": self.cloud.token}
        with connect(kind, kind.clean_credentials(given), "global", 20) as cloud:
            yield cloud._driver

    @contextmanager
    def ours(self):
        kind = get_kind(self.name)
        given = kind.clean_credentials({"token": self.cloud.token})
        with connect(kind, given, "global", 20) as cloud:
            yield cloud

    @property
    def objects(self):
        return self.cloud.droplets if self.name == "digitalocean" else self.cloud.linodes

    def ids(self):
        return {str(one["id"]) for one in self.objects}


@pytest.fixture
def both(request, monkeypatch):
    with served(CLOUDS[request.param](), monkeypatch) as cloud:
        yield Both(request.param, cloud)


every = pytest.mark.parametrize("both", CLOUDS, indirect=True)
digitalocean = pytest.mark.parametrize("both", ["digitalocean"], indirect=True)
linode = pytest.mark.parametrize("both", ["linode"], indirect=True)


def removing_the_first(both):
    """An object of the first page goes after that page was read, once."""
    plain, gone = both.cloud.answer, []

    def answer(request):
        found = plain(request)
        is_list = request.method == "GET" and "type" not in request.query
        if not gone and is_list and request.path.endswith(("/droplets", "/instances")):
            gone.append(both.objects.pop(0))
        return found

    both.cloud.answer = answer


# --- the hooks of lists -----------------------------------------------------------------------


@every
def test_libclouds_pages_lose_an_object_of_a_list_that_changes(both):
    both.cloud.page = 5
    both.cloud.add(8)
    removing_the_first(both)
    with both.libclouds() as driver:
        theirs = {node.id for node in driver.list_nodes()}

    assert both.ids() - theirs, "it is told nowhere"


@every
def test_the_pages_of_the_gateway_lose_none(both):
    both.cloud.page = 5
    both.cloud.add(8)
    removing_the_first(both)
    with both.ours() as cloud:
        found = {machine.external_id for machine in cloud.read("virtual_machines")}

    assert both.ids() <= found


@every
def test_libclouds_list_is_lost_to_one_object_without_a_field(both):
    field = {"digitalocean": "networks", "linode": "hypervisor"}[both.name]
    del both.objects[0][field]
    with both.libclouds() as driver, pytest.raises(KeyError):
        driver.list_nodes()
    with both.ours() as cloud:
        assert {one.external_id for one in cloud.read("virtual_machines")} == both.ids()


@linode
def test_libclouds_list_is_lost_to_a_state_that_it_does_not_know(both):
    both.objects[0]["status"] = "billing_suspension"
    with both.libclouds() as driver, pytest.raises(KeyError):
        driver.list_nodes()
    with both.ours() as cloud:
        found = cloud.find("virtual_machines", str(both.objects[0]["id"]))

    assert (found.state, found.raw_state) == (MachineState.UNKNOWN, "billing_suspension")


@digitalocean
def test_libclouds_list_of_locations_is_lost_to_a_region_that_is_no_object(both):
    regions = [None, *recording("digitalocean/list_locations")["regions"]]
    plain = both.cloud.answer

    def answer(request):
        found = plain(request)
        if request.path == "/v2/regions":
            return as_json({"regions": regions, "links": {}, "meta": {"total": len(regions)}})
        return found

    both.cloud.answer = answer
    with both.libclouds() as driver, pytest.raises(AttributeError):
        driver.list_locations()
    with both.ours() as cloud:
        assert len(cloud.read("locations")) > 1


# --- what libcloud's methods leave out --------------------------------------------------------


@digitalocean
def test_libclouds_list_has_no_gpu_droplets(both):
    both.objects[0]["size_slug"] = "gpu-h100x1-80gb"
    gpu = str(both.objects[0]["id"])
    with both.libclouds() as driver:
        assert gpu not in {node.id for node in driver.list_nodes()}
    with both.ours() as cloud:
        assert gpu in {one.external_id for one in cloud.read("virtual_machines")}


@digitalocean
def test_libclouds_node_has_one_address_of_each_kind_and_no_ipv6(both):
    public = ["192.0.2.1", "192.0.2.2"]
    both.objects[0]["networks"] = {
        "v4": [{"type": "public", "ip_address": one} for one in public],
        "v6": [{"type": "public", "ip_address": "2001:db8::1"}],
    }
    with both.libclouds() as driver:
        assert driver.list_nodes()[0].public_ips == public[1:]
    with both.ours() as cloud:
        assert cloud.read("virtual_machines")[0].public_ips == (*public, "2001:db8::1")


@digitalocean
def test_libclouds_actions_return_no_id_of_the_operation(both):
    droplet = str(both.objects[0]["id"])
    with both.libclouds() as driver:
        assert driver.reboot_node(driver.list_nodes()[0]) is True
    with both.ours() as cloud:
        operation = cloud.do("virtual_machines", "reboot", droplet)

    assert operation in both.cloud.operations


@digitalocean
def test_libclouds_single_read_takes_another_object_for_the_one(both):
    """``ex_get_node_details``; ``find_node`` is used in its place."""
    both.cloud.add(1)
    one, other = both.objects[:2]
    plain = both.cloud.answer

    def answer(request):
        if request.path == f"/v2/droplets/{one['id']}":
            return as_json({"droplet": other})
        return plain(request)

    both.cloud.answer = answer
    with both.libclouds() as driver:
        assert driver.ex_get_node_details(one["id"]).id == str(other["id"])
    with both.ours() as cloud, pytest.raises(ProviderError):
        cloud.find("virtual_machines", str(one["id"]))


# --- orders -----------------------------------------------------------------------------------


@digitalocean
def test_libclouds_order_sends_null_for_what_it_leaves_open(both):
    name, size, image = "made-here", "1gb", "ubuntu-14-04-x64"
    with (
        both.libclouds() as driver,
        pytest.raises(Exception, match="invalid image, size or region"),
    ):
        driver.create_node(
            name,
            size_named(driver, size),
            image_named(driver, image),
            location_named(driver, None),
            ex_create_attr={"tags": []},
        )
    with both.ours() as cloud:
        cloud.create("virtual_machines", "provision", NewMachine(name, size, image, "t"))
    refused, sent = [one.body for one in both.cloud.asked if one.method == "POST"]

    assert (refused["region"], refused["user_data"]) == (None, None)
    assert sent == {"name": name, "size": size, "image": image, "tags": []}


@linode
def test_libclouds_order_refuses_a_name_that_linode_takes(both):
    """ "Must begin and end with an alphanumeric character": a digit is one."""
    name, size, image = "1st-web", "g6-standard-2", "linode/alpine3.10"
    with both.libclouds() as driver, pytest.raises(Exception, match="Invalid name"):
        driver.create_node(
            location_named(driver, "us-east"),
            name,
            size_named(driver, size),
            image_named(driver, image),
            root_pass="a-password-of-tests",
        )
    with both.ours() as cloud:
        assert cloud.create("virtual_machines", "provision", NewMachine(name, size, image, "t"))
    assert [one.body["label"] for one in both.cloud.asked if one.method == "POST"] == [name]
