"""Machine types of Compute Engine, as the Billing Catalog prices them.

Its prices are those of a vCPU and of a GiB of memory in a series: cloud.google.com/compute/
vm-instance-pricing. A series has other prices for custom machine types, and for their extended
memory: "Create a VM with a custom machine type" of the documentation.
"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from inventory.providers.prices import LINUX, PricedPart, PriceQuestion
from inventory.records.price import PricedItem

SPOT = " spot"  # after a series: the prices of spare capacity
CUSTOM, EXTENDED = "-custom", "-custom-ext"
MIB_PER_GIB = 1024
ZONE = re.compile(r".+-[a-z]")
TYPE = re.compile(r"(?P<series>[a-z0-9]+)-(?P<kind>standard|highmem|highcpu)-[0-9]+")
MEMORY_TYPE = re.compile(r"(?P<series>m1|m3)-(?:ultramem|megamem)-[0-9]+")
OLD_M1 = re.compile(r"n1-(?:ultramem|megamem)-[0-9]+")
CUSTOM_TYPE = re.compile(
    r"(?:(?P<series>[a-z0-9]+)-)?custom-(?P<cores>[0-9]{1,4}|micro|small|medium)-[0-9]{1,9}"
    r"(?P<extended>-ext)?"
)
# Priced as a whole.
WHOLE = frozenset({"f1-micro", "g1-small"})
# A shared core is a part of one, with two vCPUs: "E2 machine series" of the documentation.
SHARED = {"micro": Decimal("0.25"), "small": Decimal("0.5"), "medium": Decimal(1)}
E2_SHARED = {f"e2-{name}": part for name, part in SHARED.items()}
SAME_IF_CUSTOM = frozenset({"e2"})  # a custom type has the prices of the series
# GiB of memory for a vCPU beyond which memory is extended.
USUAL_MEMORY = {
    "n1": Decimal("6.5"),
    **dict.fromkeys(("n2", "n2d", "n4", "n4d"), Decimal(8)),
}


def region_of(region: str, place: str | None) -> str:
    """The region of a zone, as europe-west1-b, or of a disk that is in no single zone."""
    if place is None:
        return region
    return place.rpartition("-")[0] if ZONE.fullmatch(place) else place


def disk_name(disk_type: str, place: str | None) -> str:
    """A disk in two zones has the place of a region, and another price."""
    is_regional = place is not None and ZONE.fullmatch(place) is None
    return f"regional-{disk_type}" if is_regional else disk_type


def parts_of(asked: PriceQuestion) -> Sequence[PricedPart]:
    """The entries of the catalogue that a machine with a free system is paid for by; empty for a
    type that has other parts too (GPUs, local SSDs), or that is not known.
    """
    if asked.operating_system not in {"", LINUX}:
        return ()
    usage = SPOT if asked.spot else ""
    parts = [one._replace(name=f"{one.name}{usage}") for one in _parts(asked) if one.quantity]
    if parts and asked.addresses:
        parts.append(PricedPart(PricedItem.ADDRESS, usage, Decimal(asked.addresses)))
    return parts


def _parts(asked: PriceQuestion) -> Iterator[PricedPart]:
    if asked.size_id in WHOLE:
        yield PricedPart(PricedItem.VCPU, asked.size_id, Decimal(1))
        return
    if not asked.vcpus or not asked.memory:
        return
    vcpus, memory = Decimal(asked.vcpus), Decimal(asked.memory) / MIB_PER_GIB
    custom = CUSTOM_TYPE.fullmatch(asked.size_id)
    if custom is None:
        yield from _usual(asked.size_id, vcpus, memory)
        return
    series = custom["series"] or "n1"
    cores, name = SHARED.get(custom["cores"], vcpus), series
    usual = memory
    if series not in SAME_IF_CUSTOM:
        name = f"{series}{CUSTOM}"
        usual = min(memory, vcpus * USUAL_MEMORY.get(series, memory))
    if memory > usual and not custom["extended"]:
        return
    yield PricedPart(PricedItem.VCPU, name, cores)
    yield PricedPart(PricedItem.MEMORY, name, usual)
    yield PricedPart(PricedItem.MEMORY, f"{series}{EXTENDED}", memory - usual)


def _usual(size_id: str, vcpus: Decimal, memory: Decimal) -> Iterator[PricedPart]:
    shared, series = E2_SHARED.get(size_id), _series_of(size_id)
    if series is None:
        return
    yield PricedPart(PricedItem.VCPU, series, vcpus if shared is None else shared)
    yield PricedPart(PricedItem.MEMORY, series, memory)


def _series_of(size_id: str) -> str | None:
    """None for a type with parts that its name does not count."""
    if size_id in E2_SHARED:
        return "e2"
    if OLD_M1.fullmatch(size_id):
        return "m1"
    found = TYPE.fullmatch(size_id) or MEMORY_TYPE.fullmatch(size_id)
    return None if found is None else found["series"]
