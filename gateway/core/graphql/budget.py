"""Limits on cost: the points that one operation may cost, and the points that one user may spend.

An operation that costs more than ``GRAPHQL_LIMITS["cost"]`` points is refused. The cost is taken
from the budget of the user. Clients that are not logged in share a smaller budget per address. A
budget refills all the time. The error for a spent budget says when to try again.
``extensions.cost`` shows the cost, the limit and the budget.

Parsing and validating a document is charged before it is done, a point for each character, whether
the document turns out to be valid or not. A document that is kept (``Documents``) is not charged.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from graphql import GraphQLError

from gateway.core.errors import RateLimited
from gateway.core.graphql.collect import Operation, introspections
from gateway.core.graphql.context import Context
from gateway.core.graphql.cost import Weights, cost_of
from gateway.core.graphql.limits import LIMITS_CODE
from gateway.core.http.forwarded import subscriber
from gateway.core.token_bucket import Empty, LeasedBuckets


def charge_reading(text: str, context: Context) -> None:
    """Charge for parsing and validating ``text``. Raises RateLimited when the budget is spent."""
    charge(context, min(len(text), settings.GRAPHQL_LIMITS["cost"]))


class CostLimit:
    """A Preparer that asks ``Weights`` what an operation costs, and takes it from a budget."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights

    def __call__(self, operation: Operation, context: Context) -> None:
        """Raises GraphQLError, or RateLimited when the budget is spent."""
        cost = self.check(operation, context)
        if (left := charge(context, cost)) is not None:
            context.extensions["cost"]["budget"] = {"left": int(left), **_budget_of(context)}

    def check(self, operation: Operation, context: Context) -> int:
        """The cost of ``operation``. Takes no points. Raises GraphQLError if it is too high."""
        cost, limit = cost_of(operation, self.weights), settings.GRAPHQL_LIMITS["cost"]
        context.extensions["cost"] = {"requested": cost, "limit": limit}
        if cost > limit:
            if any(introspections(operation)):  # to count what it answers took work
                charge(context, limit)
            message = (
                f"The query can cost {cost} points; {limit} are allowed. "
                "Ask for shorter pages, or for less in each row."
            )
            raise GraphQLError(message, extensions={"code": LIMITS_CODE})
        return cost


def _budget_of(context: Context) -> dict[str, Any]:
    is_known = context.user.is_authenticated
    budget = settings.GRAPHQL_BUDGET if is_known else settings.GRAPHQL_ANONYMOUS_BUDGET
    return {"burst": budget["burst"], "perSecond": budget["per_second"]}


@dataclass(slots=True)
class _Charged:
    """The points that this operation has taken so far."""

    points: int = 0


def charge(context: Context, points: int) -> float | None:
    """Take ``points`` from the client's budget; what is left. None: there is no budget.

    Raises RateLimited.
    """
    budget = _budget_of(context)
    per_second, burst = budget["perSecond"], budget["burst"]
    if not per_second:
        return None
    left = _take(_spender(context), points, per_second, burst)
    context.of(_Charged).points += points
    # The points that this process has leased, and a bucket that has refilled since, can exceed it.
    return min(left, burst)


def charge_work(context: Context, points: int) -> None:
    """Charge for work of any size, half of a full budget at most.

    So an operation that is refused for it is admitted once the budget has refilled, also beside
    other requests of the same user. Raises RateLimited.
    """
    burst = _budget_of(context)["burst"]
    charge(context, min(points, burst // 2, max(0, burst - context.of(_Charged).points)))


def _take(spender: str, cost: int, per_second: float, burst: float) -> float:
    try:
        return _buckets(per_second, burst).take(spender, cost)
    except Empty as empty:
        seconds = max(1, math.ceil(empty.retry_after))
        message = f"Your budget is spent for now; try again in {seconds} seconds."
        raise RateLimited(message, retry_after=seconds) from None


@cache
def _buckets(per_second: float, burst: float) -> LeasedBuckets:
    return LeasedBuckets("budget", per_second=per_second, burst=burst)


def _spender(context: Context) -> str:
    if context.user.is_authenticated:
        return f"user:{context.user.pk}"
    return f"address:{subscriber(context.address)}"
