"""No text holds NUL: PostgreSQL stores none, and no cloud means anything by it."""

from typing import Any

from graphql import GraphQLError, StringValueNode, ValidationRule

NUL = "\x00"
NUL_MESSAGE = "Text must not contain the NUL character."


def holds_nul(value: Any) -> bool:
    """Whether a JSON value has a NUL in any of its strings and keys."""
    if isinstance(value, str):
        return NUL in value
    if isinstance(value, dict):
        return any(holds_nul(key) or holds_nul(item) for key, item in value.items())
    return isinstance(value, list) and any(holds_nul(item) for item in value)


class NoNulRule(ValidationRule):
    """For what is written in the query itself, where an escape may hide it."""

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        if NUL in node.value:
            self.report_error(GraphQLError(NUL_MESSAGE, node))
