"""Which columns of a machine's row the fields of VirtualMachine read: a page loads no others."""

from collections.abc import Collection

from graphene.utils.str_converters import to_snake_case

from gateway.core.graphql.paging import OrderKey
from inventory.models import VirtualMachine

# What every machine of a page is told by, whatever is selected.
ALWAYS = ("id", "source", "provider", "region")
# The fields that read other columns than the one of their own name.
READS: dict[str, tuple[str, ...]] = {
    "id": ("external_id",),
    "provider": (),
    "systemType": (),
    "changes": (),
    "size": ("size_id",),
    "image": ("image_id",),
    "location": ("location_id", "location_name"),
    "observedAt": ("observed_at", "listed"),
    "stale": ("listed",),
}
# What a machine's own row says of an entry that the catalogue lacks.
READS_OF_ENTRIES: dict[tuple[str, str], str] = {
    ("Size", "name"): "size_name",
    ("Size", "memory"): "memory",
    ("Size", "vcpus"): "vcpus",
    ("Size", "disk"): "disk",
    ("Size", "pricePerHour"): "price_per_hour",
    ("Size", "priceAsOf"): "price_per_hour",
    ("Image", "name"): "image_name",
}


def columns_for(selected: Collection[tuple[str, str]], order: OrderKey) -> list[str]:
    """The columns that a page needs for these fields, and for its cursors."""
    columns = {*ALWAYS, order.column or order.name}
    for coordinate in selected:
        type_name, field = coordinate
        if type_name == VirtualMachine.__name__:
            columns |= {*READS.get(field, (to_snake_case(field),))}
        elif coordinate in READS_OF_ENTRIES:
            columns.add(READS_OF_ENTRIES[coordinate])
    return sorted(columns)
