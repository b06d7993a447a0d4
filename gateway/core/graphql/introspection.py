"""Which operations ask for the schema alone. Their answer is the same for every caller."""

from collections.abc import Iterator

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
)

from gateway.core.graphql.collect import Operation

SCHEMA_FIELDS = frozenset({"__schema", "__type"})


def asks_for_schema_alone(operation: Operation) -> bool:
    """True if every root field is an introspection, and at least one is not ``__typename``."""
    names = set(_root_fields(operation.definition.selection_set, operation.fragments))
    return bool(names & SCHEMA_FIELDS) and names <= SCHEMA_FIELDS | {"__typename"}


def _root_fields(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode]
) -> Iterator[str]:
    """Validation has refused fragments that contain themselves."""
    for node in selections.selections:
        if isinstance(node, FieldNode):
            yield node.name.value
        elif isinstance(node, InlineFragmentNode):
            yield from _root_fields(node.selection_set, fragments)
        elif isinstance(node, FragmentSpreadNode):
            yield from _root_fields(fragments[node.name.value].selection_set, fragments)
