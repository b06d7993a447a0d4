"""The values of an operation's variables, bounded before they are looked at one by one.

A request without an account may send a body of 1 MiB. Turned into variables, each value that does
not fit would be an error of its own, with its place and a suggestion: 90,000 of them took 29 s.
"""

from typing import Any

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode
from graphql.execution.values import get_variable_values

from gateway.core.errors import InvalidInput

MOST_VALUES = 10_000  # of objects, lists and plain values together
REPORTED_ERRORS = 20


def values_of_variables(
    schema: GraphQLSchema, definition: OperationDefinitionNode, given: dict[str, Any]
) -> dict[str, Any] | list[GraphQLError]:
    """The variables of ``definition``, coerced to their types, or their errors."""
    if _has_more_values(given, MOST_VALUES):
        message = f"The variables have more than {MOST_VALUES} values; send fewer at once."
        return [GraphQLError(message, extensions={"code": InvalidInput.code})]
    return get_variable_values(
        schema, definition.variable_definitions or (), given, max_errors=REPORTED_ERRORS
    )


def _has_more_values(value: Any, most: int) -> bool:
    """Stops as soon as it is known. Not recursive: the values may be deeply nested."""
    waiting, count = [value], 0
    while waiting:
        one = waiting.pop()
        parts = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        count += len(parts)
        if count > most:
            return True
        waiting.extend(parts)
    return False
