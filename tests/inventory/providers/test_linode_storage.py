"""Volumes and SSH keys of Linode, where its API leaves a question open."""

import pytest

from inventory.providers import ProviderError, ProviderErrorCode, connect, get_kind
from inventory.providers.linode.volumes import STATES
from inventory.records.volume import VolumeState
from inventory.types import NewMachine
from tests.clouds.apis.linode import Linode
from tests.clouds.recorded import served

KIND = get_kind("linode")


@pytest.fixture
def stand_in(monkeypatch):
    with served(Linode(), monkeypatch) as cloud:
        yield cloud


@pytest.fixture
def cloud(stand_in):
    with connect(KIND, KIND.clean_credentials({"token": Linode.token}), "global", 10) as cloud:
        yield cloud


def changes(stand_in):
    return [request for request in stand_in.asked if request.method != "GET"]


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [("delete", ()), ("attach", ("22344420", "")), ("detach", ("22344420",))],
)
def test_a_volume_that_another_machine_has_is_left_alone(stand_in, cloud, verb, arguments):
    """The stand-in would delete it, attach it elsewhere, or detach it from the other machine."""
    stand_in.volumes[0]["linode_id"] = 456353688
    with pytest.raises(ProviderError) as caught:
        cloud.do("volumes", verb, "12345", *arguments)

    assert (caught.value.code, caught.value.is_final) == (ProviderErrorCode.CONFLICT, True)
    assert "456353688" in caught.value.message
    assert changes(stand_in) == []


@pytest.mark.parametrize(
    ("status", "root"),
    [("running", True), ("rebooting", True), ("offline", True), ("running", False)],
)
def test_a_linode_that_is_not_off_keeps_the_volume_that_it_runs_from(stand_in, cloud, status, root):
    linode = stand_in.linodes[0]
    linode["status"] = status
    stand_in.volumes[0]["linode_id"] = linode["id"]
    stand_in.roots = {str(linode["id"]): 12345 if root else 99}

    if root and status != "offline":
        with pytest.raises(ProviderError) as caught:
            cloud.do("volumes", "detach", "12345", "")
        assert (caught.value.code, caught.value.is_final) == (ProviderErrorCode.CONFLICT, True)
        assert "power it off" in caught.value.message
        assert changes(stand_in) == []
    else:
        cloud.do("volumes", "detach", "12345", "")
        assert cloud.find("volumes", "12345").machine_id is None


@pytest.mark.parametrize("odd", [True, ["x"], {"id": 1}])
def test_a_volume_whose_machine_cannot_be_read_is_not_deleted(stand_in, cloud, odd):
    stand_in.volumes[0]["linode_id"] = odd
    with pytest.raises(ProviderError):
        cloud.do("volumes", "delete", "12345")

    assert changes(stand_in) == []
    assert cloud.find("volumes", "12345").state is VolumeState.UNKNOWN


def test_each_status_is_known(stand_in, cloud):
    for word, state in STATES.items():
        stand_in.volumes[0]["status"] = word
        assert cloud.find("volumes", "12345").state is state
    stand_in.volumes[0]["status"] = "offline"
    assert cloud.find("volumes", "12345").state is VolumeState.UNKNOWN


@pytest.mark.parametrize("name", ["My SSH Key", "42"])
def test_an_order_names_a_key_by_its_label_or_its_number(stand_in, cloud, name):
    order = NewMachine("web", "g6-standard-2", "linode/alpine3.10", "token", key_pair=name)
    cloud.create("virtual_machines", "provision", order)

    [sent] = [one.body for one in changes(stand_in)]
    assert sent["authorized_keys"] == [stand_in.ssh_keys[0]["ssh_key"]]
