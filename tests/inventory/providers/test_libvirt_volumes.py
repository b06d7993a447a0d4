"""Volumes of libvirt's storage pools, and the machines that have them as disks."""

import uuid

import pytest
from lxml import etree

from inventory.live.bounds import bounded
from inventory.providers import ProviderErrorCode
from inventory.providers.libvirt.attachments import Attachments, Disk, is_started_from
from inventory.providers.libvirt.procedures import Procedure, Volume
from inventory.providers.libvirt.volume_records import record_of
from inventory.providers.order_marker import MARKER_TAG
from inventory.records.volume import NewVolume, VolumeState
from inventory.resources.volume import Volume as Model
from tests.clouds.apis.libvirt import IMAGES, SHUT_OFF, document
from tests.inventory.providers.libvirt_volumes import (
    FIRST,
    KIND,
    MARK,
    NAME,
    SECOND,
    cloud,  # noqa: F401 - fixture
    daemon,  # noqa: F401 - fixture
    refusal,
)

Code = ProviderErrorCode
CHANGING = {
    Procedure.STORAGE_VOL_CREATE_XML,
    Procedure.STORAGE_VOL_DELETE,
    Procedure.STORAGE_VOL_RESIZE,
    Procedure.DOMAIN_BLOCK_RESIZE,
    Procedure.DOMAIN_ATTACH_DEVICE_FLAGS,
    Procedure.DOMAIN_DETACH_DEVICE_FLAGS,
}


@pytest.fixture
def volume(cloud):
    return cloud.create("volumes", "create", NewVolume("data", MARK, size=2))


def deeds(daemon):
    return [call for call in daemon.asked if call in CHANGING]


def test_volumes_are_listed_with_the_machines_that_have_them(cloud):
    found = {one.name: one for one in cloud.read("volumes")}

    disk = found[f"gateway-{FIRST}.qcow2"]
    assert (disk.machine_id, disk.device, disk.state) == (FIRST, "vda", VolumeState.IN_USE)
    assert (disk.external_id, disk.location_id) == (f"default/gateway-{FIRST}.qcow2", "default")
    assert (disk.size, disk.type) == (1, "qcow2")  # 32 MiB
    image = found["tiny-linux.qcow2"]
    assert (image.machine_id, image.state) == (None, VolumeState.AVAILABLE)
    assert len(found) == 4
    for one in found.values():
        assert one.problem is None
        assert bounded(Model, one) == one
        assert cloud.find("volumes", one.external_id) == one


def test_a_folder_of_a_pool_is_no_volume(cloud, daemon):
    daemon.volumes["nothing.qcow2"].set("type", "dir")

    assert "nothing.qcow2" not in {one.name for one in cloud.read("volumes")}


@pytest.mark.parametrize("damage", ["capacity", "target"])
def test_one_odd_volume_is_one_odd_row(cloud, daemon, damage):
    odd = daemon.volumes["nothing.qcow2"]
    odd.remove(odd.find(damage))

    found = {one.external_id: one for one in cloud.read("volumes")}

    assert found["default/nothing.qcow2"].state is VolumeState.UNKNOWN
    assert found["default/nothing.qcow2"].problem
    assert sum(one.problem is not None for one in found.values()) == 1


def test_a_volume_is_not_free_while_some_machine_cannot_be_read(cloud, daemon, monkeypatch):
    plain = daemon.domain_get_xml_desc

    def answer(reader, session):
        text = plain(reader, session)
        return text.replace(b"</domain>", b"</domaim>") if FIRST.encode() in text else text

    monkeypatch.setattr(daemon, "domain_get_xml_desc", answer)
    found = {one.name: one for one in cloud.read("volumes")}

    assert found["tiny-linux.qcow2"].state is VolumeState.UNKNOWN
    assert FIRST in found["tiny-linux.qcow2"].problem
    assert found[f"gateway-{SECOND}.qcow2"].state is VolumeState.IN_USE
    error = refusal(cloud.do, "volumes", "delete", "default/nothing.qcow2")
    assert error.code is Code.PROVIDER_ERROR
    assert deeds(daemon) == []


@pytest.mark.parametrize(
    "source",
    [
        {"file": f"{IMAGES}/nothing.qcow2"},
        {"dev": f"{IMAGES}/nothing.qcow2"},
        {"pool": "default", "volume": "nothing.qcow2"},
    ],
)
def test_a_disk_is_found_by_each_form_of_its_source(cloud, daemon, source):
    element = daemon.machines[SECOND].xml.find("devices/disk/source")
    element.attrib.clear()
    element.attrib.update(source)

    found = cloud.find("volumes", "default/nothing.qcow2")

    assert (found.machine_id, found.state) == (SECOND, VolumeState.IN_USE)


