"""Which columns of a row the selected fields read: a page loads no others."""

from collections.abc import Collection, Iterator
from functools import cache

from graphene.utils.str_converters import to_snake_case

from gateway.core.graphql.paging import OrderKey
from inventory.resources import Resource, links_to, resource_of_type

# The columns that identify every row of a page, whatever is selected.
ALWAYS = ("id", "source", "provider", "region")


@cache
def _column_name(field: str) -> str:
    text: str = to_snake_case(field)
    return text


def columns_for(
    resource: Resource, selected: Collection[tuple[str, str]], order: OrderKey
) -> list[str]:
    """The columns that a page needs for these fields, and for its cursors."""
    columns = {*ALWAYS, order.column or order.name}
    for type_name, field in selected:
        name = _column_name(field)
        if type_name == resource.type_name:
            columns |= {*resource.columns_of(name)}
            if name in links_to(type_name):
                columns.add("external_id")
        else:
            columns |= {*_of_entries(resource, type_name, name)}
    return sorted(columns)


def _of_entries(resource: Resource, type_name: str, name: str) -> Iterator[str]:
    """The columns by which the row itself describes an entry that is not in the catalogue."""
    for fact in resource.entries.values():
        if fact.type == type_name and fact.entry is not None:
            reads = resource_of_type(type_name).columns_of(name)
            yield from (fact.entry.columns[read] for read in reads if read in fact.entry.columns)
