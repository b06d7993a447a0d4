"""Images that machines can be made from."""

from typing import Any

from django.db import models

from inventory.models.observed import Observed, state_column
from inventory.records.image import ORDERABLE, ImageRecord, ImageState
from inventory.resources import filters
from inventory.resources.base import Filter, How, Link, Observation, Order
from inventory.resources.observed import (
    boolean,
    integer,
    link,
    observed_resource,
    shown,
    tags,
    text,
)


class Image(Observed):
    """An operating system image that machines are made from."""

    state = state_column(ImageState)
    size = integer(
        "Size in GiB of the disks of a machine that is created from it. Null if the cloud does not "
        "report it.",
        measure=True,
    )
    architecture = text(
        50,
        "x86_64, arm64, or the cloud's own word. Null if the cloud does not report it.",
        group=True,
    )
    public = boolean(
        "True if everybody may create machines from it. Null if the cloud does not report it.",
        group=True,
    )
    own = boolean(
        "True if it belongs to the account. Null if the cloud does not report it.", group=True
    )
    description = text(500, "Its description. Null if it has none.")
    machine_id = link(
        "VirtualMachine",
        "The machine that it was created from. Null if that is gone, or not known.",
        Link(back="images", description="The images that were created from it."),
    )
    snapshot_ids = shown(
        models.JSONField(default=list),
        "The snapshots that have its content, by name; at most 100: extensions.cuts says how many "
        "are left out.",
        name="snapshots",
        type="Snapshot",
        required=True,
        link=Link(column="snapshot_ids", several=True),
    )
    tags = tags()


IMAGES = observed_resource(
    Image,
    ImageRecord,
    plural="images",
    observation=Observation(
        removed=ImageState.DELETED,
        searched=("name", "external_id", "architecture", "machine_id", "description", "tags"),
        history=("name", "state", "public", "tags"),
        # Publishers replace theirs each week.
        forgotten=True,
        added_by_lists_alone=True,
    ),
    place=20,
    filters={
        "architecture": Filter(How.ANY, "Architectures, for example x86_64 or arm64."),
        "public": Filter(How.IS, "true: everybody may use it; false: its owner decides who may."),
        "own": Filter(How.IS, "true: it belongs to the account; false: to another owner."),
        "machine": filters.linked("VirtualMachine", "Machines that they were created from"),
    },
    search="a name, an id, an architecture, its machine's id, a description, or a tag as key=value",
    orders={"size": Order("By size; those without it come first.")},
    stands_in=True,
    list_description="Images at all your clouds, read live from all of them at once: those of the "
    "account and a choice of public ones, not all that can be ordered. The field "
    "images of a provider finds others by a search, and image by an id.",
    nested_description="Images that machines can be made from, by name; at most an hour old. "
    "With search (an image's id, or a part of its name) the cloud is asked now, and images are "
    "found that are not in the list without it. Receipts are in the answer's extensions.sources.",
    searched_live=True,
)


def orderable(rows: Any) -> Any:
    """The ``rows`` of images that an order of a machine may name."""
    return rows.filter(listed=True, state__in=ORDERABLE)
