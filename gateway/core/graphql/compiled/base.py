"""The input of the compiled closures: a field in its place, and the context that executes it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    located_error,
)
from graphql.execution import ExecutionContext
from graphql.pyutils import Path

# (object, its path) → the field's completed value. The path of a root object is None.
Answer = Callable[[Any, Path | None], Any]
# (object, its path) → its answer: a value for each key of the selection.
Select = Callable[[Any, Path | None], dict[str, Any]]
# From objects to their answers with the columns, and None for every other field; None: the objects
# have to be answered one by one.
Fill = Callable[[Sequence[Any]], list[dict[str, Any]] | None]

# A tuple's own constructor takes less than half the time of a named tuple's.
new: Any = tuple.__new__
NOWHERE = Path(None, "", None)
PATH_IN_INFO = GraphQLResolveInfo._fields.index("path")


class CompilingContext(ExecutionContext, ABC):
    """An execution context that has selections compiled."""

    @abstractmethod
    def selection(self, parent: GraphQLObjectType, nodes: list[FieldNode]) -> "Selection":
        """The closure for what ``nodes`` select of ``parent``; raises as collecting does."""


@dataclass(slots=True)
class SelectedField:
    """A field in one selection of one object type, with its ``key`` in the answer.

    It is never changed, but not frozen: creating a frozen one takes several times as long.
    """

    context: CompilingContext
    parent: GraphQLObjectType
    definition: GraphQLField
    nodes: list[FieldNode]
    key: str

    def path(self, parent: Path | None) -> Path:
        return Path(parent, self.key, self.parent.name)

    def infos(self) -> Callable[[Path], GraphQLResolveInfo]:
        """Returns a function from a path to the field's ``info``; the rest of it never changes."""
        context = self.context
        info = context.build_resolve_info(self.definition, self.nodes, self.parent, NOWHERE)
        before, after = info[:PATH_IN_INFO], info[PATH_IN_INFO + 1 :]
        return lambda path: new(GraphQLResolveInfo, (*before, path, *after))

    def failed(self, error: Exception, of: GraphQLOutputType, path: Path) -> None:
        """Note the error, so that the value is null; raises it where ``of`` forbids null."""
        self.context.handle_field_error(located_error(error, self.nodes, path.as_list()), of, path)

    def null_error(self) -> TypeError:
        return TypeError(
            "Cannot return null for non-nullable field"
            f" {self.parent.name}.{self.nodes[0].name.value}."
        )


@dataclass(frozen=True, slots=True)
class Columns:
    """The fields that are completed for many objects at once (``columns.py``), and the ``rest``."""

    fill: Fill
    rest: tuple[tuple[str, Answer], ...]

    def complete(
        self, field: SelectedField, item_type: GraphQLOutputType, objects: list[Any], path: Path
    ) -> list[dict[str, Any] | None] | None:
        """The answers of the ``objects``; None: they have to be answered one by one."""
        answers: list[Any] | None = self.fill(objects)
        if answers is None or not self.rest:
            return answers
        for index, data in enumerate(answers):
            item_path = new(Path, (path, index, None))
            try:
                for key, answer in self.rest:
                    data[key] = answer(objects[index], item_path)
            except Exception as error:  # noqa: BLE001 - whatever it is, the item fails
                field.failed(error, item_type, item_path)
                answers[index] = None
        return answers


@dataclass(frozen=True, slots=True)
class Selection:
    """The closures of a selection; ``repeatable``: it always returns the same for one object.

    ``columns``: made when it is first called; returns None if no field is a column.
    """

    select: Select
    repeatable: bool
    columns: Callable[[], Columns | None]
