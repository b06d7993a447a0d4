"""How long the conditions of a list may be: its filter, its search, and lists of anything.

A database compares every row with every condition, and SQLite refuses a pattern of 50,000 bytes.
Ids and cursors are looked up, so a long one is only unknown. Texts and lists of a mutation's input
are bounded where they are read, except for its filter.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from graphene.utils.str_converters import to_camel_case
from graphql import GraphQLError

from gateway.core.errors import InvalidInput
from gateway.core.graphql.collect import Operation, SelectedField, walk
from gateway.core.graphql.context import Context

LONGEST_TEXT = 5_000  # characters
MOST_ITEMS = 1_000
CONDITIONS = ("filter", "search")


class ArgumentLimits:
    """A Preparer that refuses too long arguments. ``unbounded``: fields that are exempt."""

    def __init__(self, *, unbounded: Collection[tuple[str, str]] = ()) -> None:
        self._unbounded = frozenset(unbounded)

    def __call__(self, operation: Operation, context: Context) -> None:  # noqa: ARG002 - as Preparer
        """Raises GraphQLError."""
        walk(operation, self)

    def visit(self, field: SelectedField, inherited: Any) -> None:  # noqa: ARG002 - as Visitor
        """Raises GraphQLError."""
        if not field.definition.args or field.coordinate in self._unbounded:
            return
        reads = field.operation.kind != "mutation"
        for name, value in _conditions(field.arguments, with_lists=reads):
            for problem in _problems(to_camel_case(name), value):
                extensions = {"code": InvalidInput.code, "field": to_camel_case(name)}
                raise GraphQLError(problem, field.nodes, path=field.path, extensions=extensions)


def _conditions(arguments: Mapping[str, Any], *, with_lists: bool) -> Iterator[tuple[str, Any]]:
    for name, value in arguments.items():
        if name in CONDITIONS or (with_lists and isinstance(value, list)):
            yield name, value
        elif isinstance(value, Mapping):
            yield from _conditions(value, with_lists=with_lists)


def _problems(place: str, value: Any) -> Iterator[str]:
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        yield f"{place} has {len(value)} characters; {LONGEST_TEXT} are allowed."
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _problems(f"{place}.{to_camel_case(name)}", part)
    elif isinstance(value, list | tuple):
        if len(value) > MOST_ITEMS:
            yield f"{place} has {len(value)} items; {MOST_ITEMS} are allowed."
        for item in value:
            yield from _problems(place, item)
