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
    description="Which way a list is ordered.",
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
        description=f"What {several} are ordered by. The row's own number breaks ties.",
        meanings=dict(zip(keys, texts, strict=True)),
    )
    attributes = {
        "__doc__": f"How {several} are ordered.",
        "field": graphene.InputField(field, required=True, description="What to order by."),
        "direction": graphene.InputField(
            OrderDirection, default_value=Direction.ASC, description="Which way."
        ),
    }
    return type(f"{resource.type_name}Order", (graphene.InputObjectType,), attributes)


@cache
def _keys(resource: Resource) -> type[Enum]:
    """The orders, each with the column or annotation that it goes by."""
    keys: Any = Enum  # mypy takes no names that are not written out
    return keys(
        f"{resource.type_name}OrderKey",
        {name.upper(): key_of(resource, name) for name in resource.orders},
    )


def key_of(resource: Resource, name: str) -> OrderKey:
    """Of the order ``name``, ascending."""
    ordered, column = order_name(resource, name), order_column(resource, name)
    return OrderKey(ordered, column="" if ordered == column else column)


def order_key(resource: Resource, order_by: Any) -> OrderKey:
    """The order that is asked for; by the first one when none is."""
    keys: Any = _keys(resource)
    if order_by is None:
        first: OrderKey = next(iter(keys)).value
        return first
    key: OrderKey = keys(order_by["field"]).value
    descending = order_by.get("direction") == Direction.DESC
    return OrderKey(key.name, descending, key.column)
