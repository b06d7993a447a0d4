"""Persistent disks of Compute Engine: cloud.google.com/compute/docs/reference/rest/v1/disks.

A disk has the addresses of the instances that use it, and an instance those of its disks, with the
name of the device and what becomes of the disk when the instance is deleted.
"""

from collections.abc import Iterable
from typing import Any

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.google.actions import address_of
from inventory.providers.google.disks import (
    Use,
    Uses,
    address_of_disk,
    find_disk,
    find_snapshot,
    gigabytes,
    known,
    uses_of,
)
from inventory.providers.google.pages import everywhere
from inventory.providers.google.parse import last, path
from inventory.providers.reading import UNKNOWN_WORD, Reading, records_of
from inventory.providers.rest import act, ask, part, segment
from inventory.providers.table import beside, does, reads
from inventory.records.volume import NewVolume, VolumeRecord, VolumeState, problem_of_several

SYSTEM = "It is the machine's boot disk: stop the machine before it is detached."
STATES = {
    **dict.fromkeys(("CREATING", "RESTORING"), VolumeState.CREATING),
    "READY": VolumeState.AVAILABLE,
    "DELETING": VolumeState.DELETING,
    "FAILED": VolumeState.ERROR,
}


@reads("volumes", permissions=("compute.disks.list", "compute.instances.list"))
def list_volumes(driver: Any) -> list[VolumeRecord]:
    """Two lists: a disk names its instances by addresses, and not by their ids."""
    disks = list(everywhere(driver, "disks"))
    return _records(driver, disks) if disks else []


@beside("find", "volumes")
def find_volume(driver: Any, external_id: str) -> VolumeRecord | None:
    disk = find_disk(driver, external_id)
    return None if disk is None else _records(driver, [disk])[0]


def _records(driver: Any, disks: Iterable[Any]) -> list[VolumeRecord]:
    unread: dict[str, str] = {}
    uses = uses_of(everywhere(driver, "instances", unread), unread)
    return records_of(VolumeRecord, disks, lambda found: _record(found, uses))


def _record(found: Reading, uses: Uses) -> VolumeRecord:
    external_id, word = found.identifier("id") or "", found.text("status", required=True)
    own = uses.of(found)
    state = STATES.get(word or "", VolumeState.UNKNOWN)
    if state is VolumeState.AVAILABLE and (own or found.items("users")):
        state = VolumeState.IN_USE
    elif not own and uses.problem_of(found):
        state = VolumeState.UNKNOWN
    machines = tuple(one.machine for one in own if one.machine)
    first = own[0] if own else Use("", None, None)
    place = last(found.text("zone") or found.text("region") or "") or None
    return VolumeRecord(
        external_id=external_id,
        name=found.text("name", required=True) or external_id,
        state=state,
        raw_state=word or UNKNOWN_WORD,
        size=gigabytes(found, "sizeGb"),
        type=last(found.text("type") or "") or None,
        machine_id=first.machine or None,
        machine_ids=machines,
        device=first.device,
        deleted_with_machine=first.is_deleted,
        snapshot_id=found.identifier("sourceSnapshotId", required=False),
        location_id=place,
        location_name=place,
        tags=found.pairs("labels"),
        created_at=found.moment("creationTimestamp", required=True),
        problem=found.problem or problem_of_several(machines),
    )


@does("volumes", "create", permissions="compute.disks.create")
def create_volume(driver: Any, order: NewVolume) -> VolumeRecord:
    """A reply without an id is one to an order that is open: the mark is a label of the disk."""
    zone = order.location_id or driver.zone
    made = ask(
        driver.connection,
        f"{driver.project}/zones/{segment(zone)}/disks",
        method="POST",
        data=_disk(driver, order, zone),
        requestId=order.client_token,
    )
    return VolumeRecord(  # it may be unknown to its own cloud for a moment
        external_id=str(made.get("targetId") or ""),
        name=order.name,
        state=VolumeState.CREATING,
        raw_state="CREATING",
        size=order.size,
        location_id=zone,
        location_name=zone,
        tags=tuple(sorted(order.tags)),
    )


def _disk(driver: Any, order: NewVolume, zone: str) -> dict[str, Any]:
    disk: dict[str, Any] = {"name": order.name, "labels": dict(order.tags)}
    if order.size is not None:
        disk["sizeGb"] = str(order.size)
    if order.type is not None:
        disk["type"] = f"{path(driver.project)}/zones/{zone}/diskTypes/{order.type}"
    if order.snapshot_id is not None:
        source = known(find_snapshot(driver, order.snapshot_id), "snapshot")
        disk["sourceSnapshot"] = path(part(source, "selfLink", str))
    return disk


@does("volumes", "attach", permissions=("compute.instances.attachDisk", "compute.disks.use"))
def attach_volume(driver: Any, external_id: str, machine_id: str, device: str) -> None:
    disk = known(find_disk(driver, external_id), "disk")
    given = {"source": path(part(disk, "selfLink", str))}
    named = {"deviceName": device} if device else {}
    address = f"{address_of(driver, machine_id)}/attachDisk"
    act(driver.connection, address, data=given | named)


@does("volumes", "detach", permissions="compute.instances.detachDisk")
def detach_volume(driver: Any, external_id: str, machine_id: str) -> None:
    """The request names the device that the instance has the disk under.

    A boot disk is detached from a stopped instance only: "Detach and reattach a boot disk" in
    cloud.google.com/compute/docs/disks.
    """
    disk = known(find_disk(driver, external_id), "disk")
    uses = uses_of(everywhere(driver, "instances"), {}).of(Reading(disk))
    own = [one for one in uses if machine_id in {"", one.machine}]
    if len(own) != 1 or not own[0].device:
        now = ", ".join(one.machine for one in uses) or "no machine"
        message = f"The disk is attached to {now} now."
        raise ProviderError(ProviderErrorCode.CONFLICT, message, retryable=False)
    if own[0].is_started_from:
        raise ProviderError(ProviderErrorCode.CONFLICT, SYSTEM, retryable=False)
    address = f"{address_of(driver, own[0].machine)}/detachDisk"
    act(driver.connection, address, deviceName=own[0].device)


@does("volumes", "resize", permissions="compute.disks.resize")
def resize_volume(driver: Any, external_id: str, size: int) -> None:
    address = f"{address_of_disk(driver, external_id)}/resize"
    act(driver.connection, address, data={"sizeGb": str(size)})


@does("volumes", "delete", permissions="compute.disks.delete")
def delete_volume(driver: Any, external_id: str) -> None:
    """Google keeps the snapshots of a disk that is deleted: "Method: disks.delete"."""
    act(driver.connection, address_of_disk(driver, external_id), method="DELETE")
