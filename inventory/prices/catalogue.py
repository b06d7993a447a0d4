"""Clouds' own lists of prices, as they are stored."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from inventory.models import ListedPrice
from inventory.records.price import NANO, PricedItem

MOST_NAMES = 200  # of one query: SQLite bounds the number of its parameters


class Key(NamedTuple):
    """``name``: empty: there is one price. ``region``: empty: it is the same everywhere."""

    region: str
    name: str
    operating_system: str = ""


class Listed(NamedTuple):
    """``amount``: US dollars."""

    amount: Decimal
    as_of: date


def listed_prices(
    kind_slug: str, item: PricedItem, regions: Collection[str], names: Collection[str]
) -> dict[Key, Listed]:
    """The prices of these names in these regions, and of all regions."""
    wanted = sorted(names)
    found: dict[Key, Listed] = {}
    for start in range(0, len(wanted), MOST_NAMES):
        rows = ListedPrice.objects.filter(
            kind_slug=kind_slug,
            item=item,
            region__in=sorted({*regions, ""}),
            name__in=wanted[start : start + MOST_NAMES],
        )
        for row in rows:
            key = Key(row.region, row.name, row.operating_system)
            found[key] = Listed(Decimal(row.amount) / NANO, row.as_of)
    return found
