"""A price book: the prices that a provider's owner has written down.

::

    currency: EUR
    rate: {dollars: 1.0834, date: 2026-11-02}
    as_of: 2026-11-01
    discount: 12.5 %
    stopped: disk
    prices:
      vcpu: 0.012 / vCPU-hour
      memory: 0.004 / GiB-hour
      disk: 0.10 / GiB-month
      address: 0.004 / hour
      volume: {ssd: 0.12 / GiB-month, "*": 0.05 / GiB-month}
      snapshot: 0.04 / GiB-month
      bucket: 0.02 / GiB-month
    sizes:
      m1.large: 0.21 / hour

docs/prices.md says what each means.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

from inventory.prices import amounts
from inventory.prices.amounts import GIB_HOUR, GIB_MONTH, HOUR, VCPU_HOUR
from inventory.prices.document import Entry, read_document, shown
from inventory.records.price import DOLLAR

KEYS = ("currency", "rate", "as_of", "discount", "stopped", "prices", "sizes")
OF_RATE = ("dollars", "date")
# The prices of one value, and their units.
SINGLE = {
    "vcpu": VCPU_HOUR,
    "memory": GIB_HOUR,
    "disk": GIB_MONTH,
    "address": HOUR,
    "snapshot": GIB_MONTH,
    "bucket": GIB_MONTH,
}
VOLUME = "volume"
ANY_TYPE = "*"


class Stopped(StrEnum):
    """The parts of a stopped machine that are paid for."""

    ALL = "all"
    DISK = "disk"  # its disk and its addresses
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Book:
    """``rate``: US dollars for one unit of the currency. ``discount``: off list prices, 0 to 1.

    ``single``: prices by the names of ``SINGLE``; ``volumes``: by type, ``*`` for others;
    ``sizes``: the price of an hour.
    """

    currency: str = DOLLAR
    rate: Decimal = Decimal(1)
    rate_date: date | None = None
    as_of: date | None = None
    discount: Decimal = Decimal(0)
    stopped: Stopped | None = None
    single: Mapping[str, Decimal] = field(default_factory=dict)
    volumes: Mapping[str, Decimal] = field(default_factory=dict)
    sizes: Mapping[str, Decimal] = field(default_factory=dict)


def read_book(text: str, *, today: date | None = None) -> Book:
    """Raises DocumentError, which names the line. ``today``: in UTC."""
    today = today or datetime.now(UTC).date()
    root = read_document(text)
    _check_keys(root, KEYS)
    found = root.entries
    currency = amounts.currency(found["currency"]) if "currency" in found else DOLLAR
    rate, rate_date = _rate(root, currency, today)
    prices = _entries(found.get("prices"))
    _check_keys(found.get("prices"), (*SINGLE, VOLUME))
    sizes = _entries(found.get("sizes"))
    return Book(
        currency=currency,
        rate=rate,
        rate_date=rate_date,
        as_of=amounts.day(found["as_of"], today=today) if "as_of" in found else None,
        discount=amounts.fraction(found["discount"]) if "discount" in found else Decimal(0),
        stopped=_stopped(found.get("stopped")),
        single={
            name: amounts.price(prices[name], unit)
            for name, unit in SINGLE.items()
            if name in prices
        },
        volumes=_volumes(prices.get(VOLUME)),
        sizes={name: amounts.price(one, HOUR) for name, one in sizes.items()},
    )


def _rate(root: Entry, currency: str, today: date) -> tuple[Decimal, date | None]:
    given = root.entries.get("rate")
    if currency == DOLLAR:
        if given is not None:
            raise given.wrong("is for prices in another currency than US dollars; name it.")
        return Decimal(1), None
    if given is None:
        message = f"is {currency}: name its rate, as rate: {{dollars: 1.0834, date: 2026-11-02}}."
        raise root.entries["currency"].wrong(message)
    _check_keys(given, OF_RATE)
    for name in OF_RATE:
        if name not in given.entries:
            raise given.wrong(f"has no {name}; write {{dollars: 1.0834, date: 2026-11-02}}.")
    dollars, day = (given.entries[name] for name in OF_RATE)
    return amounts.rate(dollars), amounts.day(day, today=today)


def _stopped(entry: Entry | None) -> Stopped | None:
    if entry is None:
        return None
    if entry.text not in list(Stopped):
        raise entry.wrong(f"is one of {', '.join(Stopped)}.")
    return Stopped(entry.text)


def _volumes(entry: Entry | None) -> dict[str, Decimal]:
    if entry is None:
        return {}
    if not entry.is_mapping:
        return {ANY_TYPE: amounts.price(entry, GIB_MONTH)}
    return {name: amounts.price(one, GIB_MONTH) for name, one in entry.entries.items()}


def _entries(entry: Entry | None) -> Mapping[str, Entry]:
    """None of a key without a value."""
    if entry is None or entry.text == "":
        return {}
    if not entry.is_mapping:
        raise entry.wrong("has no keys; write one in each line below it.")
    return entry.entries


def _check_keys(entry: Entry | None, known: Collection[str]) -> None:
    """Raises DocumentError for a key that is not known, or no keys at all."""
    for name, one in _entries(entry).items():
        if name not in known:
            raise one.wrong(f"is not known: {shown(name)!r} is none of {', '.join(known)}.")
