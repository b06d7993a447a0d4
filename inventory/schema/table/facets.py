"""``facets`` of a list: the values of fields and tags' keys, and how many of its rows have each."""

from collections.abc import Mapping
from typing import Any

import graphene

from gateway.core.graphql.paging import MAX_FIRST, checked_first
from inventory.models import Provider
from inventory.resources import Resource
from inventory.schema.table.group_keys import group_by_input, keys_of
from inventory.schema.table.pages import LivePage
from inventory.schema.table.shown_groups import shown_groups
from inventory.selectors.aggregates import Key, groups_of, order_of

MOST_FACETS = 10
USUAL_FIRST = 20


class FacetValue(graphene.ObjectType):
    """A value that objects of a list have, and how many have it."""

    value = graphene.String(
        description="The value; null: these objects have none. An empty text is a value."
    )
    label = graphene.String(
        description="The name of a provider, kind, size or image; else the value."
    )
    count = graphene.Int(required=True, description="How many objects of the list have it.")


class Facet(graphene.ObjectType):
    """The values of a field or of a tag's key in a list, as a page with a filter offers them."""

    name = graphene.String(
        required=True, description="The field, for example REGION, or the tag's key."
    )
    values = graphene.List(
        graphene.NonNull(FacetValue), required=True, description="The most frequent ones first."
    )
    value_count = graphene.Int(required=True, description="How many values there are in all.")


def facets_field(resource: Resource) -> Any:
    def resolve(page: LivePage[Any], _info: Any, **arguments: Any) -> list[dict[str, Any]]:
        keys = keys_of(resource, arguments["by"], field="by", most=MOST_FACETS)
        first = checked_first(arguments.get("first"), default=USUAL_FIRST)
        providers = {str(one.source.provider_id): one.source.provider for one in page.sources}
        return [_facet(resource, page, key, first, providers) for key in keys]

    return graphene.Field(
        graphene.List(graphene.NonNull(Facet)),
        by=graphene.List(
            graphene.NonNull(group_by_input(resource)),
            required=True,
            description=f"Fields and tags' keys: {MOST_FACETS} at most, a facet for each.",
        ),
        first=graphene.Int(
            default_value=USUAL_FIRST, description=f"How many values of each; at most {MAX_FIRST}."
        ),
        description="Values of fields and tags, and how many rows of the whole list have each.",
        resolver=resolve,
    )


def _facet(
    resource: Resource, live: LivePage[Any], key: Key, first: int, providers: Mapping[str, Provider]
) -> dict[str, Any]:
    order = order_of(resource, [key], "n", descending=True)
    page = groups_of(resource, live.counted_by([key]), [key], order=order, after=None, most=first)
    groups = shown_groups(resource, [key], page.groups, providers)
    return {
        "name": key.field.upper() if key.tag is None else key.tag,
        "value_count": page.count,
        "values": [{**group["keys"][0], "count": group["measures"]["count"]} for group in groups],
    }
