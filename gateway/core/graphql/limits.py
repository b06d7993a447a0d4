"""Limits on the size of one operation, checked before any expensive work.

They count depth, aliases, root fields, directives, repeated fields and introspections, with all
fragments spread. The numbers are ``settings.GRAPHQL_LIMITS``; the parser counts the tokens. The
standard validation compares every pair of fields with the same name, which takes a second for a
few thousand fields. So the limits are checked first, and ``repeated_fields`` is one of them.

The operation that a request names is refused if it exceeds a limit. The other operations of the
document do not run. They are validated too, as the specification requires, except for those that
exceed a limit, which ``part_to_validate`` leaves out. All of them together may have as many fields
as one operation.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

LIMITS_CODE = "QUERY_TOO_LARGE"
COUNTED = ("aliases", "root_fields", "directives", "repeated_fields", "introspections")

Fragments = dict[str, FragmentDefinitionNode]


@dataclass(slots=True)
class Level:
    """A selection set that is not counted yet. ``depth`` 0: it is in an introspection.

    ``names``: what the same field selects elsewhere. ``inside``: the fragments that it is spread
    from, so that a cycle ends.
    """

    selections: SelectionSetNode
    depth: int
    names: set[str] = field(default_factory=set)
    inside: frozenset[str] = frozenset()


class Measure:
    """The size of one operation, with fragments spread. Counting stops at ``most_fields``."""

    def __init__(self, fragments: Fragments, *, most_fields: int) -> None:
        self._fragments = fragments
        self._most_fields = most_fields
        self.fields = 0
        self.depth = 0
        self.aliases = 0
        self.root_fields = 0
        self.directives = 0
        self.repeated_fields = 0
        self.introspections = 0
        self.spread: set[str] = set()  # the names of the fragments that it uses

    def count(self, definition: OperationDefinitionNode | FragmentDefinitionNode) -> None:
        self.directives += len(definition.directives)
        # Not recursive: a chain of fragments may be longer than Python's stack.
        waiting = [Level(definition.selection_set, 1)]
        while waiting:
            level = waiting.pop()
            for node in level.selections.selections:
                self.fields += 1
                if self.is_exhausted:
                    return
                self.directives += len(node.directives)
                waiting.extend(self._below(node, level))

    @property
    def is_exhausted(self) -> bool:
        return self.fields > self._most_fields

    def _below(self, node: SelectionNode, level: Level) -> Iterator[Level]:
        if isinstance(node, FieldNode):
            yield from self._below_field(node, level)
        elif isinstance(node, FragmentSpreadNode):
            name = node.name.value
            self.spread.add(name)
            fragment = self._fragments.get(name)
            # An unknown fragment and a cycle are the standard rules' to report.
            if fragment is not None and name not in level.inside:
                inside = level.inside | {name}
                yield Level(fragment.selection_set, level.depth, level.names, inside)
        elif isinstance(node, InlineFragmentNode):
            yield Level(node.selection_set, level.depth, level.names, level.inside)

    def _below_field(self, node: FieldNode, level: Level) -> Iterator[Level]:
        name = node.name.value
        key = node.alias.value if node.alias else name
        self.depth = max(self.depth, level.depth)
        self.aliases += node.alias is not None
        self.root_fields += level.depth == 1
        self.repeated_fields += key in level.names
        level.names.add(key)
        is_introspection = name in ("__schema", "__type")
        self.introspections += is_introspection
        if node.selection_set:
            # Introspections are deep by nature (ofType in ofType): graphql-core bounds those.
            depth = 0 if is_introspection or level.depth == 0 else level.depth + 1
            yield Level(node.selection_set, depth, inside=level.inside)


def limit_errors(operation: OperationDefinitionNode, fragments: Fragments) -> list[GraphQLError]:
    """An error for each limit that the operation exceeds."""
    measure = _measured(operation, fragments, most_fields=settings.GRAPHQL_LIMITS["fields"])
    return [
        GraphQLError(problem, operation, extensions={"code": LIMITS_CODE})
        for problem in _problems(measure)
    ]


def part_to_validate(document: DocumentNode, chosen: OperationDefinitionNode) -> DocumentNode:
    """The document without the definitions that are too large and that ``chosen`` does not use."""
    fragments = fragments_of(document)
    left = settings.GRAPHQL_LIMITS["fields"]
    used = _measured(chosen, fragments, most_fields=left).spread
    too_large: set[str] = set()  # fragments that only definitions use that are left out
    left_out: set[int] = set()
    others = (node for node in document.definitions if _is_operation(node) and node is not chosen)
    for node in (*others, *fragments.values()):
        own = _fragment_name(node)
        if own & (used | too_large):
            continue
        measure = _measured(node, fragments, most_fields=left)
        left = max(0, left - measure.fields)
        if any(_problems(measure)):
            left_out.add(id(node))
            too_large |= own | measure.spread
        else:
            used |= own | measure.spread
    too_large -= used
    kept = [
        node
        for node in document.definitions
        if id(node) not in left_out and not _fragment_name(node) & too_large
    ]
    return DocumentNode(definitions=tuple(kept), loc=document.loc)


def fragments_of(document: DocumentNode) -> Fragments:
    return {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }


def _is_operation(node: DefinitionNode) -> bool:
    return isinstance(node, OperationDefinitionNode)


def _fragment_name(node: DefinitionNode) -> set[str]:
    return {node.name.value} if isinstance(node, FragmentDefinitionNode) else set()


def _measured(node: Any, fragments: Fragments, *, most_fields: int) -> Measure:
    measure = Measure(fragments, most_fields=most_fields)
    measure.count(node)
    return measure


def _problems(measure: Measure) -> Iterator[str]:
    limits = settings.GRAPHQL_LIMITS
    if measure.is_exhausted:
        yield f"The query asks for more than {limits['fields']} fields; ask for less at once."
    if measure.depth > limits["depth"]:
        yield f"The query is {measure.depth} levels deep; {limits['depth']} are allowed."
    for name in COUNTED:
        count = getattr(measure, name)
        if count > limits[name]:
            words = name.replace("_", " ")
            yield f"The query has {count} {words}; {limits[name]} are allowed."