def test_a_volume_of_several_machines_says_so(cloud, daemon):
    for one in (FIRST, SECOND):
        disk = daemon.machines[one].xml.find("devices/disk/source")
        disk.set("file", f"{IMAGES}/nothing.qcow2")

    found = cloud.find("volumes", "default/nothing.qcow2")

    assert (found.machine_id, found.machine_ids) == (FIRST, (FIRST, SECOND))
    assert SECOND in found.problem
    for verb, rest in (("detach", ("",)), ("resize", (9,)), ("delete", ())):
        error = refusal(cloud.do, "volumes", verb, found.external_id, *rest)
        assert (error.code, error.is_final) == (Code.CONFLICT, True)
    assert deeds(daemon) == []


def test_a_volume_is_created_with_the_mark_of_its_order(cloud, volume):
    assert (volume.external_id, volume.size, volume.type) == (f"default/{NAME}", 2, "raw")
    assert volume.tags == ((MARKER_TAG, MARK),)
    assert volume.state is VolumeState.AVAILABLE
    assert volume in cloud.read("volumes")
    assert NAME not in {one.name for one in cloud.read("images")}


def test_an_order_that_is_made_again_finds_its_volume(cloud, daemon, volume):
    again = cloud.create("volumes", "create", NewVolume("data", MARK, size=2))

    assert again == volume
    assert sum(name.startswith("data-") for name in daemon.volumes) == 1


def test_a_type_is_the_format_of_the_file(cloud):
    made = cloud.create("volumes", "create", NewVolume("data", MARK, size=1, type="qcow2"))

    assert made.type == "qcow2"
    error = refusal(cloud.create, "volumes", "create", NewVolume("b", MARK, size=1, type="zip"))
    assert error.code is Code.INVALID_REQUEST


def test_a_pool_that_is_absent_is_not_found(cloud):
    order = NewVolume("data", MARK, size=1, location_id="elsewhere")

    assert refusal(cloud.create, "volumes", "create", order).code is Code.NOT_FOUND
    assert cloud.find("volumes", "elsewhere/data") is None
    assert cloud.find("volumes", "default/absent") is None
    assert cloud.find("volumes", "no-slash") is None


@pytest.mark.parametrize(("state", "device"), [(SHUT_OFF, ""), (1, ""), (1, "/dev/sdb")])
def test_a_volume_is_attached_made_larger_and_detached(cloud, daemon, volume, state, device):
    daemon.machines[FIRST].state = state

    cloud.do("volumes", "attach", volume.external_id, FIRST, device)
    found = cloud.find("volumes", volume.external_id)
    assert (found.machine_id, found.state) == (FIRST, VolumeState.IN_USE)
    assert found.device == (device.removeprefix("/dev/") or "vdb")
    for act in (
        lambda: cloud.do("volumes", "attach", volume.external_id, SECOND, ""),
        lambda: cloud.do("volumes", "delete", volume.external_id),
        lambda: cloud.do("volumes", "detach", volume.external_id, SECOND),
    ):
        error = refusal(act)
        assert (error.code, error.is_final) == (Code.CONFLICT, True)

    cloud.do("volumes", "resize", volume.external_id, 3)
    by = Procedure.STORAGE_VOL_RESIZE if state == SHUT_OFF else Procedure.DOMAIN_BLOCK_RESIZE
    assert by in daemon.asked
    assert cloud.find("volumes", volume.external_id).size == 3

    cloud.do("volumes", "detach", volume.external_id, FIRST)
    found = cloud.find("volumes", volume.external_id)
    assert (found.machine_id, found.state) == (None, VolumeState.AVAILABLE)
    assert refusal(cloud.do, "volumes", "detach", volume.external_id, "").code is Code.CONFLICT

    cloud.do("volumes", "delete", volume.external_id)
    assert cloud.find("volumes", volume.external_id) is None


def test_a_machine_keeps_the_disk_that_it_runs_from(cloud, daemon):
    """libvirt itself refuses nothing; EC2 and OpenStack refuse it."""
    system = f"default/gateway-{FIRST}.qcow2"
    daemon.machines[FIRST].state = 1

    error = refusal(cloud.do, "volumes", "detach", system, FIRST)

    assert (error.code, error.is_final) == (Code.CONFLICT, True)
    assert "stop the machine" in error.message
    assert deeds(daemon) == []

    daemon.machines[FIRST].state = SHUT_OFF
    cloud.do("volumes", "detach", system, FIRST)
    assert cloud.find("volumes", system).machine_id is None


