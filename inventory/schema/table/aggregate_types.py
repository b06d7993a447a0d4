"""The types of a resource's aggregate."""

from functools import cache
from typing import Any

import graphene
from graphene.utils.str_converters import to_camel_case

from inventory.resources import Resource
from inventory.resources.groups import sums, tag_filter
from inventory.resources.priced import has_costs
from inventory.schema.receipts import LiveConnection


class GroupKey(graphene.ObjectType):
    """A key of a group: one for each key of groupBy, in its order."""

    name = graphene.String(
        required=True, description="The field, for example REGION, or the tag's key."
    )
    value = graphene.String(
        description="The value; null: these objects have none. An empty text is a value."
    )
    label = graphene.String(
        description="The label: the name of a provider, a size or an image; else value."
    )


@cache
def measures_type(resource: Resource) -> Any:
    several = resource.nouns[1]
    fields: dict[str, Any] = {
        "__doc__": f"Counts and sums of {several}.",
        "count": graphene.Int(required=True, description=f"How many {several}."),
    }
    for name in sums(resource):
        fields[name] = graphene.Float(
            description=f"The sum of {to_camel_case(name)}; null if it is not known for any of "
            "them."
        )
    if has_costs(resource):
        fields |= {
            "hourly_cost": graphene.Float(
                description="monthlyCost divided by 730, to the micro-dollar."
            ),
            "monthly_cost": graphene.Float(
                description="The sum of monthlyCost in US dollars, to the micro-dollar; null if "
                "it is not known for any of them. See unpriced."
            ),
            "priced": graphene.Int(
                required=True, description=f"How many {several} have a known cost."
            ),
            "unpriced": graphene.Int(
                required=True,
                description=f"How many {several} have no known cost: they are not in the costs.",
            ),
        }
    return type(f"{resource.type_name}Measures", (graphene.ObjectType,), fields)


@cache
def group_type(resource: Resource) -> Any:
    fields = {
        "__doc__": f"{resource.nouns[1].capitalize()} with the same values of the keys of groupBy.",
        "keys": graphene.List(
            graphene.NonNull(GroupKey), required=True, description="One for each key of groupBy."
        ),
        "measures": graphene.Field(
            measures_type(resource), required=True, description="Counts and sums of the group."
        ),
    }
    return type(f"{resource.type_name}Group", (graphene.ObjectType,), fields)


@cache
def aggregate_type(resource: Resource) -> Any:
    several = resource.nouns[1]
    more = ""
    if tag_filter(resource) is not None:
        more = " One with several values of a tag's key is in several groups, and once in totals."
    fields = {
        "__doc__": f"Counts and sums of {several}, with the receipts of their sources.",
        "Meta": type("Meta", (), {"interfaces": (LiveConnection,)}),
        "totals": graphene.Field(
            measures_type(resource),
            required=True,
            description=f"Counts and sums of all {several} that match the filter, each once.",
        ),
        "groups": graphene.List(
            graphene.NonNull(group_type(resource)),
            required=True,
            description=f"The groups of this page; none without groupBy.{more}",
        ),
        "group_count": graphene.Int(
            required=True, description="How many groups there are in all pages together."
        ),
        "page_info": graphene.Field(
            graphene.relay.PageInfo, required=True, description="True if there are more groups."
        ),
    }
    return type(aggregate_name(resource), (graphene.ObjectType,), fields)


def aggregate_name(resource: Resource) -> str:
    return f"{resource.type_name}Aggregate"
