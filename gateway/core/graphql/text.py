"""No text holds NUL: PostgreSQL stores none, and no cloud means anything by it."""

from typing import Any

from graphql import GraphQLError, StringValueNode, ValidationRule

NUL = "\x00"
NUL_MESSAGE = "Text must not contain the NUL character."


def holds_nul(value: Any) -> bool:
    """Whether a JSON value has a NUL in any of its strings and keys."""
    left = [value]  # no recursion: a value may be nested as deep as the parser lets it
    while left:
        item = left.pop()
        if isinstance(item, str) and NUL in item:
            return True
        if isinstance(item, dict):
            left += [*item.keys(), *item.values()]
        elif isinstance(item, list):
            left += item
    return False


class NoNulRule(ValidationRule):
    """For texts that are literals of the query, where an escape may hide the NUL."""

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        if NUL in node.value:
            self.report_error(GraphQLError(NUL_MESSAGE, node))
