"""Snapshots of volumes, of a driver of libcloud that lists those of all volumes at once."""

from typing import Any

from inventory.providers.libcloud import extra as fields
from inventory.providers.libcloud.marks import marked_name, marks_of
from inventory.providers.libcloud.objects import (
    identify,
    read_object,
    sent,
    snapshot_named,
    snapshots_of,
    volume_named,
)
from inventory.providers.libcloud.storage_rows import Storage
from inventory.providers.reading import UNKNOWN_WORD
from inventory.records.snapshot import NewSnapshot, SnapshotRecord, SnapshotState

# libcloud's ``VolumeSnapshotState``. While it is restored from or updated, it is complete.
STATES = {
    **dict.fromkeys(("available", "restoring", "updating"), SnapshotState.AVAILABLE),
    "creating": SnapshotState.CREATING,
    "deleting": SnapshotState.DELETING,
    "error": SnapshotState.ERROR,
}


def list_snapshots(row: Storage, driver: Any) -> list[SnapshotRecord]:
    return [snapshot_record(one) for one in snapshots_of(row, driver)]


def snapshot_record(snapshot: Any) -> SnapshotRecord:
    return read_object(SnapshotRecord, snapshot, _record, identify)


def _record(snapshot: Any) -> SnapshotRecord:
    extra = fields.extra_of(snapshot)
    word = str(getattr(snapshot.state, "value", snapshot.state or UNKNOWN_WORD))
    name = snapshot.name or fields.text(extra, "name", "snapshot_name") or identify(snapshot)
    size = snapshot.size if snapshot.size is not None else extra.get("source_disk_size")
    return SnapshotRecord(
        external_id=identify(snapshot),
        name=name,
        state=STATES.get(word, SnapshotState.UNKNOWN),
        raw_state=fields.text(extra, "status", "state") or word,
        size=None if size is None else int(size),
        volume_id=fields.text(extra, "volume_id", "source_disk_id"),
        description=fields.text(extra, "description"),
        tags=marks_of(name),
        created_at=fields.created(extra, snapshot.created, extra.get("start_time")),
    )


def create_snapshot(_row: Storage, driver: Any, order: NewSnapshot) -> SnapshotRecord:
    """The snapshot's name has the mark: see ``marks``."""
    volume, name = volume_named(driver, order.volume_id), marked_name(order)
    more = {"ex_description": order.description} if order.description else {}
    return snapshot_record(sent(lambda: driver.create_volume_snapshot(volume, name=name, **more)))


def delete_snapshot(row: Storage, driver: Any, external_id: str) -> None:
    snapshot = snapshot_named(row, driver, external_id)
    sent(lambda: driver.destroy_volume_snapshot(snapshot))
