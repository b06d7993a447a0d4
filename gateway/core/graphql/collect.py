"""One walk over an operation before it runs: which fields will be asked, with which arguments.

It resolves variables, fragments, ``@skip`` and ``@include`` as execution will, and hands every
field to a visitor. Nothing is executed, so it may look at the whole operation before any cloud
is asked.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Protocol

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SchemaMetaFieldDef,
    TypeMetaFieldDef,
    get_named_type,
    is_abstract_type,
    is_object_type,
)
from graphql.execution.collect_fields import collect_fields, collect_sub_fields
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path as RuntimePath

Path = tuple[str, ...]
# An object type and the key of one of its fields in the answer, from the root down. The keys alone
# are no key of a field: fragments on several types may ask for different fields at one path.
Place = tuple[tuple[str, str], ...]
INTROSPECTIONS = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}


@dataclass(frozen=True)
class Operation:
    """A validated operation with the variables it will run with."""

    schema: GraphQLSchema
    definition: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    variables: dict[str, Any]

    @property
    def kind(self) -> str:
        """``query``, ``mutation`` or ``subscription``."""
        return self.definition.operation.value


@dataclass(frozen=True)
class SelectedField:
    """A field that will be asked: ``parent.name`` at ``place``, list indexes left out of it."""

    operation: Operation
    parent: GraphQLObjectType
    nodes: list[FieldNode]
    place: Place

    @property
    def path(self) -> Path:
        return path_to(self.place)

    @property
    def coordinate(self) -> tuple[str, str]:
        return self.parent.name, self.nodes[0].name.value

    @property
    def definition(self) -> GraphQLField:
        name = self.nodes[0].name.value
        return INTROSPECTIONS.get(name) or self.parent.fields[name]

    @property
    def arguments(self) -> dict[str, Any]:
        """As the resolver will get them. Empty when they are wrong: execution reports that."""
        return self._arguments[0]

    @property
    def argument_error(self) -> GraphQLError | None:
        """Why the arguments are wrong, so that the resolver will not be called; None: they are not.

        A variable with a default may be null, also for an argument that takes no null.
        """
        return self._arguments[1]

    @cached_property
    def _arguments(self) -> tuple[dict[str, Any], GraphQLError | None]:
        node, variables = self.nodes[0], self.operation.variables
        try:
            return get_argument_values(self.definition, node, variables), None
        except GraphQLError as error:
            return {}, error

    def children_by_type(self) -> Iterator[Iterator["SelectedField"]]:
        """The selected fields of each object type that the field can return."""
        named = get_named_type(self.definition.type)
        for parent in _object_types(self.operation.schema, named):
            selected = _collected(collect_sub_fields, self.operation, parent, self.nodes)
            yield _selected_fields(self.operation, parent, selected, self.place)

    def children(self) -> Iterator["SelectedField"]:
        return chain.from_iterable(self.children_by_type())


class Visitor(Protocol):
    """Sees each field after its parent, with what it returned for the parent (None at the root)."""

    def visit(self, field: SelectedField, inherited: Any) -> Any: ...


def root_fields(operation: Operation) -> Iterator[SelectedField]:
    root = operation.schema.get_root_type(operation.definition.operation)
    if root is None:
        return iter(())
    selected = _collected(collect_fields, operation, root, operation.definition.selection_set)
    return _selected_fields(operation, root, selected, ())


def introspections(operation: Operation) -> Iterator[SelectedField]:
    """The fields ``__schema`` and ``__type`` of the operation, which ``root_fields`` leaves out."""
    root = operation.schema.query_type
    if root is None or operation.kind != "query":
        return
    selected = _collected(collect_fields, operation, root, operation.definition.selection_set)
    for key, nodes in selected.items():
        if nodes[0].name.value in INTROSPECTIONS:
            yield SelectedField(operation, root, nodes, ((root.name, key),))


def place_of(path: RuntimePath) -> Place:
    """The place of the field that is executed at ``path``, which is ``info.path``."""
    steps: list[tuple[str, str]] = []
    step: RuntimePath | None = path
    while step is not None:
        if step.typename is not None:  # None: an index of a list
            steps.append((step.typename, str(step.key)))
        step = step.prev
    return tuple(reversed(steps))


def path_to(place: Place) -> Path:
    """The keys of ``place``."""
    return tuple(key for _type, key in place)


def walk(operation: Operation, visitor: Visitor) -> None:
    for field in root_fields(operation):
        _walk(field, visitor, None)


def _walk(field: SelectedField, visitor: Visitor, inherited: Any) -> None:
    handed_down = visitor.visit(field, inherited)
    for child in field.children():
        _walk(child, visitor, handed_down)


def _collected(
    collect: Callable[..., dict[str, list[FieldNode]]],
    operation: Operation,
    parent: GraphQLObjectType,
    selected: Any,
) -> dict[str, list[FieldNode]]:
    """None when a condition is wrong, as null for ``@skip(if:)``: execution reports that."""
    try:
        return collect(operation.schema, operation.fragments, operation.variables, parent, selected)
    except GraphQLError:
        return {}


def _selected_fields(
    operation: Operation,
    parent: GraphQLObjectType,
    selected: dict[str, list[FieldNode]],
    place: Place,
) -> Iterator[SelectedField]:
    for key, nodes in selected.items():
        if nodes[0].name.value in parent.fields:  # __typename and __schema are not
            yield SelectedField(operation, parent, nodes, (*place, (parent.name, key)))


def _object_types(schema: GraphQLSchema, named: Any) -> list[GraphQLObjectType]:
    if is_abstract_type(named):
        return schema.get_possible_types(named)
    return [named] if is_object_type(named) else []
