"""The fields of ``Subscription`` that are derived of a resource.

``<type>Changed``: its rows as reads of their clouds write them. ``deliveries`` and
``streamed_aggregates`` have the others.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import graphene
from graphene.utils.str_converters import to_camel_case, to_snake_case

from gateway.core.graphql.context import Context
from gateway.core.graphql.subscriptions import Contexts, SubscriptionField, Topic
from inventory.live.api import channel_of
from inventory.resources import Resource, all_resources
from inventory.schema.live_plans import PlanRequest
from inventory.schema.table.deliveries import Deliveries, delivery_field
from inventory.schema.table.derive import aggregate_of
from inventory.schema.table.filters import filter_input, limits_of, source_limits
from inventory.schema.table.pages import join_rows
from inventory.schema.table.streamed_aggregates import (
    StreamedAggregate,
    streamed_aggregate_field,
)
from inventory.schema.table.types import object_type
from inventory.selectors.announced import moment_now, rows_announced, rows_written_since
from inventory.selectors.rows import row_list
from inventory.selectors.sources import source_list

CHUNK = 20  # rows that are read at a time: rights are looked up for each read


class RowChanged(SubscriptionField):
    """The stored rows within the filter, then each that a read has written and that is within it.

    No cloud is asked.
    """

    def __init__(self, resource: Resource) -> None:
        self._resource = resource
        self.topic = Topic(
            channel_of(resource.plural),
            related=partial(rows_announced, resource),
            latest=moment_now,
            since=partial(rows_written_since, resource),
        )

    def current(self, contexts: Contexts, arguments: Mapping[str, Any]) -> Iterator[Any]:
        latest = 0
        while rows := self._rows(contexts(), arguments, pk__gt=latest):
            yield from rows
            latest = rows[-1].pk

    def changed(
        self, contexts: Contexts, arguments: Mapping[str, Any], ids: Sequence[str]
    ) -> Iterable[Any]:
        for start in range(0, len(ids), CHUNK):
            yield from self._rows(contexts(), arguments, pk__in=ids[start : start + CHUNK])

    def seen(self, context: Context, found: Any, arguments: Mapping[str, Any]) -> Any:
        """Read again."""
        return next(iter(self._rows(context, arguments, pk=found.pk)), None)

    def _rows(self, context: Context, arguments: Mapping[str, Any], **condition: Any) -> list[Any]:
        """The first rows that meet the condition, by their keys, each with its source.

        The sources are looked up anew each time: they, and the rights to them, change.
        """
        request = PlanRequest(context.user, dict(arguments))
        limits = source_limits(self._resource, request)
        sources = source_list(user=context.user, resource=self._resource.plural, limits=limits)
        within = limits_of(self._resource, arguments.get("filter") or {})
        found = row_list(self._resource, sources=sources, limits=within)
        rows = list(found.filter(**condition).order_by("pk")[:CHUNK])
        join_rows(rows, sources)
        return rows


def _name(resource: Resource) -> str:
    return f"{to_snake_case(resource.type_name)}_changed"


def _watched() -> list[Resource]:
    return [one for one in reversed(all_resources()) if one.has_root_list]


def _field(resource: Resource) -> Any:
    several = resource.nouns[1]
    key = to_camel_case(_name(resource))
    return graphene.Field(
        object_type(resource),
        filter=graphene.Argument(
            filter_input(resource), description=f"Which {several}; absent: all."
        ),
        description=f"One of the {several}, each time that a read finds a change of it, if it then "
        f"matches the filter. The stream begins with the stored {several}. It asks no cloud: "
        "queries, jobs and schedules do.",
        resolver=lambda event, _info, **_arguments: event[key],
    )


def resource_subscription() -> Any:
    """The class of the root fields."""
    fields: dict[str, Any] = {}
    for one in _watched():
        fields |= {
            _name(one): _field(one),
            one.plural: delivery_field(one),
            aggregate_of(one): streamed_aggregate_field(one),
        }
    return type("ResourceSubscription", (graphene.ObjectType,), fields)


def subscription_fields() -> Mapping[str, SubscriptionField]:
    return {name: field for one in _watched() for name, field in subscriptions_of(one).items()}


def subscriptions_of(resource: Resource) -> dict[str, SubscriptionField]:
    """Those of a resource with a list at the root, by their names in the schema."""
    return {
        to_camel_case(_name(resource)): RowChanged(resource),
        to_camel_case(resource.plural): Deliveries(resource),
        to_camel_case(aggregate_of(resource)): StreamedAggregate(resource),
    }
