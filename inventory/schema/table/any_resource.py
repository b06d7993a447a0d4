"""Shared by objects of all resources with a list at the root."""

from operator import attrgetter
from typing import Any

import graphene

from gateway.core.graphql import nodes
from gateway.core.graphql.pure import pure
from inventory.resources import Resource
from inventory.resources.groups import tag_filter
from inventory.schema.table.named_types import Tag


class AnyResource(graphene.Interface):
    """An object of any type at one of your clouds, as search returns it."""

    class Meta:
        name = "Resource"

    id = graphene.ID(required=True, description="Its id in this gateway.")
    name = graphene.String(required=True, description="Its name at the cloud.")
    provider = graphene.Field(
        "inventory.schema.providers.Provider",
        description="Its provider; null for a repository that no provider lists.",
    )
    region = graphene.String(description="Its region; null if it has none.")
    created_at = graphene.DateTime(
        description="When it was created; null where the cloud does not report it."
    )
    observed_at = graphene.DateTime(
        description="When the cloud last confirmed these values; null where no cloud lists it."
    )
    stale = graphene.Boolean(
        required=True, description="True if the object may have changed or gone since it was seen."
    )
    tags = graphene.List(
        graphene.NonNull(Tag),
        required=True,
        description="Its tags or labels; none where its type has none.",
    )

    @classmethod
    def resolve_type(cls, instance: Any, _info: Any) -> type:
        return nodes.type_of(instance)


def undeclared_fields(resource: Resource) -> dict[str, Any]:
    """The fields of the interface, and their resolvers, that ``resource`` does not declare."""
    found: dict[str, Any] = {}
    if "region" not in resource.facts:
        found["region"] = graphene.String(description="Always null: its host has no regions.")
        found["resolve_region"] = staticmethod(pure(lambda _row: None))
    if "tags" not in resource.facts:
        pairs = tag_filter(resource)
        column = pairs[0] if pairs else ""
        found["tags"] = graphene.List(
            graphene.NonNull(Tag),
            required=True,
            description=f"Its {column}." if column else "Always empty: such objects have no tags.",
        )
        found["resolve_tags"] = staticmethod(pure(_tags(column)))
    return found


def _tags(column: str) -> Any:
    if not column:
        return lambda _row: []
    pairs = attrgetter(column)
    return lambda row: [{"key": key, "value": value} for key, value in pairs(row)]
