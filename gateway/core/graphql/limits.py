"""Validation rules that bound what one request can ask: depth, aliases, root fields, directives.

Each counts with fragments spread, so nothing hides in them. The numbers are
``settings.GRAPHQL_LIMITS``; the token limit is the parser's.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
)

LIMITS_CODE = "QUERY_TOO_LARGE"


class Measure:
    """What one operation asks, with fragments spread. Counting stops past ``ceiling`` nodes."""

    def __init__(self, context: ValidationContext, ceiling: int) -> None:
        self._context = context
        self._nodes_left = ceiling
        self.depth = 0
        self.aliases = 0
        self.root_fields = 0
        self.directives = 0

    @property
    def exhausted(self) -> bool:
        return self._nodes_left <= 0

    def add(self, selection_set: SelectionSetNode, depth: int, spread: tuple[str, ...]) -> None:
        for node in selection_set.selections:
            self._nodes_left -= 1
            if self.exhausted:
                return
            self.directives += len(node.directives)
            if isinstance(node, FieldNode):
                self._add_field(node, depth, spread)
            else:
                self._add_fragment(node, depth, spread)

    def _add_field(self, node: FieldNode, depth: int, spread: tuple[str, ...]) -> None:
        self.depth = max(self.depth, depth)
        self.aliases += node.alias is not None
        self.root_fields += depth == 1
        # Introspection is deep by nature (ofType in ofType) and costs nothing below the schema.
        if node.selection_set and not node.name.value.startswith("__"):
            self.add(node.selection_set, depth + 1, spread)

    def _add_fragment(self, node: Any, depth: int, spread: tuple[str, ...]) -> None:
        if not isinstance(node, FragmentSpreadNode):
            self.add(node.selection_set, depth, spread)
            return
        name = node.name.value
        fragment = self._context.get_fragment(name)
        if fragment is not None and name not in spread:  # a cycle is another rule's to report
            self.add(fragment.selection_set, depth, (*spread, name))


class LimitsRule(ValidationRule):
    """One rule for all limits: the operation is walked once."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        limits = settings.GRAPHQL_LIMITS
        measure = Measure(self.context, ceiling=limits["tokens"])
        measure.directives = len(node.directives)
        measure.add(node.selection_set, 1, ())
        for problem in _problems(measure, limits):
            self.report_error(GraphQLError(problem, node, extensions={"code": LIMITS_CODE}))


def _problems(measure: Measure, limits: dict[str, int]) -> Iterator[str]:
    if measure.exhausted:
        yield f"The query asks for more than {limits['tokens']} fields; ask for less at once."
    if measure.depth > limits["depth"]:
        yield f"The query is {measure.depth} levels deep; {limits['depth']} are allowed."
    for name in ("aliases", "root_fields", "directives"):
        count = getattr(measure, name)
        if count > limits[name]:
            words = name.replace("_", " ")
            yield f"The query has {count} {words}; {limits[name]} are allowed."


def limit_rules() -> tuple[type[ValidationRule], ...]:
    return (LimitsRule,)
