"""Snapshots of volumes, at cinder: docs.openstack.org/api-ref/block-storage/v3.

States: ``SnapshotStatus`` in cinder's objects/fields.py. While a snapshot is backed up or restored
from, it is complete.
"""

from typing import Any

from libcloud.compute.base import VolumeSnapshot

from inventory.providers.openstack.pages import pages
from inventory.providers.openstack.permissions import MEMBER, READER
from inventory.providers.reading import (
    UNKNOWN_WORD,
    Reading,
    object_id,
    read_or_damaged,
    records_of,
)
from inventory.providers.rest import ask, found_by_id, part, segment
from inventory.providers.table import beside, does, reads
from inventory.records.snapshot import NewSnapshot, SnapshotRecord, SnapshotState

SNAPSHOTS = "/snapshots"
STATES = {
    "creating": SnapshotState.CREATING,
    "deleted": SnapshotState.DELETED,
    **dict.fromkeys(("available", "backing-up", "restoring", "updating"), SnapshotState.AVAILABLE),
    **dict.fromkeys(("deleting", "unmanaging"), SnapshotState.DELETING),
    **dict.fromkeys(("error", "error_deleting"), SnapshotState.ERROR),
}


@reads("snapshots", permissions=READER)
def list_snapshots(driver: Any) -> list[SnapshotRecord]:
    snapshots = pages(driver.block_storage, f"{SNAPSHOTS}/detail", "snapshots")
    return records_of(SnapshotRecord, snapshots, _record)


@beside("find", "snapshots")
def find_snapshot(driver: Any, external_id: str) -> SnapshotRecord | None:
    found = found_by_id(driver.block_storage, SNAPSHOTS, external_id, "snapshot")
    return None if found is None else _read(found)


@does("snapshots", "create", permissions=MEMBER)
def create_snapshot(driver: Any, order: NewSnapshot) -> SnapshotRecord:
    """``force``: of an attached volume too, as since microversion 3.66. libcloud's method takes no
    metadata, which have the mark.
    """
    given = {
        "volume_id": order.volume_id,
        "name": order.name,
        "description": order.description,
        "force": True,
        "metadata": dict(order.tags),
    }
    made = ask(driver.block_storage, SNAPSHOTS, method="POST", data={"snapshot": given})
    return _read(part(made, "snapshot", dict))


@does("snapshots", "delete", permissions=MEMBER)
def delete_snapshot(driver: Any, external_id: str) -> None:
    driver.destroy_volume_snapshot(VolumeSnapshot(segment(external_id), driver))


def _read(snapshot: Any) -> SnapshotRecord:
    return read_or_damaged(SnapshotRecord, Reading(snapshot), _record, object_id)


def _record(found: Reading) -> SnapshotRecord:
    external_id = found.identifier("id") or ""
    word = found.text("status", required=True) or UNKNOWN_WORD
    return SnapshotRecord(
        external_id=external_id,
        name=found.text("name") or external_id,
        state=STATES.get(word, SnapshotState.UNKNOWN),
        raw_state=word,
        size=found.number("size", required=True),
        volume_id=found.text("volume_id"),
        description=found.text("description"),
        tags=found.pairs("metadata"),
        created_at=found.moment("created_at"),
        problem=found.problem,
    )
