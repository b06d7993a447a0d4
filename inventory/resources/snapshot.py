"""Snapshots of volumes."""

from django.db import models

from inventory.models.observed import Observed, state_column
from inventory.records.snapshot import SnapshotRecord, SnapshotState
from inventory.resources import facts, filters
from inventory.resources.base import Fact, Link, Observation, Order, Resource


class Snapshot(Observed):
    """The content of a volume at one moment, kept by its cloud, as it was last seen there."""

    state = state_column(SnapshotState)
    size = models.PositiveIntegerField(null=True)  # GiB
    volume_id = models.CharField(max_length=400, null=True, db_index=True)
    encrypted = models.BooleanField(null=True)
    description = models.CharField(max_length=500, null=True)
    tags = models.JSONField(default=list)  # [key, value] pairs, by key and value


SNAPSHOTS = Resource(
    Snapshot,
    SnapshotRecord,
    plural="snapshots",
    nouns=("snapshot", "snapshots"),
    states=SnapshotState,
    observation=Observation(
        removed=SnapshotState.DELETED,
        searched=("name", "external_id", "volume_id", "description", "tags"),
    ),
    place=70,
    facts=facts.observed(
        {
            "size": Fact(
                "The size of its volume in GiB. Null if the cloud does not report it.", measure=True
            ),
            "volume": Fact(
                "The volume it was taken of. Null if that is gone, or is another account's.",
                type="Volume",
                link=Link(back="snapshots", description="The snapshots that were taken of it."),
            ),
            "encrypted": Fact("Null if the cloud does not report it."),
            "description": Fact("Its description. Null if it has none."),
            "tags": facts.tags(),
        }
    ),
    filters=filters.observed(
        {
            "volume": filters.linked("Volume", "Volumes that they were taken of"),
            "tags": filters.tags(),
        },
        search="a name, an id, its volume's id, a description, or a tag as key=value",
    ),
    orders=filters.orders({"size": Order("By size; those without it come first.")}),
)
