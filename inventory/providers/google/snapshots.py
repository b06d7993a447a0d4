"""Snapshots of disks: cloud.google.com/compute/docs/reference/rest/v1/snapshots."""

from typing import Any

from inventory.providers.google.disks import (
    find_disk,
    find_snapshot,
    gigabytes,
    known,
    snapshots,
)
from inventory.providers.google.parse import path
from inventory.providers.reading import UNKNOWN_WORD, Reading, records_of
from inventory.providers.rest import act, ask, part, segment
from inventory.providers.table import beside, does, reads
from inventory.records.snapshot import NewSnapshot, SnapshotRecord, SnapshotState

STATES = {
    **dict.fromkeys(("CREATING", "UPLOADING"), SnapshotState.CREATING),
    "READY": SnapshotState.AVAILABLE,
    "DELETING": SnapshotState.DELETING,
    "FAILED": SnapshotState.ERROR,
}


@reads("snapshots", permissions="compute.snapshots.list")
def list_snapshots(driver: Any) -> list[SnapshotRecord]:
    return records_of(SnapshotRecord, snapshots(driver), _record)


@beside("find", "snapshots")
def find(driver: Any, external_id: str) -> SnapshotRecord | None:
    found = find_snapshot(driver, external_id)
    return None if found is None else records_of(SnapshotRecord, [found], _record)[0]


def _record(found: Reading) -> SnapshotRecord:
    external_id, word = found.identifier("id") or "", found.text("status", required=True)
    places = found.texts("storageLocations")
    return SnapshotRecord(
        external_id=external_id,
        name=found.text("name", required=True) or external_id,
        state=STATES.get(word or "", SnapshotState.UNKNOWN),
        raw_state=word or UNKNOWN_WORD,
        size=gigabytes(found, "diskSizeGb"),
        volume_id=found.identifier("sourceDiskId", required=False),
        storage_location=places[0] if len(places) == 1 else None,
        description=found.text("description"),
        tags=found.pairs("labels"),
        created_at=found.moment("creationTimestamp", required=True),
        problem=found.problem,
    )


@does(
    "snapshots", "create", permissions=("compute.snapshots.create", "compute.disks.createSnapshot")
)
def create_snapshot(driver: Any, order: NewSnapshot) -> SnapshotRecord:
    """Use ``snapshots.insert``: the answer of ``disks.createSnapshot`` names the disk."""
    disk = known(find_disk(driver, order.volume_id), "disk")
    snapshot = {
        "name": order.name,
        "sourceDisk": path(part(disk, "selfLink", str)),
        "description": order.description or "",
        "labels": dict(order.tags),
    }
    address, token = f"{driver.project}/global/snapshots", order.client_token
    made = ask(driver.connection, address, method="POST", data=snapshot, requestId=token)
    return SnapshotRecord(
        external_id=str(made.get("targetId") or ""),
        name=order.name,
        state=SnapshotState.CREATING,
        raw_state="CREATING",
        volume_id=order.volume_id,
        description=order.description,
        tags=tuple(sorted(order.tags)),
    )


@does("snapshots", "delete", permissions="compute.snapshots.delete")
def delete_snapshot(driver: Any, external_id: str) -> None:
    name = part(known(find_snapshot(driver, external_id), "snapshot"), "name", str)
    act(driver.connection, f"{driver.project}/global/snapshots/{segment(name)}", method="DELETE")
