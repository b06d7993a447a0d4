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
        "memory": Fact("Memory in MiB; null where the cloud does not say."),
        "vcpus": Fact("Virtual processors; null where the cloud does not say."),
        "disk": Fact("Disk in GiB that comes with it; null where the cloud does not say."),
        "architecture": Fact(
            "x86_64, arm64, or the cloud's own word: an image of another one does not boot on it. "
            "Null where the cloud does not say."
        ),
        "price_per_hour": Fact(
            "Price in US dollars an hour, where it is known. "
            "List prices as the libcloud release has them; your bill may differ."
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