@pytest.mark.parametrize(
    ("boots", "first", "second", "expected"),
    [
        ("", "", "", "vda"),
        ("<boot dev='hd'/>", "", "", "vda"),
        ("<boot dev='cdrom'/><boot dev='hd'/>", "", "", "vda"),  # without a disc it is tried
        ("<boot dev='network'/>", "", "", None),
        ("", "", "<boot order='1'/>", "vdb"),
        ("", "<boot order='2'/>", "<boot order='1'/>", "vdb"),
        ("", "<boot order='9'/>", "<boot order='10'/>", "vda"),
    ],
)
def test_the_disk_that_a_machine_starts_from(boots, first, second, expected):
    both = (("vda", first), ("vdb", second))
    disks = "".join(f"<disk><target dev='{name}'/>{boot}</disk>" for name, boot in both)
    drive = "<disk device='cdrom'><target dev='sda'/></disk>"

    assert started_from(f"<os>{boots}</os><devices>{drive}{disks}</devices>") == expected


@pytest.mark.parametrize(("disk", "expected"), [("<boot order='2'/>", "vda"), ("", None)])
def test_a_network_card_that_is_tried_first(disk, expected):
    """The disk is tried next, if it has an order at all."""
    card = "<interface><boot order='1'/></interface>"
    disks = f"<disk><target dev='vda'/>{disk}</disk>"

    assert started_from(f"<devices>{card}{disks}</devices>") == expected


def started_from(inside):
    machine = etree.fromstring(f"<domain>{inside}</domain>")
    disks = [
        Disk(None, one.find("target").get("dev"), one, is_stored=False)
        for one in machine.iterfind("devices/disk")
    ]
    found = [disk.device for disk in disks if is_started_from(disk)]
    return found[0] if found else None


@pytest.mark.parametrize("state", [SHUT_OFF, 1])
def test_no_volume_comes_before_the_disk_that_a_machine_starts_from(cloud, daemon, volume, state):
    """libvirt orders the disks of a bus by their names, and tries the first one at a start."""
    machine, system = daemon.machines[FIRST], f"default/gateway-{FIRST}.qcow2"
    machine.state = state
    machine.xml.find("devices/disk/target").set("dev", "vdb")

    error = refusal(cloud.do, "volumes", "attach", volume.external_id, FIRST, "vda")
    assert (error.code, error.is_final) == (Code.CONFLICT, True)
    assert "would start from vda in place of vdb" in error.message
    assert deeds(daemon)[-1:] != [Procedure.DOMAIN_ATTACH_DEVICE_FLAGS]

    cloud.do("volumes", "attach", volume.external_id, FIRST, "")

    assert cloud.find("volumes", volume.external_id).device == "vdc"
    if state != SHUT_OFF:
        assert "stop the machine" in refusal(cloud.do, "volumes", "detach", system, FIRST).message
        cloud.do("volumes", "detach", volume.external_id, FIRST)


@pytest.mark.parametrize(
    ("own", "wanted"), [(("virtio", "vdb"), "vda"), (("sata", "sdb"), "sda"), (("sata", "sdb"), "")]
)
def test_a_volume_may_have_an_earlier_name_where_that_changes_no_start(
    cloud, daemon, volume, own, wanted
):
    """The disk has an order of its own, or is on another bus."""
    bus, device = own
    disk = daemon.machines[FIRST].xml.find("devices/disk")
    disk.find("target").attrib.update({"dev": device, "bus": bus})
    if bus == "virtio":
        etree.SubElement(disk, "boot", order="1")

    cloud.do("volumes", "attach", volume.external_id, FIRST, wanted)

    assert cloud.find("volumes", volume.external_id).device == (wanted or "vda")


@pytest.mark.parametrize("verb", ["delete", "resize", "attach"])
@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("rbd-pool/image", {"protocol": "rbd", "name": "rbd-pool/image"}),
        ("other-pool/image", {"protocol": "rbd", "name": "rbd-pool/image"}),
        ("/dev/disk/by-path/ip-a-lun-1", {"protocol": "iscsi", "name": "iqn.2013-07.com:pool/1"}),
    ],
    ids=["ceph", "a name of it", "iscsi"],
)
def test_a_volume_that_a_machine_has_over_the_network_stays(cloud, daemon, verb, path, source):
    """libvirt itself compares no volume with the disks of machines."""
    volume = daemon.volumes["nothing.qcow2"]
    volume.set("type", "network" if source["protocol"] == "rbd" else "block")
    volume.find("target/path").text = path
    disk = daemon.machines[SECOND].xml.find("devices/disk")
    disk.set("type", "network")
    disk.find("source").attrib.clear()
    disk.find("source").attrib.update(source)

    rest = {"delete": (), "resize": (9,), "attach": (FIRST, "")}[verb]
    is_known = source["name"] == path
    if verb == "resize" and is_known:
        assert cloud.find("volumes", "default/nothing.qcow2").machine_id == SECOND
        return
    error = refusal(cloud.do, "volumes", verb, "default/nothing.qcow2", *rest)

    assert (error.code, error.is_final) == (Code.CONFLICT, True)
    assert deeds(daemon) == []


