"""Managed disks, snapshots and SSH public keys of Azure: actions, and what is left alone."""

import pytest

from inventory.providers import ProviderError, ProviderErrorCode, get_kind
from inventory.providers.capability import CREATING
from inventory.records.volume import VolumeState
from tests.inventory.providers.contract.backends import OnAzure

RESOURCES = ("volumes", "snapshots", "key_pairs")


@pytest.fixture
def account(request):
    return OnAzure(request)


@pytest.fixture
def cloud(account):
    with account.connect() as cloud:
        yield cloud


def changes(account):
    return [one for one in account.asked if one.method != "GET" and "/token" not in one.path]


def refused(act):
    with pytest.raises(ProviderError) as caught:
        act()
    return caught.value


def test_a_disk_is_attached_detached_and_made_larger(account, cloud):
    machine = account.running(cloud).external_id
    [disk] = cloud.read("volumes")
    assert (disk.state, disk.size, disk.type) == (VolumeState.AVAILABLE, 32, "Premium_LRS")
    account.asked.clear()

    cloud.do("volumes", "attach", disk.external_id, machine, "")
    attached = cloud.find("volumes", disk.external_id)
    assert (attached.state, attached.machine_id) == (VolumeState.IN_USE, machine)
    for act in (
        lambda: cloud.do("volumes", "attach", disk.external_id, machine, ""),
        lambda: cloud.do("volumes", "delete", disk.external_id),
    ):
        error = refused(act)
        assert (error.code, error.is_final) == (ProviderErrorCode.CONFLICT, True)
    cloud.do("volumes", "detach", disk.external_id, "")
    cloud.do("volumes", "resize", disk.external_id, 64)
    found = cloud.find("volumes", disk.external_id)
    assert (found.state, found.machine_id, found.size) == (VolumeState.AVAILABLE, None, 64)

    assert [one.method for one in changes(account)] == ["POST", "POST", "DELETE", "POST", "PATCH"]
    [instance] = [one for one in cloud.read("virtual_machines") if one.external_id == machine]
    assert instance.external_id == machine


def test_a_disk_is_detached_from_the_machine_that_is_meant_alone(account, cloud):
    [disk] = cloud.read("volumes")
    machines = [one.external_id for one in cloud.read("virtual_machines")]
    assert refused(lambda: cloud.do("volumes", "detach", disk.external_id, "")).code == "CONFLICT"
    account.cloud.resources["disks"][0] |= {
        "managedBy": machines[0].upper().replace("/SUBSCRIPTIONS", "/subscriptions"),
        "managedByExtended": machines[:2],
    }
    account.cloud.resources["disks"][0]["properties"] |= {"diskState": "Attached", "maxShares": 2}
    shown = cloud.find("volumes", disk.external_id)
    assert (shown.machine_ids, shown.multi_attach) == (tuple(machines[:2]), True)
    assert shown.problem
    for machine in ("", f"{machines[0]}-other"):
        error = refused(
            lambda machine=machine: cloud.do("volumes", "detach", disk.external_id, machine)
        )
        assert error.code is ProviderErrorCode.CONFLICT
    assert changes(account) == []


@pytest.mark.parametrize("resource", RESOURCES)
def test_what_is_deleted_is_gone_and_is_looked_for_first(account, cloud, resource):
    [one] = cloud.read(resource)
    cloud.do(resource, "delete", one.external_id)
    assert cloud.read(resource) == []

    account.asked.clear()
    error = refused(lambda: cloud.do(resource, "delete", one.external_id))
    assert error.code is ProviderErrorCode.NOT_FOUND
    assert changes(account) == []


@pytest.mark.parametrize("resource", RESOURCES)
def test_an_id_that_leads_elsewhere_is_not_asked_for(account, cloud, resource):
    [one] = cloud.read(resource)
    [machine, *_] = cloud.read("virtual_machines")
    account.asked.clear()
    for external_id in (
        machine.external_id,
        f"{one.external_id}/../{one.name}",
        f"{one.external_id}?x=1",
        one.external_id.replace("99999999", "11111111", 1),
        "",
    ):
        assert cloud.find(resource, external_id) is None
        error = refused(lambda known=external_id: cloud.do(resource, "delete", known))
        assert error.code is ProviderErrorCode.NOT_FOUND
    assert account.asked == []


def test_states_of_disks(account, cloud):
    disk = account.cloud.resources["disks"][0]["properties"]
    for word, state in (
        ("Reserved", VolumeState.IN_USE),
        ("ActiveSAS", VolumeState.CHANGING),
        ("ReadyToUpload", VolumeState.CREATING),
        ("Strange", VolumeState.UNKNOWN),
    ):
        disk["diskState"] = word
        [record] = cloud.read("volumes")
        assert (record.state, record.raw_state) == (state, word)
    disk["provisioningState"] = "Failed"
    assert cloud.read("volumes")[0].state is VolumeState.ERROR


def test_nothing_is_created():
    """The request would change an object of the same name."""
    kind = get_kind("azure")

    of_storage = {one for one in kind.capabilities if one.resource in RESOURCES}
    assert of_storage
    assert not of_storage & CREATING
