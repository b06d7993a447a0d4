"""Snapshots of volumes. Sizes are in GiB."""

from dataclasses import dataclass

from inventory.records.base import ObservedRecord, listed
from inventory.types import MeaningfulEnum


class SnapshotState(MeaningfulEnum):
    """What a snapshot is doing, in one vocabulary for all clouds. rawState has the cloud's own
    word.
    """

    CREATING = "CREATING", "It is being created."
    AVAILABLE = "AVAILABLE", "It is complete: volumes can be created from it."
    DELETING = "DELETING", "It is being deleted."
    DELETED = "DELETED", "It is deleted for good."
    MISSING = "MISSING", "Its cloud lists it no more, though nobody deleted it through here."
    ERROR = "ERROR", "Its cloud reports that it failed."
    UNKNOWN = "UNKNOWN", "The cloud's word for its state is not known here, or could not be read."


@listed("snapshots")
@dataclass(frozen=True, slots=True)
class SnapshotRecord(ObservedRecord):
    """``size``: of its volume. ``volume_id``: the volume's own id, in the same region."""

    state: SnapshotState
    size: int | None = None
    volume_id: str | None = None
    encrypted: bool | None = None
    description: str | None = None
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NewSnapshot:
    """An order for a snapshot of a volume. ``tags``: as of a volume."""

    name: str
    volume_id: str
    client_token: str
    description: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
