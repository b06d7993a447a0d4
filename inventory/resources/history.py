"""The fields of a resource whose differences are noted as changes, derived from its declaration.

Costs are not among them: they follow from the price and the state.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from inventory.records.price import MICRO
from inventory.resources.base import Resource
from inventory.resources.priced import has_costs

PRICE = "price"
OF_PRICE = ("price_amount", "price_currency", "price_unit")


class Noted(NamedTuple):
    """``name``: as a Change has it. ``value``: from the ``columns``, by their names, to what is
    compared and shown.
    """

    name: str
    columns: tuple[str, ...]
    value: Callable[[Mapping[str, Any]], Any]


@cache
def noted(resource: Resource) -> tuple[Noted, ...]:
    """Empty for a resource without a history."""
    return tuple(_noted(resource))


def noted_columns(resource: Resource) -> tuple[str, ...]:
    return tuple(column for one in noted(resource) for column in one.columns)


def _noted(resource: Resource) -> Iterator[Noted]:
    for name in resource.history:
        yield Noted(name, (name,), itemgetter(name))
    if resource.history and has_costs(resource):
        yield Noted(PRICE, OF_PRICE, noted_price)


def noted_price(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Its amount, currency and unit. None: it is not known."""
    if row["price_amount"] is None:
        return None
    return {
        "amount": row["price_amount"] / MICRO,
        "currency": row["price_currency"],
        "per": row["price_unit"],
    }
