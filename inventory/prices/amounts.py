"""The values of a price book: prices with their units, a percentage, a currency, days."""

import re
from datetime import date
from decimal import Decimal

from inventory.prices.document import Entry, shown
from inventory.records.price import MOST_AMOUNT

PRICE = re.compile(r"(?P<sign>-?)(?P<amount>[0-9]{1,9}(?:\.[0-9]{1,12})?)\s*(?:/\s*(?P<unit>\S+))?")
NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,12})?")
PERCENT = re.compile(r"(?P<number>-?[0-9]{1,4}(?:\.[0-9]{1,6})?)\s*%?")
CURRENCY = re.compile(r"[A-Z]{3}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
HUNDRED = 100
# The units of prices, as they are written; others that mean the same.
VCPU_HOUR, GIB_HOUR, GIB_MONTH, HOUR = "vCPU-hour", "GiB-hour", "GiB-month", "hour"


def price(entry: Entry, unit: str) -> Decimal:
    """Raises DocumentError for a text that is not a price per ``unit``."""
    found = PRICE.fullmatch(_text(entry, f"0.012 / {unit}"))
    if found is None:
        raise entry.wrong(f"is {shown(entry.text or '')!r}; write a price as 0.012 / {unit}.")
    amount, named = Decimal(found["amount"]), found["unit"]
    if found["sign"]:
        raise entry.wrong(f"is negative: {found['sign']}{amount}.")
    if named is None:
        raise entry.wrong(f"names no unit; write it as {amount} / {unit}.")
    if named.lower() != unit.lower():
        raise entry.wrong(f"must be a price per {unit}, not per {shown(named)}.")
    if amount > MOST_AMOUNT:
        raise entry.wrong(f"is more than {MOST_AMOUNT:,} per {unit}.")
    return amount


def fraction(entry: Entry) -> Decimal:
    """A percentage, as 0 to 1. Raises DocumentError."""
    found = PERCENT.fullmatch(_text(entry, "12.5 %"))
    number = Decimal(found["number"]) if found else None
    if number is None or not 0 <= number <= HUNDRED:
        raise entry.wrong("is no percentage from 0 to 100, as 12.5 %.")
    return number / HUNDRED


def currency(entry: Entry) -> str:
    """Raises DocumentError."""
    code = _text(entry, "EUR")
    if not CURRENCY.fullmatch(code):
        raise entry.wrong(f"is {shown(code)!r}; write a currency's three letters, as EUR.")
    return code


def rate(entry: Entry) -> Decimal:
    """Raises DocumentError for a text that is not a number above 0."""
    text = _text(entry, "1.0834")
    number = Decimal(text) if NUMBER.fullmatch(text) else Decimal(0)
    if not 0 < number <= MOST_AMOUNT:
        raise entry.wrong(f"is {shown(text)!r}; write the US dollars for one unit, as 1.0834.")
    return number


def day(entry: Entry, *, today: date) -> date:
    """A day that is not in the future, in UTC. Raises DocumentError."""
    text = _text(entry, "2026-11-02")
    try:
        found = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        raise entry.wrong(f"is {shown(text)!r}; write a day as 2026-11-02.")
    if found > today:
        raise entry.wrong(f"is {found}, which is in the future; today is {today} in UTC.")
    return found


def _text(entry: Entry, example: str) -> str:
    if entry.text is None:
        raise entry.wrong(f"has keys of its own; write one value, as {example}.")
    return entry.text
