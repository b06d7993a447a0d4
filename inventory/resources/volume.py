"""Volumes: block storage of clouds."""

from django.db import models

from inventory.models.observed import Observed, state_column
from inventory.records.volume import VolumeRecord, VolumeState
from inventory.resources import facts, filters
from inventory.resources.base import Entry, Fact, Filter, How, Link, Observation, Order, Resource


class Volume(Observed):
    """A block storage disk that exists independently of a machine, as it was last seen."""

    state = state_column(VolumeState)
    size = models.PositiveIntegerField(null=True)  # GiB
    type = models.CharField(max_length=100, null=True)
    encrypted = models.BooleanField(null=True)
    machine_id = models.CharField(max_length=400, null=True, db_index=True)
    device = models.CharField(max_length=100, null=True)
    snapshot_id = models.CharField(max_length=400, null=True, db_index=True)
    location_id = models.CharField(max_length=300, null=True)
    location_name = models.CharField(max_length=300, null=True)
    tags = models.JSONField(default=list)  # [key, value] pairs, by key and value


VOLUMES = Resource(
    Volume,
    VolumeRecord,
    plural="volumes",
    nouns=("volume", "volumes"),
    states=VolumeState,
    observation=Observation(
        removed=VolumeState.DELETED,
        searched=("name", "external_id", "type", "machine_id", "snapshot_id", "tags"),
    ),
    place=60,
    facts=facts.observed(
        {
            "size": Fact("Size in GiB. Null if the cloud does not report it.", measure=True),
            "type": Fact("The cloud's own name of the type, for example gp3.", group=True),
            "encrypted": Fact("Null if the cloud does not report it.", group=True),
            "machine": Fact(
                "The machine it is attached to.",
                type="VirtualMachine",
                link=Link(back="volumes", description="The volumes that are attached to it."),
            ),
            "device": Fact("The device name that its machine has it under. Null if it has none."),
            "snapshot": Fact(
                "The snapshot it was created from. Null if it was created empty.",
                type="Snapshot",
                link=Link(back="volumes", description="The volumes that were created from it."),
            ),
            "location": Fact(
                "Its zone. Null if the cloud has none.",
                type="Location",
                entry=Entry({"name": "location_name"}, stored=False),
            ),
            "tags": facts.tags(),
        }
    ),
    filters=filters.observed(
        {
            "type": Filter(How.ANY, "The cloud's own names of types."),
            "machine": filters.linked("VirtualMachine", "Machines that they are attached to"),
            "snapshot": filters.linked("Snapshot", "Snapshots that they were created from"),
            "tags": filters.tags(),
        },
        search="a name, an id, a type, its machine's or snapshot's id, or a tag as key=value",
    ),
    orders=filters.orders({"size": Order("By size; those without it come first.")}),
)
