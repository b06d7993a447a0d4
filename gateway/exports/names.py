"""The exports there are: the list of each resource that has one at the root, and its aggregate."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLField

from gateway.schema import schema
from inventory.resources import Resource, all_resources

AGGREGATE = "Aggregate"
CONNECTION = "Connection"
# The parameters that become arguments of the field, by their names there.
ARGUMENTS = ("filter", "orderBy", "groupBy", "at", "maxAge")


@dataclass(frozen=True, slots=True)
class Exportable:
    """``name``: in the address. ``field``: the root field of Query that is executed."""

    name: str
    field: str
    resource: Resource
    is_aggregate: bool

    @property
    def definition(self) -> GraphQLField:
        return root_fields()[self.field]

    @property
    def arguments(self) -> dict[str, str]:
        """Those that a client gives, each with its type as the schema writes it."""
        given = self.definition.args
        return {name: str(given[name].type) for name in ARGUMENTS if name in given}


def root_fields() -> Mapping[str, GraphQLField]:
    query = schema.graphql_schema.query_type
    return query.fields if query is not None else {}


@cache
def exportables() -> Mapping[str, Exportable]:
    """By their names, those of the root fields. ``repositories`` is the list with cursors."""
    found = {}
    for resource in all_resources():
        if resource.has_root_list:
            name = to_camel_case(resource.plural)
            field = f"{name}{CONNECTION}" if f"{name}{CONNECTION}" in root_fields() else name
            found[name] = Exportable(name, field, resource, is_aggregate=False)
            totals = name + AGGREGATE
            found[totals] = Exportable(totals, totals, resource, is_aggregate=True)
    return found
