"""Snapshots of volumes."""

from inventory.models.observed import Observed, state_column
from inventory.models.priced import Priced
from inventory.records.snapshot import SnapshotRecord, SnapshotState
from inventory.resources import filters, priced
from inventory.resources.base import Link, Observation, Order
from inventory.resources.observed import boolean, integer, link, observed_resource, tags, text


class Snapshot(Observed, Priced):
    """The content of a volume at one moment, kept by its cloud, as it was last seen there."""

    state = state_column(SnapshotState)
    size = integer(
        "The size of its volume in GiB. Null if the cloud does not report it.", measure=True
    )
    volume_id = link(
        "Volume",
        "The volume it was taken from. Null if that is gone, or belongs to another account.",
        Link(back="snapshots", description="The snapshots that were taken of it."),
    )
    encrypted = boolean("Null if the cloud does not report it.")
    storage_location = text(
        300, "The region or multi-region that keeps it. Null if the cloud does not report it."
    )
    description = text(500, "Its description. Null if it has none.")
    tags = tags()


SNAPSHOTS = observed_resource(
    Snapshot,
    SnapshotRecord,
    plural="snapshots",
    costs=priced.facts(
        "The cost of a GiB of snapshots a month.",
        "The cost of a month, if the cloud charges for the size of the volume, or if a price "
        "book says so. Most clouds charge for the stored data, whose size is unknown.",
    ),
    observation=Observation(
        removed=SnapshotState.DELETED,
        searched=("name", "external_id", "volume_id", "description", "tags"),
        history=("name", "state", "tags"),
    ),
    place=70,
    filters={"volume": filters.linked("Volume", "Volumes that they were taken of")},
    search="a name, an id, its volume's id, a description, or a tag as key=value",
    orders={"size": Order("By size; those without it come first.")},
)
