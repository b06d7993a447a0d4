"""Prices: the words for them, and the entries that a cloud's list of prices has.

Amounts are whole micro-dollars, or millionths of another currency: sums of them are exact on every
database.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import NamedTuple

from inventory.types import MeaningfulEnum

MICRO = 1_000_000
NANO = 1_000_000_000
HOURS_PER_MONTH = 730
MOST_AMOUNT = 1_000_000  # of a currency, for one unit; a higher price is a mistake
DOLLAR = "USD"


class PriceUnit(MeaningfulEnum):
    """The unit that a price is for."""

    HOUR = "HOUR", "An hour of the object."
    GIB_MONTH = "GIB_MONTH", "A GiB for a month."


class PriceSource(MeaningfulEnum):
    """Where a price comes from; the first of them that has one."""

    PRICE_BOOK = "PRICE_BOOK", "The price book of the provider."
    CLOUD = "CLOUD", "The cloud's own list: with the object, or read by refresh_prices."
    LIBCLOUD = "LIBCLOUD", "The price list of the installed release of libcloud."


class PricedItem(StrEnum):
    """The object, or the part of a machine, that an entry of a list of prices is about."""

    SIZE = "SIZE"
    VCPU = "VCPU"  # an hour of one, in a series of machines
    MEMORY = "MEMORY"  # an hour of a GiB
    ADDRESS = "ADDRESS"  # an hour of a public one of IPv4
    VOLUME = "VOLUME"
    SNAPSHOT = "SNAPSHOT"
    BUCKET = "BUCKET"


class Price(NamedTuple):
    """``amount``: millionths of ``currency`` for a ``unit``. ``usd``: the same in micro-dollars.

    ``as_of``: the day that it was valid; None: the day on which the object was last seen.
    """

    amount: int
    currency: str
    unit: PriceUnit
    source: PriceSource
    as_of: date | None
    usd: int


@dataclass(frozen=True, slots=True)
class PriceRecord:
    """An entry of a cloud's list of prices, in US dollars.

    ``name``: a size, a series of machines, or a type of volume; empty: there is one price.
    ``region``: empty: everywhere. ``operating_system``: empty: none has a price of its own.
    """

    item: PricedItem
    name: str
    region: str
    amount: Decimal
    unit: PriceUnit
    operating_system: str = ""


def micros(amount: Decimal) -> int:
    """The nearest whole number of millionths."""
    return int((amount * MICRO).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def nanos(amount: Decimal) -> int:
    """The nearest whole number of thousand-millionths."""
    return int((amount * NANO).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def list_price(
    amount: Decimal, unit: PriceUnit, source: PriceSource, as_of: date | None, *, discount: Decimal
) -> Price:
    """A price in US dollars. ``discount``: the part of it that is taken off, 0 to 1."""
    usd = micros(amount * (1 - discount))
    return Price(usd, DOLLAR, unit, source, as_of, usd)
