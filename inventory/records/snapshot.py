"""Snapshots of volumes. Sizes are in GiB."""

from dataclasses import dataclass

from inventory.records.base import ObservedRecord, listed
from inventory.records.state_change import StateChange
from inventory.types import MeaningfulEnum


class SnapshotState(MeaningfulEnum):
    """The state of a snapshot, in one vocabulary for all clouds. rawState has the cloud's word."""

    CREATING = "CREATING", "It is being created."
    AVAILABLE = "AVAILABLE", "It is complete: volumes can be created from it."
    DELETING = "DELETING", "It is being deleted."
    DELETED = "DELETED", "It is deleted for good."
    MISSING = (
        "MISSING",
        "Its cloud no longer lists it, and this gateway did not delete it.",
    )
    ERROR = "ERROR", "Its cloud reports that it failed."
    UNKNOWN = "UNKNOWN", "The cloud's word for its state is not known here, or could not be read."


@listed(
    "snapshots",
    StateChange(
        verb="delete",
        label="Delete a snapshot",
        meaning="Delete a snapshot for good.",
        description="Delete a snapshot for good. "
        "The job succeeds when it is seen deleted, or gone.",
        goal=SnapshotState.DELETED,
        done="deleted",
        ready=frozenset({SnapshotState.AVAILABLE, SnapshotState.ERROR, SnapshotState.UNKNOWN}),
        waits=frozenset({SnapshotState.CREATING, SnapshotState.DELETING}),
        refused_early=True,
        bulk="Delete snapshots for good: a job with a child for each; one that is busy fails.",
    ),
)
@dataclass(frozen=True, slots=True)
class SnapshotRecord(ObservedRecord):
    """``size``: of its volume. ``volume_id``: the volume's own id, in the same region.
    ``storage_location``: the region or multi-region that keeps it, where the cloud names it.
    """

    state: SnapshotState
    size: int | None = None
    volume_id: str | None = None
    encrypted: bool | None = None
    storage_location: str | None = None
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
