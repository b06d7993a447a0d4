"""The input fields of an action's arguments, and their values as the services take them."""

from collections.abc import Mapping
from typing import Any

import graphene
from graphene.utils.str_converters import to_camel_case

from gateway.core.graphql.context import Context
from inventory.operations.actions import TARGET_TYPES
from inventory.operations.actions.taken import Taken
from inventory.schema.named import target_named
from inventory.schema.table.named_types import SCALARS, SecurityGroupRuleDirection

ENUMS: Mapping[str, Any] = {"SecurityGroupRuleDirection": SecurityGroupRuleDirection}


def input_fields(takes: Mapping[str, Taken]) -> dict[str, Any]:
    """Fields of a mutation's input, by their names in snake case."""
    return {name: _field(one) for name, one in takes.items()}


def _field(taken: Taken) -> Any:
    if taken.is_object:
        return graphene.ID(required=taken.required, description=taken.description)
    scalar = ENUMS.get(taken.type) or SCALARS[taken.type]
    return scalar(required=taken.required, description=taken.description)


def values_of(
    context: Context, takes: Mapping[str, Taken], given: Mapping[str, Any]
) -> dict[str, Any]:
    """The values by name; an object as its row. Raises as ``target_named``, with the field."""
    found = dict(given)
    for name, taken in takes.items():
        if taken.is_object and given.get(name) is not None:
            target_type = next(one for one in TARGET_TYPES if one.type_name == taken.type)
            field = to_camel_case(name)
            found[name] = target_named(context, target_type, given[name], field=field)
    return found
