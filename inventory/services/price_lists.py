"""Clouds' lists of prices: read, stored in place of earlier ones, and applied."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from gateway.core.errors import Conflict, InvalidInput
from gateway.core.transactions import in_transaction
from inventory.live.api import reprice_all
from inventory.models import ListedPrice, Source, VirtualMachine
from inventory.providers.price_lists import PRICE_LISTS
from inventory.records.price import PriceRecord, nanos

BATCH = 200
GLOBAL_LISTS = frozenset({"google", "linode"})  # whose list has all regions at once


def regions_of(kind: str) -> list[str]:
    """The clouds' regions that connected providers of the kind have machines, or sources, in."""
    sources = Source.objects.filter(provider__kind_slug=kind)
    found: set[str | None] = set(sources.values_list("region", flat=True))
    if kind == "azure":
        machines = VirtualMachine.objects.filter(provider__kind_slug=kind)
        found = set(machines.values_list("location_id", flat=True))
    return sorted(region for region in found if region)


def prices_refresh(
    kind: str, regions: Sequence[str] | None = None, *, allow_shorter: bool = False
) -> tuple[int, int]:
    """Read the list of a kind and price its rows by it; returns how many prices there are, and how
    many rows have another one.

    ``regions``: None: those of connected providers. Raises PriceListError for a list that was not
    read to its end, Conflict for one that is shorter than the stored one unless ``allow_shorter``,
    and InvalidInput for a kind without a list.
    """
    if kind not in PRICE_LISTS:
        known = ", ".join(sorted(PRICE_LISTS))
        raise InvalidInput(f"{kind!r} has no list of prices that can be read: {known} have.")
    asked = regions_of(kind) if regions is None else list(regions)
    records = PRICE_LISTS[kind](asked)
    _replace(kind, records, None if kind in GLOBAL_LISTS else asked, allow_shorter=allow_shorter)
    return len(records), reprice_all(kind)


@in_transaction
def _replace(
    kind: str,
    records: Sequence[PriceRecord],
    regions: Sequence[str] | None,
    *,
    allow_shorter: bool,
) -> None:
    """``regions``: whose prices are replaced; None: all."""
    stored = ListedPrice.objects.filter(kind_slug=kind)
    if regions is not None:
        stored = stored.filter(region__in=regions)
    before = Counter(stored.values_list("item", "region"))
    after = Counter((one.item.value, one.region) for one in records)
    shorter = sorted(key for key, number in before.items() if after[key] < number)
    if shorter and not allow_shorter:
        item, region = shorter[0]
        raise Conflict(
            f"The list of {kind} has {after[item, region]} prices of {item} in "
            f"{region or 'all regions'} and had {before[item, region]}: it is kept as it was."
        )
    stored.delete()
    today = datetime.now(UTC).date()
    rows = [
        ListedPrice(
            kind_slug=kind,
            item=one.item.value,
            region=one.region,
            name=one.name,
            operating_system=one.operating_system,
            amount=nanos(one.amount),
            unit=one.unit.value,
            as_of=today,
        )
        for one in records
    ]
    ListedPrice.objects.bulk_create(rows, batch_size=BATCH)