def test_a_guest_that_hangs_keeps_its_volume(cloud, daemon, volume):
    cloud.do("volumes", "attach", volume.external_id, FIRST, "")
    daemon.hung = {FIRST}

    cloud.do("volumes", "detach", volume.external_id, FIRST)

    assert cloud.find("volumes", volume.external_id).machine_id == FIRST


def test_a_transient_machine_gets_a_disk_for_as_long_as_it_runs(cloud, daemon, volume):
    daemon.transient = {FIRST}

    cloud.do("volumes", "attach", volume.external_id, FIRST, "")
    cloud.do("volumes", "detach", volume.external_id, FIRST)

    assert cloud.find("volumes", volume.external_id).machine_id is None


@pytest.mark.parametrize("verb", ["attach", "detach", "resize"])
def test_a_suspended_machine_keeps_the_disks_that_its_memory_knows(cloud, daemon, volume, verb):
    if verb != "attach":
        cloud.do("volumes", "attach", volume.external_id, FIRST, "")
    daemon.machines[FIRST].state, daemon.machines[FIRST].is_saved = SHUT_OFF, True
    daemon.asked.clear()

    rest = {"attach": (FIRST, ""), "detach": (FIRST,), "resize": (9,)}[verb]
    error = refusal(cloud.do, "volumes", verb, volume.external_id, *rest)

    assert error.code is Code.CONFLICT
    assert "suspended" in error.message
    assert deeds(daemon) == []


@pytest.mark.parametrize(
    ("verb", "rest"), [("delete", ()), ("attach", (FIRST, "")), ("resize", (9,))]
)
def test_what_other_disks_are_layers_on_stays_as_it_is(cloud, daemon, verb, rest):
    """libvirt itself refuses none of these."""
    error = refusal(cloud.do, "volumes", verb, "default/tiny-linux.qcow2", *rest)

    assert (error.code, error.is_final) == (Code.CONFLICT, True)
    assert "layers" in error.message
    assert deeds(daemon) == []


@pytest.mark.parametrize(("verb", "rest"), [("delete", ()), ("attach", (FIRST, ""))])
def test_a_file_that_a_machine_may_have_by_another_path_stays(cloud, daemon, volume, verb, rest):
    disk = daemon.machines[SECOND].xml.find("devices/disk/source")
    disk.set("file", f"/mnt/pool/{NAME}")

    error = refusal(cloud.do, "volumes", verb, volume.external_id, *rest)

    assert (error.code, error.is_final) == (Code.CONFLICT, True)
    assert set(deeds(daemon)) == {Procedure.STORAGE_VOL_CREATE_XML}


def test_a_name_of_a_disk_that_is_taken_is_a_conflict(cloud, daemon, volume):
    error = refusal(cloud.do, "volumes", "attach", volume.external_id, FIRST, "vda")

    assert error.code is Code.CONFLICT
    assert Procedure.DOMAIN_ATTACH_DEVICE_FLAGS not in daemon.asked


def test_a_volume_is_not_made_smaller(cloud, volume):
    error = refusal(cloud.do, "volumes", "resize", volume.external_id, 1)

    assert error.code is Code.INVALID_REQUEST
    assert cloud.find("volumes", volume.external_id).size == 2


def test_a_machine_that_is_absent_is_not_found(cloud, volume):
    nobody = str(uuid.UUID(int=99))

    error = refusal(cloud.do, "volumes", "attach", volume.external_id, nobody, "")

    assert error.code is Code.NOT_FOUND


def test_a_file_that_is_born_says_when():
    """0: the file system does not know it."""

    xml = document("volume_raw")
    volume = Volume("default", "x", "x")
    none = record_of(volume, etree.tostring(xml).decode(), Attachments())
    xml.find("target/timestamps/btime").text = "1795985145.196944206"
    known = record_of(volume, etree.tostring(xml).decode(), Attachments())

    assert none.created_at is None
    assert known.created_at.year == 2026


@pytest.mark.parametrize("name", ["a" * 31, "with space", "-x", "a/b", ""])
def test_a_name_that_a_volume_cannot_have_is_refused_before_it_is_sent(name):
    assert KIND.name_rules["volumes"].pattern.fullmatch(name) is None
