"""Mutations that are derived from the declared changes, and their place among the others."""

from collections.abc import Iterable, Mapping
from typing import Any

import graphene
from graphene.utils.str_converters import to_snake_case

from inventory.operations.changes import Change
from inventory.providers import Capability
from inventory.providers.capability import CREATING, LISTINGS


def change_mutation(base: Any, input_fields: type, change: Change) -> Any:
    """The mutation of a change, as ``suspendVirtualMachine``; ``base`` submits it."""
    name = f"{change.name.title()}{change.target_type.type_name}"
    return type(
        name, (base,), {"__doc__": change.description, "Input": input_fields, "change": change}
    )


def action_mutations(
    name: str, resource: str, *, changes: Iterable[Any], others: Mapping[Capability, Any]
) -> Any:
    """The root fields of the mutations on ``resource``, in the order of the capabilities.

    Mutations that create an object come last. Raises KeyError for an action without a mutation.
    """
    mutations = {one.change.capability: one for one in changes} | dict(others)
    actions = [one for one in Capability if one.resource == resource and one not in LISTINGS]
    fields = {}
    for capability in sorted(actions, key=lambda one: one in CREATING):
        mutation = mutations[capability]
        fields[to_snake_case(mutation.__name__)] = mutation.Field(description=mutation.__doc__)
    return type(name, (graphene.ObjectType,), fields)
