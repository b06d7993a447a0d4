"""Snapshots of volumes at DigitalOcean; those of droplets are images.

"Snapshots" and "Create Snapshot from a Volume" in docs.digitalocean.com/reference/api. The API
reports no state of a snapshot.
"""

from typing import Any

from inventory.providers.digitalocean.volumes import SNAPSHOTS, VOLUMES
from inventory.providers.flat_tags import words_of
from inventory.providers.libcloud.reader import Reader
from inventory.providers.reading import Reading
from inventory.providers.rest import act, ask, found_by_id, part, segment
from inventory.providers.table import beside, does, reads
from inventory.records.snapshot import NewSnapshot, SnapshotRecord, SnapshotState

OF_VOLUMES, OF_DROPLETS = "volume", "droplet"


def _more(snapshot: Reading) -> dict[str, Any]:
    size = snapshot.number("min_disk_size", required=True)
    return {"size": size, "state": SnapshotState.AVAILABLE, "raw_state": "available"}


SNAPSHOT = Reader(SnapshotRecord, "name! volume_id=resource_id tags created_at!", _more)


@reads("snapshots", permissions=("block_storage_snapshot:read", "snapshot:read"))
def list_snapshots(driver: Any) -> list[SnapshotRecord]:
    """Libcloud's ``list_volume_snapshots`` is of one volume: a request for each."""
    wanted = {"resource_type": OF_VOLUMES}
    return [*map(SNAPSHOT.read, driver.pages(SNAPSHOTS, "snapshots", wanted))]


@beside("find", "snapshots")
def find_snapshot(driver: Any, external_id: str) -> SnapshotRecord | None:
    found = found_by_id(driver.connection, SNAPSHOTS, external_id, "snapshot")
    is_image = Reading(found).text("resource_type") == OF_DROPLETS
    return None if found is None or is_image else SNAPSHOT.read(found)


@does("snapshots", "create", permissions=("block_storage_snapshot:create", "tag:create"))
def create_snapshot(driver: Any, order: NewSnapshot) -> SnapshotRecord:
    """Libcloud's ``create_volume_snapshot`` takes no tags, of which one is the mark."""
    path, given = f"{VOLUMES}/{segment(order.volume_id)}/snapshots", words_of(order.tags)
    body = {"name": order.name, "tags": given}
    made = ask(driver.connection, path, method="POST", data=body)
    return SNAPSHOT.read(part(made, "snapshot", dict))


@does("snapshots", "delete", permissions=("block_storage_snapshot:delete", "snapshot:delete"))
def delete_snapshot(driver: Any, external_id: str) -> None:
    act(driver.connection, f"{SNAPSHOTS}/{segment(external_id)}", method="DELETE")
