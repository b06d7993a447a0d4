"""Defects of the methods of libcloud's driver that the kind ``openstack`` does not use."""

from contextlib import contextmanager

import pytest
from libcloud.common.exceptions import BaseHTTPError
from libcloud.compute.base import KeyPair

from inventory.providers import connect, get_kind
from inventory.types import MachineState
from tests.clouds.apis.openstack import NOVA, OpenStack
from tests.clouds.recorded import as_json, recording, served
from tests.inventory.providers.contract.backends import OnOpenStack

GIVEN = {
    "driver": "openstack",
    "key": "demo",
    "secret": OpenStack.password,
    "url": "http://keystone.example:5000",
    "ex_tenant_name": "demo",
}


@pytest.fixture
def cloud(monkeypatch):
    with served(OpenStack(), monkeypatch) as cloud:
        yield cloud


@contextmanager
def libclouds():
    """libcloud's own driver."""
    kind = get_kind("libcloud", "openstack")
    with connect(kind, kind.clean_credentials(GIVEN), "RegionOne", 20) as found:
        yield found._driver


@contextmanager
def ours():
    kind = get_kind("openstack")
    with connect(kind, kind.clean_credentials(OnOpenStack.given), "RegionOne", 20) as found:
        yield found


def sent(cloud, method, end):
    return [one for one in cloud.asked if one.method == method and one.path.endswith(end)]


def test_libclouds_list_is_lost_to_one_server_without_a_field(cloud):
    del cloud.servers[0]["hostId"]
    with libclouds() as driver, pytest.raises(KeyError):
        driver.list_nodes()
    with ours() as account:
        assert len(account.read("virtual_machines")) == len(cloud.servers)


def test_libclouds_node_of_a_paused_server_has_no_state(cloud):
    cloud.servers[0]["status"] = "PAUSED"
    with libclouds() as driver:
        [node] = [one for one in driver.list_nodes() if one.id == cloud.servers[0]["id"]]
        assert str(node.state) == "unknown"
    with ours() as account:
        found = account.find("virtual_machines", cloud.servers[0]["id"])

    assert found.state is MachineState.PAUSED


def test_libclouds_list_of_sizes_is_the_first_page(cloud):
    """ "List Flavors With Details" of the Compute API reference has limit, marker and links."""
    flavors = recording("openstack/flavors")["flavors"]
    plain = cloud.answer

    def answer(request):
        found = plain(request)
        if not request.path.endswith("/flavors/detail"):
            return found
        if "marker" in request.query:
            return as_json({"flavors": flavors[2:]})
        link = {"rel": "next", "href": f"http://{NOVA}{request.path}?marker={flavors[1]['id']}"}
        return as_json({"flavors": flavors[:2], "flavors_links": [link]})

    cloud.answer = answer
    with libclouds() as driver:
        assert len(driver.list_sizes()) == 2
    with ours() as account:
        assert len(account.read("sizes")) == len(flavors)


def test_libclouds_locations_are_one_without_a_name(cloud):
    with libclouds() as driver:
        assert [place.name for place in driver.list_locations()] == [""]
    with ours() as account:
        assert all(place.name for place in account.read("locations"))


def test_libclouds_reboot_cuts_the_guest_off(cloud):
    server = cloud.servers[0]["id"]
    with libclouds() as driver:
        [node] = [one for one in driver.list_nodes() if one.id == server]
        driver.reboot_node(node)
    with ours() as account:
        account.do("virtual_machines", "reboot", server)

    assert [one.body["reboot"]["type"] for one in sent(cloud, "POST", "/action")] == [
        "HARD",
        "SOFT",
    ]


def test_libclouds_tags_replace_all_others(cloud):
    server = cloud.servers[0]
    server["metadata"] = {"kept": "yes"}
    with libclouds() as driver:
        [node] = [one for one in driver.list_nodes() if one.id == server["id"]]
        with pytest.raises(BaseHTTPError, match="404"):  # which the stand-in does not have
            driver.ex_set_metadata(node, {"env": "prod"})
    with ours() as account:
        account.do("virtual_machines", "tag", server["id"], {"env": "prod"}, [])

    assert len(sent(cloud, "PUT", "/metadata")) == 1  # "Replace Metadata Items" of the reference
    assert server["metadata"] == {"kept": "yes", "env": "prod"}


def test_libclouds_driver_signs_in_for_each_of_its_connections(cloud):
    with libclouds() as driver:
        driver.list_nodes()
        driver.list_images()
        theirs = len(sent(cloud, "POST", "/auth/tokens"))
    cloud.asked.clear()
    with ours() as account:
        account.read("virtual_machines")
        account.read("images")

    assert theirs > 1
    assert len(sent(cloud, "POST", "/auth/tokens")) <= 1


def test_the_kind_opens_no_connection_before_it_is_asked(cloud):
    with ours() as account:
        assert cloud.asked == []
        account.read("sizes")
        assert {one.host for one in cloud.asked} <= {"keystone.example", NOVA}


def test_libcloud_deletes_another_key_pair(cloud):
    """Since nova's microversion 2.92 a name may have other characters; libcloud quotes none."""
    cloud.key_pairs.append({"keypair": cloud.key_pairs[0]["keypair"] | {"name": "key1?x"}})
    with libclouds() as driver:
        driver.delete_key_pair(KeyPair("key1?x", "", "", driver))

    assert [one["keypair"]["name"] for one in cloud.key_pairs] == ["key2", "key1?x"]

    with ours() as account:
        account.do("key_pairs", "delete", "key1?x")

    assert [one["keypair"]["name"] for one in cloud.key_pairs] == ["key2"]


def test_libcloud_loses_the_key_pairs_to_one_odd_one(cloud):
    del cloud.key_pairs[0]["keypair"]["fingerprint"]
    with libclouds() as driver, pytest.raises(KeyError):
        driver.list_key_pairs()

    with ours() as account:
        assert [one.name for one in account.read("key_pairs")] == ["key1", "key2"]
