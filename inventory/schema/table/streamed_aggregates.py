"""``<plural>Aggregate`` of a subscription: the aggregate of the sources that have answered so far.

An event replaces the one before. The last one has every source; then the stream completes.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import graphene
from graphene.utils.str_converters import to_camel_case

from gateway.core.graphql.context import Context
from gateway.core.graphql.subscriptions import Contexts, SubscriptionField
from inventory.resources import Resource
from inventory.schema.table.aggregate_types import aggregate_type
from inventory.schema.table.aggregates import (
    aggregate_arguments,
    aggregate_of_receipts,
    plan_aggregate,
)
from inventory.schema.table.arrivals import arrivals, seen_by
from inventory.schema.table.derive import aggregate_of


class StreamedAggregate(SubscriptionField):
    """An aggregate for each moment in which sources have answered. Raises as ``arrivals``."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource

    def current(self, contexts: Contexts, arguments: Mapping[str, Any]) -> Iterator[Any]:
        """The one of the moment in which nothing is waited for any more is left to the end."""
        for arrival in arrivals(partial(plan_aggregate, self._resource), contexts, arguments):
            if arrival.is_last or (arrival.new and arrival.waits):
                yield arrival

    def seen(self, context: Context, found: Any, arguments: Mapping[str, Any]) -> Any:
        return seen_by(context.user, found, arguments)


def streamed_aggregate_field(resource: Resource) -> Any:
    several = resource.nouns[1]
    key = to_camel_case(aggregate_of(resource))

    def resolve(event: Mapping[str, Any], info: Any, **arguments: Any) -> Any:
        arrival = event[key]
        return aggregate_of_receipts(
            resource, info, arguments, arrival.receipts, waits=not arrival.is_last
        )

    return graphene.Field(
        aggregate_type(resource),
        **aggregate_arguments(resource, later_pages=False),
        description=f"The numbers of the {several} of all your clouds, of the sources that have "
        "answered so far; each event replaces the one before. complete is false until the last "
        "event, which has every source; then the stream completes.",
        resolver=resolve,
    )
