"""The columns of objects that cost money: the price, and the cost in each state.

They are written by ``inventory.prices`` whenever the row is, and again when prices change.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Value, When

GONE = ("TERMINATED", "DELETED", "MISSING")  # such an object costs nothing
STOPPED = "STOPPED"
# Some clouds charge for these as for a running machine, some as for a stopped one.
UNCLEAR = ("SUSPENDED", "ERROR", "UNKNOWN")
NO_PRICE: Mapping[str, Any] = MappingProxyType(
    {
        "price_amount": None,
        "price_currency": "",
        "price_unit": "",
        "price_source": "",
        "price_as_of": None,
        "cost_running": None,
        "cost_stopped": None,
    }
)


class PricedSize(models.Model):
    """``usd_per_hour``: of a machine with a free Linux, in micro-dollars; null: unknown."""

    usd_per_hour = models.BigIntegerField(null=True)
    price_as_of = models.DateField(null=True)

    class Meta:
        abstract = True


class Priced(models.Model):
    """``cost_running``, ``cost_stopped``: the cost of a month in micro-dollars; null: unknown.

    ``monthly_cost``: that of the row's state, computed by the database.
    """

    price_amount = models.BigIntegerField(null=True)  # millionths of the currency
    price_currency = models.CharField(max_length=3, default="", blank=True)
    price_unit = models.CharField(max_length=20, default="", blank=True)
    price_source = models.CharField(max_length=20, default="", blank=True)
    price_as_of = models.DateField(null=True)  # null: the day on which it was last seen
    cost_running = models.BigIntegerField(null=True)
    cost_stopped = models.BigIntegerField(null=True)
    monthly_cost = models.GeneratedField(
        expression=Case(
            When(state__in=GONE, then=Value(0)),
            When(state=STOPPED, then=F("cost_stopped")),
            When(Q(state__in=UNCLEAR) & ~Q(cost_stopped=F("cost_running")), then=None),
            default=F("cost_running"),
            output_field=models.BigIntegerField(null=True),
        ),
        output_field=models.BigIntegerField(null=True),
        db_persist=True,
        null=True,
    )

    class Meta:
        abstract = True
