"""``<plural>`` of a subscription: a live list that is answered source by source.

Each source is sent as soon as its cloud has answered, with its receipt and its rows. Then the
stream completes. No source waits for a slower one.
"""

from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import Any

import graphene
from graphene.utils.str_converters import to_camel_case

from gateway.core.graphql.context import Context
from gateway.core.graphql.paging import MAX_FIRST
from gateway.core.graphql.subscriptions import Contexts, SubscriptionField
from inventory.live.api import Receipt
from inventory.resources import Resource
from inventory.schema.receipts import SourceReceipt
from inventory.schema.table.arrivals import arrivals, shown_to
from inventory.schema.table.connections import MAX_AGE_DESCRIPTION, plan_list
from inventory.schema.table.filters import filter_input, limits_of
from inventory.schema.table.pages import join_rows
from inventory.schema.table.types import object_type
from inventory.selectors.rows import rows_answered


@cache
def delivery_type(resource: Resource) -> Any:
    several = resource.nouns[1]
    fields = {
        "source": graphene.Field(
            SourceReceipt, required=True, description="The receipt of this source's answer."
        ),
        "nodes": graphene.List(
            graphene.NonNull(object_type(resource)),
            required=True,
            description=f"Its {several} that match the filter, by name; none for a set of regions.",
        ),
        "__doc__": f"The {several} of one source, as soon as it has answered.",
    }
    return type(delivery_name(resource), (graphene.ObjectType,), fields)


def delivery_name(resource: Resource) -> str:
    return f"{resource.type_name}Delivery"


class Deliveries(SubscriptionField):
    """A delivery for each source; of the sets of regions at the end. Raises as ``arrivals``."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource

    def current(self, contexts: Contexts, arguments: Mapping[str, Any]) -> Iterator[Any]:
        limits = limits_of(self._resource, arguments.get("filter") or {})
        for arrival in arrivals(partial(plan_list, self._resource), contexts, arguments):
            for receipt in arrival.new:
                yield {"source": receipt, "nodes": self._rows(receipt, limits)}

    def seen(self, context: Context, found: Any, arguments: Mapping[str, Any]) -> Any:
        [receipt] = shown_to(context.user, [found["source"]], arguments)
        is_there = receipt == found["source"]
        return found if is_there else {"source": receipt, "nodes": []}

    def _rows(self, receipt: Receipt, limits: Mapping[str, Any]) -> list[Any]:
        found = rows_answered(self._resource, [receipt], limits=limits)
        rows = list(found.order_by("name", "pk"))
        join_rows(rows, [receipt.source])
        return rows


def delivery_field(resource: Resource) -> Any:
    several = resource.nouns[1]
    key = to_camel_case(resource.plural)
    return graphene.Field(
        delivery_type(resource),
        filter=graphene.Argument(
            filter_input(resource), description=f"Which {several}; absent: all."
        ),
        max_age=graphene.Int(description=MAX_AGE_DESCRIPTION),
        description=f"The {several} of all your clouds, source by source as each cloud answers. "
        "Every source is sent once; then the stream completes. The answer as a whole is complete "
        "if no receipt is STALE or FAILED and none has an error.",
        resolver=lambda event, _info, **_arguments: event[key],
    )


def usual_delivery(resource: Resource) -> dict[tuple[str, str], int]:
    return {(delivery_name(resource), "nodes"): MAX_FIRST}
