"""Sizes that machines can have."""

from inventory.models import Size
from inventory.records.price import MICRO
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
            "The price of an hour with a free Linux, in US dollars, from the same sources as the "
            "prices of machines; null if it is not known. Your bill may differ.",
            type="Float",
            read=lambda size: None if size.usd_per_hour is None else size.usd_per_hour / MICRO,
            reads=("usd_per_hour",),
        ),
        "price_as_of": Fact(
            "The day of the price list, or the day on which the price was valid; null if unknown.",
            type="Date",
        ),
    },
    nested_description="Sizes that can be bought, by name; at most an hour old. "
    "Receipts are in the answer's extensions.sources.",
)
