"""What the compiled closures are made from: a field in its place, and the context it runs in."""

from abc import ABC, abstractmethod
from collections.abc import Callable
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

# (object, its path) → its answer: a value for each key of the selection.
Selection = Callable[[Any, Path | None], dict[str, Any]]


class CompilingContext(ExecutionContext, ABC):
    """An execution context that has selections compiled."""

    @abstractmethod
    def selection(self, parent: GraphQLObjectType, nodes: list[FieldNode]) -> Selection:
        """The closure for what ``nodes`` select of ``parent``; raises as collecting does."""


@dataclass(frozen=True, slots=True)
class SelectedField:
    """A field as one selection asks for it of one object type, under the answer's ``key``."""

    context: CompilingContext
    parent: GraphQLObjectType
    definition: GraphQLField
    nodes: list[FieldNode]
    key: str

    def path(self, parent: Path | None) -> Path:
        return Path(parent, self.key, self.parent.name)

    def info(self, path: Path) -> GraphQLResolveInfo:
        return self.context.build_resolve_info(self.definition, self.nodes, self.parent, path)

    def failed(self, error: Exception, of: GraphQLOutputType, path: Path) -> None:
        """Note the error, so that the value is null; raises it where ``of`` forbids null."""
        self.context.handle_field_error(located_error(error, self.nodes, path.as_list()), of, path)

    def null_error(self) -> TypeError:
        return TypeError(
            "Cannot return null for non-nullable field"
            f" {self.parent.name}.{self.nodes[0].name.value}."
        )
