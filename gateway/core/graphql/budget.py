"""Nobody takes it all: what one request may cost, and what one user may spend.

An operation that costs more than ``GRAPHQL_LIMITS["cost"]`` points is refused. What it costs is
taken from the budget of its user, or of the address of one who is not logged in; a budget refills
all the time, and who has spent it is told when to come back. ``extensions.cost`` tells all of it.
"""

import math
from functools import cache
from typing import Any

from django.conf import settings
from graphql import GraphQLError

from gateway.core.buckets import Empty, LeasedBuckets
from gateway.core.errors import RateLimited
from gateway.core.graphql.collect import Operation
from gateway.core.graphql.context import Context
from gateway.core.graphql.cost import Weights, cost_of
from gateway.core.graphql.limits import LIMITS_CODE
from gateway.core.http.forwarded import subscriber


class CostLimit:
    """A Preparer that asks ``Weights`` what an operation costs, and takes it from a budget."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights

    def __call__(self, operation: Operation, context: Context) -> None:
        """Raises GraphQLError, or RateLimited when the budget is spent."""
        cost, limit = cost_of(operation, self.weights), settings.GRAPHQL_LIMITS["cost"]
        told: dict[str, Any] = {"requested": cost, "limit": limit}
        context.extensions["cost"] = told
        if cost > limit:
            message = (
                f"The query can answer {cost} points' worth; {limit} are allowed. "
                "Ask for shorter pages, or for less in each row."
            )
            raise GraphQLError(message, extensions={"code": LIMITS_CODE})
        per_second, burst = settings.GRAPHQL_BUDGET["per_second"], settings.GRAPHQL_BUDGET["burst"]
        if per_second:
            left = _take(_spender(context), cost, per_second, burst)
            # What this process holds comes on top of a bucket that has refilled meanwhile.
            left = min(left, burst)
            told["budget"] = {"left": int(left), "burst": burst, "perSecond": per_second}


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
