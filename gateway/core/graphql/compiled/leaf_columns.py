"""Completes many values of a leaf type at once: most columns pass unchanged, or by one call each.

Values that are not all of the usual Python type are completed one by one, as those of a field are.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from graphene import DateTime
from graphql import GraphQLInt, get_nullable_type, is_enum_type

from gateway.core.graphql.compiled.base import SelectedField
from gateway.core.graphql.compiled.values import (
    LARGEST_INT,
    SMALLEST_INT,
    UNCHANGED,
    Complete,
    completer,
)

# From values to all of them completed. Raises any error.
CompleteAll = Callable[[Sequence[Any]], Sequence[Any]]


def leaves(field: SelectedField) -> CompleteAll:
    """The function for the values of ``field``, which is of a leaf type."""
    of: Any = field.definition.type
    leaf, complete = get_nullable_type(of), completer(field, of)
    if leaf in UNCHANGED:
        return _unchanged(UNCHANGED[leaf], complete)
    if is_enum_type(leaf):
        return _words(complete)
    if leaf is GraphQLInt:
        return _integers(complete)
    if getattr(leaf, "graphene_type", None) is DateTime:
        return _times(complete)
    return _one_by_one(complete)


def _one_by_one(complete: Complete) -> CompleteAll:
    return lambda values: [complete(value, None, None) for value in values]


def _unchanged(kind: type, complete: Complete) -> CompleteAll:
    def complete_all(values: Sequence[Any]) -> Sequence[Any]:
        if {*map(type, values)} == {kind}:
            return values
        return [
            value if value.__class__ is kind else complete(value, None, None) for value in values
        ]

    return complete_all


def _words(complete: Complete) -> CompleteAll:
    """An enum's: few are different."""
    one_by_one = _one_by_one(complete)

    def complete_all(values: Sequence[Any]) -> Sequence[Any]:
        if {*map(type, values)} != {str}:
            return one_by_one(values)
        completed = {value: complete(value, None, None) for value in {*values}}
        return [completed[value] for value in values]

    return complete_all


def _integers(complete: Complete) -> CompleteAll:
    one_by_one = _one_by_one(complete)

    def complete_all(values: Sequence[Any]) -> Sequence[Any]:
        if {*map(type, values)} != {int}:
            return one_by_one(values)
        fit = min(values) >= SMALLEST_INT and max(values) <= LARGEST_INT
        return values if fit else one_by_one(values)

    return complete_all


def _times(complete: Complete) -> CompleteAll:
    return lambda values: [
        value.isoformat() if value.__class__ is datetime else complete(value, None, None)
        for value in values
    ]
