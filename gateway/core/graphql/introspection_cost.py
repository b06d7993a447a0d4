"""How many objects an introspection answers: the cost of a field, for the schema itself.

The answer is the same for every caller, so its objects are counted exactly, with graphql-core's own
resolvers. The objects that one selection returns for one part of the schema are counted once, even
if the answer repeats them, so counting takes less time than answering.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any, cast

from graphql import (
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_required_argument,
)

from gateway.core.graphql.collect import Operation, SelectedField, introspections


def introspection_cost(operation: Operation, *, most: int) -> int:
    """The number of the schema's objects in the answer; not exact if it is above ``most``."""
    counter = _Counter(operation.schema, most)
    selections = [counter.selection(field) for field in introspections(operation)]
    return sum(counter.count(selection, None) for selection in selections)


@dataclass(frozen=True, eq=False)
class _Selection:
    """A field, and the fields with objects of their own that are asked for below it."""

    field: SelectedField
    counter: "_Counter"

    @cached_property
    def children(self) -> list["_Selection"]:
        return [
            self.counter.selection(child)
            for child in self.field.children()
            if not is_leaf_type(get_named_type(child.definition.type))
        ]


class _Counter:
    """Counts no further when it has counted ``most`` objects.

    Selections and parts are known by their identity, so they must live as long as the counter.
    """

    def __init__(self, schema: GraphQLSchema, most: int) -> None:
        self._info: Any = SimpleNamespace(schema=schema)
        self._left = most
        self._counts: dict[tuple[int, int], int] = {}
        self._answers: dict[tuple[Any, ...], list[Any]] = {}
        self._selections: dict[tuple[Any, ...], _Selection] = {}

    def selection(self, field: SelectedField) -> _Selection:
        """One for the same nodes of the document: a fragment is counted once, however often it is
        spread.
        """
        key = (field.parent.name, *map(id, field.nodes))
        if key not in self._selections:
            self._selections[key] = _Selection(field, self)
        return self._selections[key]

    def count(self, selection: _Selection, parent: Any) -> int:
        """How many objects ``selection`` answers below ``parent``, a part of the schema."""
        key = id(selection), id(parent)
        if key not in self._counts:
            self._counts[key] = sum(
                1 + sum(self.count(child, part) for child in selection.children)
                for part in self._taken(self._parts(selection.field, parent))
            )
        return self._counts[key]

    def _taken(self, parts: list[Any]) -> Iterator[Any]:
        for part in parts:
            if self._left <= 0:
                return
            self._left -= 1
            yield part

    def _parts(self, field: SelectedField, parent: Any) -> list[Any]:
        """The parts that the field returns, cached: graphql-core creates some anew each time."""
        key = (field.coordinate, tuple(field.arguments.items()), id(parent))
        if key not in self._answers:
            answered: Any = self._resolved(field, parent)
            is_list = is_list_type(get_nullable_type(cast(Any, field.definition.type)))
            parts = answered or () if is_list else (answered,)
            self._answers[key] = [part for part in parts if part is not None]
        return self._answers[key]

    def _resolved(self, field: SelectedField, parent: Any) -> Any:
        definition, arguments = field.definition, field.arguments
        required = (name for name, one in definition.args.items() if is_required_argument(one))
        if definition.resolve is None or any(name not in arguments for name in required):
            return None  # execution reports a wrong argument
        return definition.resolve(parent, self._info, **arguments)
