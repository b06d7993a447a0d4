"""Odd servers and wrong accounts of a real OpenStack: where REAL_OPENSTACK names one."""

import os
import uuid
from pathlib import Path

import pytest

from inventory.providers import ProviderError, ProviderErrorCode, connect, get_kind, token_cache
from inventory.types import MachineState as State
from inventory.types import NewMachine
from tests.clouds.openstack import openstack_credentials
from tests.clouds.openstack_admin import Administrator

CLOUDS = os.environ.get("REAL_OPENSTACK")
pytestmark = pytest.mark.skipif(
    not CLOUDS, reason="REAL_OPENSTACK names no clouds.yaml of a running cloud"
)
KIND = get_kind("openstack")
Code = ProviderErrorCode


@pytest.fixture(scope="module")
def administrator():
    return Administrator(Path(CLOUDS))


def connected(**changes):
    given = {**openstack_credentials(Path(CLOUDS), "demo"), **changes}
    return connect(KIND, KIND.clean_credentials(given), "RegionOne", 120)


def refused(given):
    with (
        pytest.raises(ProviderError) as caught,
        connect(KIND, KIND.clean_credentials(given), "RegionOne", 60) as cloud,
    ):
        cloud.read("locations")
    return caught.value


@pytest.fixture
def cloud():
    with connected() as found:
        yield found


@pytest.fixture
def made(administrator):
    """``made(size)``: the id of a running server. Those that were made are deleted."""
    servers = []

    def make(size="1"):
        with connected() as cloud:
            image = cloud.read("images", "cirros")[0].external_id
            order = NewMachine("odd", size, image, str(uuid.uuid4()), tags=(("a", "b"),))
            servers.append(cloud.create("virtual_machines", "provision", order).external_id)
        administrator.await_status(servers[-1], "ACTIVE")
        return servers[-1]

    yield make
    for server in servers:
        administrator.act(server, "unlock")
        administrator.request("DELETE", f"/servers/{server}")


def same_in_list_and_single(cloud, server):
    listed = {machine.external_id: machine for machine in cloud.read("virtual_machines")}
    single = cloud.find("virtual_machines", server)
    assert single == listed[server]
    return single


def test_a_deleted_flavor_is_as_nova_reports_it(administrator, cloud, made):
    flavor = administrator.make_flavor(ram=256, vcpus=3, disk=2)
    server = made(flavor)
    before = same_in_list_and_single(cloud, server)
    administrator.delete_flavor(flavor)

    machine = same_in_list_and_single(cloud, server)

    reported = administrator.server(server, microversion="2.47")["flavor"]
    assert (machine.memory, machine.vcpus, machine.disk) == (256, 3, 2)
    assert (machine.size_id, machine.size_name) == (flavor, reported["original_name"])
    assert machine == before


def lock(administrator, server):
    administrator.act(server, "lock")


def break_down(administrator, server):
    administrator.act(server, "os-resetState", {"state": "error"})
    administrator.await_status(server, "ERROR")


def rescue(administrator, server):
    administrator.act(server, "rescue", user="demo")
    administrator.await_status(server, "RESCUE")


def resize(administrator, server):
    administrator.act(server, "resize", {"flavorRef": "2"}, user="demo")
    administrator.await_status(server, "VERIFY_RESIZE")


def pause(administrator, server):
    administrator.act(server, "pause", user="demo")
    administrator.await_status(server, "PAUSED")


def shelve(administrator, server):
    administrator.act(server, "shelve", user="demo")
    administrator.await_status(server, "SHELVED_OFFLOADED")


@pytest.mark.parametrize(
    ("make_odd", "states"),
    [
        (lock, (State.RUNNING, "ACTIVE")),
        (break_down, (State.ERROR, "ERROR")),
        (rescue, (State.RUNNING, "RESCUE")),
        (resize, (State.RUNNING, "VERIFY_RESIZE")),
        (pause, (State.PAUSED, "PAUSED")),
        (shelve, (State.STOPPED, "SHELVED_OFFLOADED")),
    ],
)
def test_an_odd_server_is_the_same_in_the_list_and_alone(
    administrator, cloud, made, make_odd, states
):
    server = made()
    make_odd(administrator, server)

    machine = same_in_list_and_single(cloud, server)

    assert (machine.state, machine.raw_state) == states
    assert (machine.memory, machine.vcpus) == ((512, 1) if make_odd is resize else (64, 1))


