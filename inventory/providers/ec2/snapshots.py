"""The account's own snapshots of EBS volumes; everybody's public ones are some 50,000.

States: ``SnapshotState`` in the Amazon EC2 API reference.
"""

from typing import Any

from inventory.providers.ec2.calls import Call
from inventory.providers.ec2.deeds import deed
from inventory.providers.ec2.driver import EC2Driver, entries_of
from inventory.providers.ec2.tags import tag_specification, tags_in
from inventory.providers.exceptions import ProviderError
from inventory.providers.identity import only_of
from inventory.providers.reading import UNKNOWN_WORD, Reading, read_or_damaged
from inventory.providers.table import beside, does, reads
from inventory.records.snapshot import NewSnapshot, SnapshotRecord, SnapshotState

PAGE = 1000  # EC2's largest
NO_VOLUME = "vol-ffffffff"  # of a snapshot whose volume is not the account's
STATES = {
    "pending": SnapshotState.CREATING,
    "completed": SnapshotState.AVAILABLE,
    "error": SnapshotState.ERROR,
    "recoverable": SnapshotState.DELETED,  # in the Recycle Bin
    "recovering": SnapshotState.CREATING,
}


@reads("snapshots", permissions="ec2:DescribeSnapshots")
def list_snapshots(driver: EC2Driver) -> list[SnapshotRecord]:
    """A server that does not know ``self`` among the owners answers with an empty list."""
    own: dict[str, Any] = {"OwnerIds": ["self"], "MaxResults": PAGE}
    return [_read(one) for one in driver.entries("describe_snapshots", "Snapshots", **own)]


@beside("find", "snapshots")
def find_snapshot(driver: EC2Driver, external_id: str) -> SnapshotRecord | None:
    try:
        answer = driver.call("describe_snapshots", SnapshotIds=[external_id])
    except ProviderError as refusal:
        if refusal.word.startswith("InvalidSnapshot"):
            return None
        raise
    records = map(_read, entries_of(answer, "Snapshots"))
    return only_of(records, external_id, lambda one: one.external_id)


@does("snapshots", "create", permissions=("ec2:CreateSnapshot", "ec2:CreateTags"))
def create_snapshot(driver: EC2Driver, order: NewSnapshot) -> SnapshotRecord:
    call = create_call(driver, order)
    return _read(driver.call(call.operation, **call.parameters))


def create_call(_driver: EC2Driver, order: NewSnapshot) -> Call:
    parameters: dict[str, Any] = {"VolumeId": order.volume_id}
    if order.description:
        parameters["Description"] = order.description
    tags = {"Name": order.name, **dict(order.tags)}
    return Call("create_snapshot", parameters | tag_specification("snapshot", tags))


@deed("snapshots", "delete", permissions="ec2:DeleteSnapshot")
def delete_snapshot(_driver: EC2Driver, external_id: str) -> Call:
    return Call("delete_snapshot", {"SnapshotId": external_id})


def _read(entry: Any) -> SnapshotRecord:
    found = Reading(entry)
    return read_or_damaged(SnapshotRecord, found, _record, lambda one: one.text("SnapshotId"))


def _record(found: Reading) -> SnapshotRecord:
    external_id = found.text("SnapshotId", required=True) or ""
    tags, word = tags_in(found), found.text("State", required=True) or UNKNOWN_WORD
    volume_id = found.text("VolumeId")
    return SnapshotRecord(
        external_id=external_id,
        name=dict(tags).get("Name") or external_id,
        state=STATES.get(word, SnapshotState.UNKNOWN),
        raw_state=word,
        size=found.number("VolumeSize"),
        volume_id=None if volume_id == NO_VOLUME else volume_id,
        encrypted=found.flag("Encrypted"),
        description=found.text("Description"),
        tags=tags,
        created_at=found.moment("StartTime"),
        problem=found.problem,
    )
