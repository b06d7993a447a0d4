"""Volumes: block storage of clouds."""

from django.db import models

from inventory.models.observed import Observed, state_column
from inventory.models.priced import Priced
from inventory.records.volume import VolumeRecord, VolumeState
from inventory.resources import filters, priced
from inventory.resources.base import Entry, Filter, How, Link, Observation, Order
from inventory.resources.observed import boolean, integer, link, observed_resource, tags, text


class Volume(Observed, Priced):
    """A block storage disk that exists independently of a machine, as it was last seen."""

    state = state_column(VolumeState)
    size = integer("Size in GiB. Null if the cloud does not report it.", measure=True)
    type = text(100, "The cloud's own name of the type, for example gp3.", group=True)
    encrypted = boolean("Null if the cloud does not report it.", group=True)
    machine_id = link(
        "VirtualMachine",
        "The machine it is attached to.",
        Link(back="volumes", description="The volumes that are attached to it."),
    )
    device = text(100, "Its device name in its machine. Null if it has none.")
    deleted_with_machine = boolean(
        "True if it is deleted when its machine is terminated. Null if it has no machine, or if "
        "the cloud does not report it."
    )
    snapshot_id = link(
        "Snapshot",
        "The snapshot it was created from. Null if it was created empty.",
        Link(back="volumes", description="The volumes that were created from it."),
    )
    location_id = text(
        300,
        "Its zone. Null if the cloud has none.",
        type="Location",
        entry=Entry({"name": "location_name"}, stored=False),
    )
    location_name = models.CharField(max_length=300, null=True)
    tags = tags()


VOLUMES = observed_resource(
    Volume,
    VolumeRecord,
    plural="volumes",
    costs=priced.facts(
        "The price of a GiB of it for a month: storage only, without charges for operations and "
        "throughput.",
        "The cost of its size for a month.",
    ),
    observation=Observation(
        removed=VolumeState.DELETED,
        searched=("name", "external_id", "type", "machine_id", "snapshot_id", "tags"),
        history=("name", "state", "size", "type", "machine_id", "tags"),
    ),
    place=60,
    filters={
        "type": Filter(How.ANY, "The cloud's own names of types."),
        "machine": filters.linked("VirtualMachine", "Machines that they are attached to"),
        "snapshot": filters.linked("Snapshot", "Snapshots that they were created from"),
    },
    search="a name, an id, a type, its machine's or snapshot's id, or a tag as key=value",
    orders={"size": Order("By size; those without it come first.")},
)
