"""Which containers, and in which order: what every list of containers takes."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import graphene

from gateway.core.graphql.enums import described_enum
from gateway.core.graphql.order import OrderKey
from gateway.core.graphql.paging import page_arguments
from inventory.schema.enums import ContainerState
from inventory.schema.machine_filter import (
    MAX_AGE_DESCRIPTION,
    Direction,
    OrderDirection,
    TagFilter,
    checked_search,
    tag_pairs,
)
from inventory.selectors.containers import ContainerFilter as Limits


class ContainerFilter(graphene.InputObjectType):
    """What containers must be like: all that is said; of a list, but for labels, one suffices."""

    provider = graphene.List(
        graphene.NonNull(graphene.ID), description="Ids of providers; only these are asked."
    )
    kind = graphene.List(
        graphene.NonNull(graphene.String),
        description="Kinds of providers, as docker; only these are asked.",
    )
    region = graphene.List(
        graphene.NonNull(graphene.String),
        description="Regions - of a cluster its namespaces; only these are asked. A region that "
        "no provider has is an error.",
    )
    state = graphene.List(graphene.NonNull(ContainerState), description="States.")
    name = graphene.String(description="Contained in the container's name, in any case.")
    image = graphene.String(description="Contained in the image's name, in any case.")
    labels = graphene.List(
        graphene.NonNull(TagFilter), description="Labels that it has, all of them; at most 20."
    )
    search = graphene.String(
        description="Words, each contained, in any case, in a name or an id, the image, the "
        "command, an address, or a label as key=value."
    )


class ContainerOrderKey(Enum):
    """The orders, each with the column or annotation that it goes by."""

    NAME = OrderKey("name")
    CREATED_AT = OrderKey("created_order", column="created_at")
    STATE = OrderKey("state")


ContainerOrderField = described_enum(
    ContainerOrderKey,
    name="ContainerOrderField",
    description="What containers are ordered by. The row's own number breaks ties.",
    meanings={
        ContainerOrderKey.NAME: "By name.",
        ContainerOrderKey.CREATED_AT: "By creation; first those of which it is not told.",
        ContainerOrderKey.STATE: "By the state's word.",
    },
)


class ContainerOrder(graphene.InputObjectType):
    """How containers are ordered."""

    field = graphene.Field(ContainerOrderField, required=True, description="What to order by.")
    direction = graphene.Field(
        OrderDirection, default_value=Direction.ASC, description="Which way."
    )


def container_list_arguments() -> dict[str, Any]:
    """The arguments of every list of containers; made anew, because Graphene counts them."""
    return {
        **page_arguments(),
        "filter": graphene.Argument(ContainerFilter, description="Which containers; absent: all."),
        "order_by": graphene.Argument(
            ContainerOrder, description="In which order; absent: by name."
        ),
        "max_age": graphene.Int(description=MAX_AGE_DESCRIPTION),
    }


def container_limits(limits: Mapping[str, Any]) -> Limits:
    """What a filter says of the containers themselves. Raises InvalidInput."""
    states = limits.get("state")
    return Limits(
        states=None if states is None else [state.value for state in states],
        name=limits.get("name"),
        image=limits.get("image"),
        labels=tag_pairs(limits.get("labels"), field="filter.labels"),
        search=checked_search(limits.get("search")),
    )
