"""Snapshots of managed disks: learn.microsoft.com/rest/api/compute/snapshots.

None is created here: the request that creates a snapshot changes one that has the name.
"""

from typing import Any

from inventory.providers.azure.parse import id_of
from inventory.providers.azure.requests import pages
from inventory.providers.azure.resources import SNAPSHOTS, delete, find, list_path
from inventory.providers.reading import UNKNOWN_WORD, Reading, records_of
from inventory.providers.table import beside, does, reads
from inventory.records.snapshot import SnapshotRecord, SnapshotState

STATES = {
    "succeeded": SnapshotState.AVAILABLE,
    **dict.fromkeys(("creating", "updating"), SnapshotState.CREATING),
    "deleting": SnapshotState.DELETING,
    "failed": SnapshotState.ERROR,
}


@reads("snapshots", permissions=f"{SNAPSHOTS}/read")
def list_snapshots(driver: Any) -> list[SnapshotRecord]:
    found = pages(driver, list_path(driver, SNAPSHOTS))
    return records_of(SnapshotRecord, found, _record, id_of)


@beside("find", "snapshots")
def find_snapshot(driver: Any, external_id: str) -> SnapshotRecord | None:
    found = find(driver, SNAPSHOTS, external_id)
    return None if found is None else records_of(SnapshotRecord, [found], _record, id_of)[0]


def _record(found: Reading) -> SnapshotRecord:
    external_id, properties = id_of(found), found.part("properties")
    word = properties.text("provisioningState", required=True) or UNKNOWN_WORD
    source = properties.text("creationData", "sourceResourceId")
    return SnapshotRecord(
        external_id=external_id,
        name=found.text("name", required=True) or external_id,
        state=STATES.get(word.lower(), SnapshotState.UNKNOWN),
        raw_state=word,
        size=properties.number("diskSizeGB", required=True),
        volume_id=source.lower() if source else None,
        tags=found.pairs("tags"),
        created_at=properties.moment("timeCreated", required=True),
        instance_id=properties.text("uniqueId"),
        problem=found.problem,
    )


@does("snapshots", "delete", permissions=f"{SNAPSHOTS}/delete")
def delete_snapshot(driver: Any, external_id: str) -> None:
    delete(driver, SNAPSHOTS, external_id)
