"""Volumes of the project, at cinder: docs.openstack.org/api-ref/block-storage/v3. Nova attaches
them to servers.

States: "Volume statuses" there, and ``VolumeStatus`` in cinder's objects/fields.py.
"""

from typing import Any

from libcloud.compute.base import StorageVolume

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.generic import node_named
from inventory.providers.openstack.pages import pages
from inventory.providers.openstack.permissions import MEMBER, READER
from inventory.providers.reading import (
    UNKNOWN_WORD,
    Reading,
    object_id,
    read_or_damaged,
    records_of,
)
from inventory.providers.rest import act, ask, found_by_id, part, segment
from inventory.providers.table import beside, does, reads
from inventory.records.volume import NewVolume, VolumeRecord, VolumeState, problem_of_several

VOLUMES = "/volumes"
STATES = {
    "available": VolumeState.AVAILABLE,
    "in-use": VolumeState.IN_USE,
    "deleting": VolumeState.DELETING,
    **dict.fromkeys(("creating", "downloading", "managing"), VolumeState.CREATING),
    **dict.fromkeys(
        (
            "reserved",
            "attaching",
            "detaching",
            "extending",
            "retyping",
            "uploading",
            "maintenance",
            "backing-up",
            "restoring-backup",
            "awaiting-transfer",
        ),
        VolumeState.CHANGING,
    ),
    **dict.fromkeys(
        (
            "error",
            "error_deleting",
            "error_managing",
            "error_restoring",
            "error_backing-up",
            "error_extending",
        ),
        VolumeState.ERROR,
    ),
}


@reads("volumes", permissions=READER)
def list_volumes(driver: Any) -> list[VolumeRecord]:
    """Libcloud's ``list_volumes`` loses whether a volume is encrypted, and all to an odd one."""
    volumes = pages(driver.block_storage, f"{VOLUMES}/detail", "volumes")
    return records_of(VolumeRecord, volumes, _record)


@beside("find", "volumes")
def find_volume(driver: Any, external_id: str) -> VolumeRecord | None:
    found = found_by_id(driver.block_storage, VOLUMES, external_id, "volume")
    return None if found is None else _read(found)


@does("volumes", "create", permissions=MEMBER)
def create_volume(driver: Any, order: NewVolume) -> VolumeRecord:
    """Libcloud's ``create_volume`` takes no metadata, which have the mark."""
    volume = {
        "name": order.name,
        "size": order.size,
        "volume_type": order.type,
        "availability_zone": order.location_id,
        "snapshot_id": order.snapshot_id,
        "metadata": dict(order.tags),
    }
    given = {name: value for name, value in volume.items() if value is not None}
    made = ask(driver.block_storage, VOLUMES, method="POST", data={"volume": given})
    return _read(part(made, "volume", dict))


@does("volumes", "attach", permissions=MEMBER)
def attach_volume(driver: Any, external_id: str, machine_id: str, device: str) -> None:
    """``device``: empty for the guest's choice; most hypervisors ignore another one."""
    node, volume = node_named(driver, segment(machine_id)), volume_named(driver, external_id)
    driver.attach_volume(node, volume, device or "auto")


@does("volumes", "detach", permissions=MEMBER)
def detach_volume(driver: Any, external_id: str, machine_id: str) -> None:
    """Detach from this server only. ``machine_id``: empty for the only one of the volume."""
    server_id = machine_id or _only_server(driver, external_id)
    place = f"/servers/{segment(server_id)}/os-volume_attachments/{segment(external_id)}"
    act(driver.compute, place, method="DELETE")


@does("volumes", "resize", permissions=MEMBER)
def resize_volume(driver: Any, external_id: str, size: int) -> None:
    """Attached ones too, where cinder has microversion 3.42."""
    path, data = f"{VOLUMES}/{segment(external_id)}/action", {"os-extend": {"new_size": size}}
    try:
        act(driver.block_storage_in_use, path, data=data)
    except ProviderError as error:
        if error.code is not ProviderErrorCode.NOT_SUPPORTED:
            raise
        act(driver.block_storage, path, data=data)


@does("volumes", "delete", permissions=MEMBER)
def delete_volume(driver: Any, external_id: str) -> None:
    driver.destroy_volume(volume_named(driver, segment(external_id)))


def volume_named(driver: Any, external_id: str) -> StorageVolume:
    """A volume of which only the id matters: all that libcloud's actions look at."""
    return StorageVolume(external_id, external_id, 0, None, driver)


def _only_server(driver: Any, external_id: str) -> str:
    volume = find_volume(driver, external_id)
    servers = () if volume is None else volume.machine_ids
    if len(servers) != 1:
        message = "The volume is attached to no machine, or to several: name the machine."
        raise ProviderError(ProviderErrorCode.CONFLICT, message)
    return servers[0]


def _read(volume: Any) -> VolumeRecord:
    return read_or_damaged(VolumeRecord, Reading(volume), _record, object_id)


def _record(found: Reading) -> VolumeRecord:
    external_id = found.identifier("id") or ""
    word = found.text("status", required=True) or UNKNOWN_WORD
    attached = [one for one in found.parts("attachments") if one.text("server_id")]
    servers = tuple(filter(None, (one.text("server_id") for one in attached)))
    zone = found.text("availability_zone")
    return VolumeRecord(
        external_id=external_id,
        name=found.text("name") or external_id,
        state=STATES.get(word, VolumeState.UNKNOWN),
        raw_state=word,
        size=found.number("size", required=True),
        type=found.text("volume_type"),
        encrypted=found.flag("encrypted"),
        machine_id=servers[0] if servers else None,
        device=attached[0].text("device") if attached else None,
        snapshot_id=found.text("snapshot_id"),
        location_id=zone,
        location_name=zone,
        tags=found.pairs("metadata"),
        created_at=found.moment("created_at"),
        problem=found.problem or problem_of_several(servers),
        machine_ids=servers,
        multi_attach=bool(found.flag("multiattach")),
    )
