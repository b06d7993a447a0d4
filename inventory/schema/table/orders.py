"""The order input of a resource, and the key of an order that is asked for."""

from enum import Enum
from functools import cache
from typing import Any

import graphene

from gateway.core.graphql.enums import described_enum
from gateway.core.graphql.order import OrderKey
from inventory.resources import Resource
from inventory.selectors.rows import order_column, order_name


class Direction(Enum):
    ASC = "ASC"
    DESC = "DESC"


OrderDirection = described_enum(
    Direction,
    name="OrderDirection",
    description="The direction of an order.",
    meanings={Direction.ASC: "Smallest first.", Direction.DESC: "Largest first."},
)


@cache
def order_input(resource: Resource) -> Any:
    several = resource.nouns[1]
    keys = _keys(resource)
    texts = (order.description for order in resource.orders.values())
    field = described_enum(
        keys,
        name=f"{resource.type_name}OrderField",
        description=f"A field to order {several} by. The row's own number breaks ties.",
        meanings=dict(zip(keys, texts, strict=True)),
    )
    attributes = {
        "__doc__": f"How {several} are ordered.",
        "field": graphene.InputField(field, required=True, description="The field to order by."),
        "direction": graphene.InputField(
            OrderDirection, default_value=Direction.ASC, description="Ascending or descending."
        ),
    }
    return type(f"{resource.type_name}Order", (graphene.InputObjectType,), attributes)


@cache
def _keys(resource: Resource) -> type[Enum]:
    """The orders, each with the column or annotation that it compares."""
    keys: Any = Enum  # mypy takes no names that are not written out
    return keys(
        f"{resource.type_name}OrderKey",
        {name.upper(): key_of(resource, name) for name in resource.orders},
    )


def key_of(resource: Resource, name: str, *, descending: bool = False) -> OrderKey:
    """The key of the order ``name``."""
    column = order_column(resource, name)
    ordered = order_name(resource, name, descending=descending)
    return OrderKey(ordered, descending, "" if ordered == column else column)


def order_key(resource: Resource, order_by: Any) -> OrderKey:
    """The order that is asked for; by the first one when none is."""
    keys: Any = _keys(resource)
    if order_by is None:
        first: OrderKey = next(iter(keys)).value
        return first
    name = keys(order_by["field"]).name.lower()
    return key_of(resource, name, descending=order_by.get("direction") == Direction.DESC)
