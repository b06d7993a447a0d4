"""Volumes of libvirt stay as they are if another disk is a layer on them, or may be them."""

import copy

import pytest

from inventory.providers import ProviderErrorCode
from inventory.providers.libvirt.procedures import Procedure
from inventory.providers.libvirt.volume_records import GIB
from inventory.records.volume import NewVolume
from tests.clouds.apis.libvirt import IMAGES, SHUT_OFF, No, document
from tests.inventory.providers.libvirt_volumes import (
    FIRST,
    MARK,
    NAME,
    SECOND,
    cloud,  # noqa: F401 - fixture
    daemon,  # noqa: F401 - fixture
    refusal,
)

Code = ProviderErrorCode
DISK = f"gateway-{FIRST}.qcow2"
SNAPSHOT = f"gateway-{FIRST}.snap1"
DESTROYING = {
    Procedure.STORAGE_VOL_DELETE,
    Procedure.STORAGE_VOL_RESIZE,
    Procedure.DOMAIN_BLOCK_RESIZE,
    Procedure.DOMAIN_ATTACH_DEVICE_FLAGS,
}


@pytest.fixture
def volume(cloud):
    return cloud.create("volumes", "create", NewVolume("data", MARK, size=2)).external_id


@pytest.fixture
def snapshot(daemon):
    """A machine that is off after `virsh snapshot-create-as --disk-only`: its disk is a new file,
    over the old one, and the pool does not list it.
    """
    machine = daemon.machines[FIRST]
    machine.state = SHUT_OFF
    layer = copy.deepcopy(daemon.volumes[DISK])
    layer.find("name").text = SNAPSHOT
    layer.find("key").text = layer.find("target/path").text = f"{IMAGES}/{SNAPSHOT}"
    layer.find("backingStore/path").text = f"{IMAGES}/{DISK}"
    daemon.volumes[SNAPSHOT] = layer
    daemon.unlisted = {SNAPSHOT}
    disk = machine.xml.find("devices/disk")
    disk.find("source").set("file", f"{IMAGES}/{SNAPSHOT}")
    for below in disk.findall("backingStore"):
        disk.remove(below)
    return layer


def destroyed(daemon):
    return [call for call in daemon.asked if call in DESTROYING]


@pytest.mark.usefixtures("snapshot")
@pytest.mark.parametrize(
    ("verb", "rest"), [("delete", ()), ("attach", (SECOND, "")), ("resize", (9,))]
)
def test_a_file_below_a_snapshot_that_its_pool_does_not_list_stays(cloud, daemon, verb, rest):
    """The description of the machine, which is off, names the new file alone."""
    error = refusal(cloud.do, "volumes", verb, f"default/{DISK}", *rest)

    assert (error.code, error.is_final) == (Code.CONFLICT, True)
    assert "layers" in error.message
    assert destroyed(daemon) == []


def test_a_pool_that_lists_the_disks_of_machines_is_not_refreshed(cloud, daemon, volume):
    cloud.do("volumes", "delete", volume)

    assert Procedure.STORAGE_POOL_REFRESH not in daemon.asked


def test_nothing_is_deleted_where_a_pool_cannot_be_refreshed(
    cloud, daemon, snapshot, volume, monkeypatch
):
    def refuse(_reader, _session):
        raise No(1, "internal error: pool 'default' has asynchronous jobs running.")

    monkeypatch.setattr(daemon, "storage_pool_refresh", refuse)

    error = refusal(cloud.do, "volumes", "delete", volume)

    assert "asynchronous jobs" in error.message
    assert destroyed(daemon) == []


def test_the_disk_of_a_deleted_machine_stays_below_a_snapshot_of_another_one(
    cloud, daemon, snapshot
):
    """The other machine has a copy of the first one's description."""
    source = daemon.machines[SECOND].xml.find("devices/disk/source")
    source.set("file", f"{IMAGES}/{SNAPSHOT}")
    for below in daemon.machines[SECOND].xml.findall("devices/disk/backingStore"):
        below.getparent().remove(below)
    daemon.machines[FIRST].xml.find("devices/disk/source").set("file", f"{IMAGES}/{DISK}")

    cloud.do("virtual_machines", "terminate", FIRST)

    assert FIRST not in daemon.machines
    assert DISK in daemon.volumes


@pytest.mark.parametrize("device", ["disk", "lun"])
def test_a_device_that_a_machine_may_have_by_another_name_stays(cloud, daemon, volume, device):
    """/dev/mapper/group-data and /dev/group/data are one logical volume."""
    block = daemon.volumes[NAME]
    block.set("type", "block")
    block.find("target/path").text = f"/dev/group/{NAME}"
    disk = daemon.machines[SECOND].xml.find("devices/disk")
    disk.set("type", "block")
    disk.set("device", device)
    disk.find("source").attrib.clear()
    disk.find("source").set("dev", f"/dev/mapper/group-{NAME}")

    for verb, rest in (("delete", ()), ("attach", (FIRST, "")), ("resize", (9,))):
        assert refusal(cloud.do, "volumes", verb, volume, *rest).code is Code.CONFLICT
    disk.set("device", "cdrom")
    cloud.do("volumes", "delete", volume)

    assert destroyed(daemon) == [Procedure.STORAGE_VOL_DELETE]


@pytest.mark.parametrize("state", [1, SHUT_OFF])
def test_a_disk_is_made_no_smaller_whatever_was_known_of_it(cloud, daemon, volume, state):
    """QEMU would cut its end off."""
    daemon.machines[FIRST].state = state
    cloud.do("volumes", "attach", volume, FIRST, "")
    daemon.volumes[NAME].find("capacity").text = str(5 * GIB)  # by somebody else, meanwhile
    daemon.asked.clear()

    error = refusal(cloud.do, "volumes", "resize", volume, 4)

    assert (error.code, error.is_final) == (Code.INVALID_REQUEST, True)
    assert destroyed(daemon) == []


def test_a_volume_that_says_of_itself_to_be_a_layer_is_not_attached(cloud, daemon, volume):
    """A machine that had it can write that: QEMU would open the file for the next machine."""
    written = document("volume_disk").find("backingStore")
    written.find("path").text = "/etc/shadow"
    daemon.volumes[NAME].find("target/format").set("type", "qcow2")
    daemon.volumes[NAME].append(written)

    error = refusal(cloud.do, "volumes", "attach", volume, FIRST, "")

    assert (error.code, error.is_final) == (Code.CONFLICT, True)
    assert "/etc/shadow" in error.message
    assert destroyed(daemon) == []


def test_a_volume_that_cannot_be_read_is_named_where_it_stops_another_action(
    cloud, daemon, volume, monkeypatch
):
    plain = daemon.storage_vol_get_xml_desc

    def answer(reader, session):
        text = plain(reader, session)
        if b"nothing.qcow2" in text:
            raise No(38, "cannot open volume: Permission denied")
        return text

    monkeypatch.setattr(daemon, "storage_vol_get_xml_desc", answer)

    error = refusal(cloud.do, "volumes", "delete", volume)

    assert "nothing.qcow2 of the pool default cannot be read" in error.message
    assert destroyed(daemon) == []


def test_a_volume_that_goes_between_two_calls_is_gone(cloud, daemon, volume, monkeypatch):
    def answer(_reader, _session):
        raise No(50, "Storage volume not found")

    monkeypatch.setattr(daemon, "storage_vol_get_xml_desc", answer)

    assert cloud.find("volumes", volume) is None
    assert refusal(cloud.do, "volumes", "delete", volume).code is Code.NOT_FOUND
