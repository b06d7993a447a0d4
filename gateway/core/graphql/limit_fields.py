"""Input fields that limit a mutation: without one of them it does more, or acts again.

A variable that a script did not set is null or has no value. GraphQL treats a field whose variable
has no value as absent (October 2021 specification, section 3.10, Input Coercion) and uses its
default: ``dryRun: $dry`` would act. So null and a variable without a value are refused. A field may
still be left out of the document, or out of the object that is the value of ``$input``.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import graphene
from graphql import (
    GraphQLInputObjectType,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
)

from gateway.core.errors import InvalidInput

REFUSED = "Null and a variable without a value are refused."
PART_REFUSED = "In it, a variable without a value is refused."


class LimitField(graphene.InputField):
    """An input field that limits the effect of the operation, so a missing value is refused.

    ``by_parts``: each field of its value is a limit, at any depth; the field itself is none. Then
    only a variable without a value is refused; nulls are not checked here.

    The end of the description says what is refused.
    """

    def __init__(
        self, type_: Any, *, description: str, by_parts: bool = False, **options: Any
    ) -> None:
        refused = PART_REFUSED if by_parts else REFUSED
        super().__init__(type_, description=f"{description} {refused}", **options)
        self.by_parts = by_parts


class _Unset(NamedTuple):
    place: str
    variable: str


def check_limit_fields(info: Any, given: Mapping[str, Any], *, argument: str = "input") -> None:
    """Raises InvalidInput with the place of the first limit of ``argument`` that has no value.

    ``info``: of the field that runs. ``given``: the argument's value, as its resolver gets it.
    """
    declared = info.parent_type.fields[info.field_name].args[argument].type
    for node in info.field_nodes[0].arguments:
        if node.name.value == argument:
            for unset in _unset_variables(declared, node.value, info.variable_values):
                raise _has_no_value(unset)
    for place in _nulls(declared, given):
        message = f"{place} is null. Give it a value, or leave it out: it limits what is done."
        raise InvalidInput(message, field=place)


def _has_no_value(unset: _Unset) -> InvalidInput:
    place, variable = unset
    message = (
        f"The variable ${variable} has no value, so {place} would count as left out, and more "
        f"might be done than was meant. Give ${variable} a value, or leave {place} out of the "
        "document."
    )
    return InvalidInput(message, field=place)


def limit_of(declared: GraphQLInputObjectType, name: str) -> LimitField | None:
    """The limit that the field with this GraphQL name is; None: it is none."""
    known: Any = declared
    found = known.graphene_type._meta.fields[declared.fields[name].out_name or name]  # noqa: SLF001 - Graphene keeps the fields of a type there
    return found if isinstance(found, LimitField) else None


def _unset_variables(
    declared: Any,
    node: ValueNode,
    values: Mapping[str, Any],
    path: str = "",
    *,
    limits: bool = False,
) -> Iterator[_Unset]:
    """``limits``: whether every field below is a limit."""
    if isinstance(node, ListValueNode):
        for item in node.values:
            yield from _unset_variables(declared, item, values, path, limits=limits)
    named = get_named_type(declared)
    if not isinstance(node, ObjectValueNode) or not isinstance(named, GraphQLInputObjectType):
        return
    for part in node.fields:
        name, limit = part.name.value, limit_of(named, part.name.value)
        place = f"{path}.{name}" if path else name
        if not isinstance(part.value, VariableNode):
            below = limits or (limit is not None and limit.by_parts)
            yield from _unset_variables(
                named.fields[name].type, part.value, values, place, limits=below
            )
        elif limits or (limit is not None and not limit.by_parts):
            variable = part.value.name.value
            if variable not in values:
                yield _Unset(place, variable)


def _nulls(declared: Any, given: Any, path: str = "") -> Iterator[str]:
    if isinstance(given, list):
        for item in given:
            yield from _nulls(declared, item, path)
    named = get_named_type(declared)
    if not isinstance(given, Mapping) or not isinstance(named, GraphQLInputObjectType):
        return
    for name, field in named.fields.items():
        out_name = field.out_name or name
        if out_name not in given:
            continue
        place, value = (f"{path}.{name}" if path else name), given[out_name]
        limit = limit_of(named, name)
        if value is None and limit is not None and not limit.by_parts:
            yield place
        yield from _nulls(field.type, value, place)
