"""Where what is derived belongs: root fields, lists of a provider, nodes, planners."""

from functools import partial
from typing import Any

import graphene
from graphene.utils.str_converters import to_camel_case, to_snake_case

from gateway.core.graphql import nodes
from inventory.resources import Resource, all_resources
from inventory.schema.live_plans import live_field, shown_before
from inventory.schema.table.aggregates import aggregate_field, plan_aggregate, usual_keys
from inventory.schema.table.catalogs import catalog_field, plan_catalog
from inventory.schema.table.connections import nested_list, plan_list, root_list
from inventory.schema.table.deliveries import usual_delivery
from inventory.schema.table.differences import (
    diff_field,
    difference_name,
    plan_diff,
)
from inventory.schema.table.links import link_planners
from inventory.schema.table.single_read import plan_single, single_field
from inventory.schema.table.types import object_type
from inventory.selectors.rows import row_get, rows_get


def register_resources() -> None:
    """Make each reachable through ``node(id:)``, and its lists and single read live."""
    for one in all_resources():
        if one.is_derived_at_root:
            nodes.register(
                object_type(one),
                model=one.model,
                load=partial(_load, one),
                load_many=partial(_load_many, one),
            )
        if one.has_root_list:
            shown_before(difference_name(one), "before")
        for (type_name, field), planner in planners(one).items():
            live_field(type_name, field)(partial(planner, one))


def _load(resource: Resource, user: Any, local_id: str) -> Any:
    return row_get(resource, user=user, local_id=local_id)


def _load_many(resource: Resource, user: Any, local_ids: Any) -> dict[str, Any]:
    return rows_get(resource, user=user, local_ids=local_ids)


def planners(resource: Resource) -> dict[tuple[str, str], Any]:
    """The planner of each live field, by type and field: (resource, request) → plan."""
    plural, single = to_camel_case(resource.plural), to_camel_case(single_name(resource))
    if not resource.has_root_list:
        return {("Provider", plural): plan_catalog}
    found = {
        **link_planners(resource),
        ("Query", plural): plan_list,
        ("Query", to_camel_case(aggregate_of(resource))): plan_aggregate,
        ("Query", to_camel_case(diff_of(resource))): plan_diff,
        ("Provider", plural): plan_list if resource.is_connection_below_provider else plan_catalog,
        ("Query", single): plan_single,
    }
    if not resource.is_derived_at_root:
        del found["Query", plural], found["Query", single]
    return found


def single_name(resource: Resource) -> str:
    """The root field that reads one object, in snake case."""
    return to_snake_case(resource.type_name)


def aggregate_of(resource: Resource) -> str:
    """The root field of its counts and sums, in snake case."""
    return f"{resource.plural}_aggregate"


def diff_of(resource: Resource) -> str:
    """The root field of the differences between two times, in snake case."""
    return f"{resource.plural}_diff"


def resource_query() -> Any:
    """The class of the root fields."""
    fields: dict[str, Any] = {}
    for one in reversed(all_resources()):
        if one.has_root_list:
            found = {
                one.plural: root_list(one),
                aggregate_of(one): aggregate_field(one),
                diff_of(one): diff_field(one),
                single_name(one): single_field(one),
            }
            if not one.is_derived_at_root:
                del found[one.plural], found[single_name(one)]
            fields |= found
    return type("ResourceQuery", (graphene.ObjectType,), fields)


def provider_fields() -> dict[str, Any]:
    """The lists below a provider, in their order."""
    return {
        one.plural: nested_list(one) if one.is_connection_below_provider else catalog_field(one)
        for one in all_resources()
    }


def usual_lengths() -> dict[tuple[str, str], int]:
    """How many objects the lists of a resource usually have, by type and field."""
    usual = {
        (one.type_name, to_camel_case(name)): fact.usual
        for one in all_resources()
        for name, fact in one.facts.items()
        if fact.usual is not None
    }
    for one in all_resources():
        if one.has_root_list:
            usual |= usual_delivery(one) | usual_keys(one)
    return usual
