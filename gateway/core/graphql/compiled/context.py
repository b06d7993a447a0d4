"""The execution context that keeps what it compiled for the length of one operation."""

from functools import cache
from typing import Any

from graphql import FieldNode, GraphQLObjectType, OperationDefinitionNode
from graphql.execution.execute import get_field_def
from graphql.pyutils import Path

from gateway.core.graphql.compiled.base import Answer, CompilingContext, SelectedField, Selection
from gateway.core.graphql.compiled.columns import columns_of
from gateway.core.graphql.compiled.fields import field_answer, is_repeatable

Fields = dict[str, list[FieldNode]]


def never_awaitable(_value: Any) -> bool:
    """For ``execute(is_awaitable=…)``: the promise that no resolver is async."""
    return False


class CompiledExecution(CompilingContext):
    """Give it to ``graphql.execute`` with ``is_awaitable=never_awaitable``."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._selections: dict[int, tuple[Fields, Selection]] = {}
        self._compiles = self.middleware_manager is None and self.is_awaitable is never_awaitable

    def execute_operation(self, operation: OperationDefinitionNode, root_value: Any) -> Any:
        try:
            return super().execute_operation(operation, root_value)
        finally:
            self._selections.clear()  # they know the context: a cycle would outlive the answer

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        fields: Fields,
    ) -> Any:
        if not self._compiles:
            return super().execute_fields(parent_type, source_value, path, fields)
        return self._selection_of(parent_type, fields).select(source_value, path)

    def selection(self, parent: GraphQLObjectType, nodes: list[FieldNode]) -> Selection:
        return self._selection_of(parent, self.collect_subfields(parent, nodes))

    def _selection_of(self, parent: GraphQLObjectType, fields: Fields) -> Selection:
        """``fields`` are collected once for a type and its nodes and kept, so their id is valid."""
        known = self._selections.get(id(fields))
        if known is None:
            known = self._selections[id(fields)] = (fields, self._compile(parent, fields))
        return known[1]

    def _compile(self, parent: GraphQLObjectType, fields: Fields) -> Selection:
        answers: list[tuple[str, Answer]] = []
        selected: list[SelectedField] = []
        repeatable = True
        for key, nodes in fields.items():
            definition = get_field_def(self.schema, parent, nodes[0])
            if definition is not None:
                field = SelectedField(self, parent, definition, nodes, key)
                answers.append((key, field_answer(field)))
                selected.append(field)
                repeatable = repeatable and is_repeatable(field)

        def select(source: Any, path: Path | None) -> dict[str, Any]:
            data: dict[str, Any] = {}
            for key, answer in answers:  # no comprehension: that is one call more for each object
                data[key] = answer(source, path)
            return data

        return Selection(select, repeatable, cache(lambda: columns_of(selected, answers)))
