"""The facts, filters and orders that resources share which cost money. The columns are those of
``inventory.models.priced``.
"""

from datetime import date
from typing import Any, NamedTuple

from inventory.records.price import HOURS_PER_MONTH, MICRO, PriceSource, PriceUnit
from inventory.resources.base import Fact, Filter, How, Order, Resource

COLUMN = "monthly_cost"
PER_HOUR = HOURS_PER_MONTH * MICRO  # of a column of a month, in micro-dollars
OF_PRICE = ("price_amount", "price_currency", "price_unit", "price_source", "price_as_of")


class ShownPrice(NamedTuple):
    """A price as the API shows it."""

    amount: float
    currency: str
    per: PriceUnit
    as_of: date | None
    source: PriceSource


def shown_price(row: Any) -> ShownPrice | None:
    """A price that came with the object is of the day on which it was last seen."""
    if row.price_amount is None:
        return None
    return ShownPrice(
        row.price_amount / MICRO,
        row.price_currency,
        PriceUnit[row.price_unit],
        row.price_as_of or row.seen_at.date(),
        PriceSource[row.price_source],
    )


def shown_cost(row: Any) -> float | None:
    """US dollars a month."""
    cost = row.monthly_cost
    return None if cost is None else cost / MICRO


def shown_hour(row: Any) -> float | None:
    """US dollars an hour of a machine that runs."""
    if row.price_amount is None:
        return None
    return row.cost_running / PER_HOUR if row.cost_running is not None else None


def facts(price: str, cost: str) -> dict[str, Fact]:
    """``price``, ``cost``: their descriptions."""
    return {
        "price": Fact(
            f"{price} Null if it is not known.",
            type="Price",
            required=False,
            read=shown_price,
            reads=(*OF_PRICE, "observed_at", "listed"),
        ),
        COLUMN: Fact(
            f"{cost} In US dollars, to the micro-dollar. Null if it is not known.",
            type="Float",
            required=False,
            read=shown_cost,
            reads=(COLUMN,),
        ),
    }


def filters() -> dict[str, Filter]:
    return {
        "min_monthly_cost": Filter(
            How.AT_LEAST,
            "With a monthlyCost of this or more, in US dollars. Objects without a known cost do "
            "not match.",
            column=COLUMN,
            scale=MICRO,
        ),
        "max_monthly_cost": Filter(
            How.AT_MOST,
            "With a monthlyCost of this or less, in US dollars. Objects without a known cost do "
            "not match.",
            column=COLUMN,
            scale=MICRO,
        ),
    }


def orders() -> dict[str, Order]:
    return {COLUMN: Order("By monthlyCost; unknown costs come last.", unknown_last=True)}


def has_costs(resource: Resource) -> bool:
    return COLUMN in resource.columns
