"""Sizes that machines can have."""

from inventory.models import Size
from inventory.resources import facts
from inventory.resources.base import Fact, Resource
from inventory.types import SizeRecord

SIZES = Resource(
    Size,
    SizeRecord,
    plural="sizes",
    nouns=("size", "sizes"),
    place=10,
    facts={
        **facts.OF_CATALOGUES,
        "memory": Fact("Memory in MiB; null if the cloud does not report it."),
        "vcpus": Fact("Virtual processors; null if the cloud does not report it."),
        "disk": Fact("Disk in GiB that comes with it; null if the cloud does not report it."),
        "architecture": Fact(
            "The processor architecture: x86_64, arm64, or the cloud's own word. An image of "
            "another architecture does not boot on it. Null if the cloud does not report it."
        ),
        "price_per_hour": Fact(
            "The list price in US dollars an hour; null if it is not known. Your bill may differ."
        ),
        "price_as_of": Fact(
            "The day of the price list, where there is one.",
            type="Date",
            read=lambda size: (
                None if size.price_per_hour is None else size.provider.kind.prices_as_of()
            ),
            reads=("price_per_hour",),
        ),
    },
    nested_description="Sizes that can be bought, by name; at most an hour old. "
    "Receipts are in the answer's extensions.sources.",
)