@pytest.mark.parametrize(
    "act",
    [
        lambda cloud, server: cloud.do("virtual_machines", "stop", server),
        lambda cloud, server: cloud.do("virtual_machines", "reboot", server),
        lambda cloud, server: cloud.do("virtual_machines", "tag", server, {"k": "v"}, ()),
        lambda cloud, server: cloud.do("virtual_machines", "terminate", server),
    ],
    ids=["stop", "reboot", "tag", "terminate"],
)
def test_a_locked_server_refuses_for_good(administrator, cloud, made, act):
    server = made()
    lock(administrator, server)

    with pytest.raises(ProviderError) as caught:
        act(cloud, server)

    assert (caught.value.code, caught.value.retryable) == (Code.CONFLICT, False)
    assert "locked" in caught.value.message
    assert cloud.find("virtual_machines", server).state is State.RUNNING


def test_a_server_in_error_refuses_for_good(administrator, cloud, made):
    server = made()
    break_down(administrator, server)

    with pytest.raises(ProviderError) as caught:
        cloud.do("virtual_machines", "start", server)

    assert (caught.value.code, caught.value.retryable) == (Code.CONFLICT, False)
    assert "error" in caught.value.message


def test_a_deleted_application_credential_is_invalid(administrator, monkeypatch):
    """Nova takes its token for some minutes more, as keystonemiddleware keeps what it knows."""
    given, address = administrator.make_application_credential("demo")
    with connect(KIND, KIND.clean_credentials(given), "RegionOne", 60) as cloud:
        assert cloud.read("locations")
    administrator.request("DELETE", address, user="demo")
    monkeypatch.setattr(token_cache, "KEPT", token_cache.TokenCache())

    error = refused(given)

    assert (error.code, error.retryable) == (Code.INVALID_CREDENTIALS, False)


@pytest.mark.parametrize("service", ["compute", "image", "network", "placement"])
@pytest.mark.parametrize("path", ["", "/v2.1", "/0123456789abcdef0123456789abcdef", "/v3"])
def test_another_services_address_is_no_keystone(administrator, service, path):
    given = openstack_credentials(Path(CLOUDS), "demo")
    address = administrator.address(service) + path

    error = refused({**given, "auth_url": address})

    assert (error.code, error.retryable) == (Code.INVALID_REQUEST, False)
    assert error.message.startswith("auth_url is no address of Keystone v3: ")
    assert given["password"] not in error.message


@pytest.mark.parametrize("suffix", ["", "/", "/v3", "/v3/", "/v2.0"])
def test_keystones_address_may_have_its_version_or_not(administrator, suffix):
    root = administrator.keystone.removesuffix("/v3")

    with connected(auth_url=root + suffix) as cloud:
        assert cloud.read("regions") == ["RegionOne"]


def test_a_path_below_keystone_is_no_keystone(administrator):
    given = openstack_credentials(Path(CLOUDS), "demo")

    error = refused({**given, "auth_url": administrator.keystone + "/elsewhere"})

    assert (error.code, error.retryable) == (Code.INVALID_REQUEST, False)
    assert "status 404" in error.message


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"project": "none"}, {"domain": "none"}])
def test_keystone_refuses_what_it_does_not_know(wrong):
    error = refused({**openstack_credentials(Path(CLOUDS), "demo"), **wrong})

    assert error.code is Code.INVALID_CREDENTIALS


@pytest.mark.parametrize(
    ("field", "service", "suffix"),
    [
        ("compute_endpoint", "compute", ""),
        ("image_endpoint", "image", "/v2"),
        ("network_endpoint", "network", "/v2.0"),
    ],
)
def test_an_endpoint_of_the_account_is_asked(administrator, field, service, suffix):
    with connected(**{field: administrator.address(service) + suffix}) as cloud:
        assert cloud.read("locations")
        assert cloud.read("images", "cirros")


def test_the_interface_of_the_account_is_asked(administrator):
    """This cloud has no admin endpoint of nova."""
    with connected(interface="internal") as cloud:
        assert cloud.read("locations")
    with pytest.raises(ProviderError) as caught, connected(interface="admin") as cloud:
        cloud.read("locations")

    assert caught.value.code is Code.NOT_FOUND
    assert "interface admin" in caught.value.message


def test_a_microversion_that_nova_lacks_is_not_supported(cloud):
    connection = cloud._driver.compute_with_flavors
    connection.version = {"OpenStack-API-Version": "compute 2.999"}
    with pytest.raises(ProviderError) as caught:
        connection.request("/servers")

    assert caught.value.code is Code.NOT_SUPPORTED
