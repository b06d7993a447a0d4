"""graphql-core's messages about wrong input, without the input: it may contain a secret.

If suggestions are switched off, they are removed too, because they reveal the names of a hidden
schema.

graphql-core quotes a wrong variable in full: all the credentials next to one misspelt field, or a
password that was sent as a list. The place of the error and its reason are enough. Numbers and
names of enum values stay, because they help and reveal nothing.
"""

import re

from django.conf import settings
from graphql import GraphQLError

from gateway.core.text import storable

VARIABLE = re.compile(r"Variable '\$(\w+)' got invalid value .*?(?: at '([\w.\[\]]+)')?", re.DOTALL)
LONGEST_MESSAGE = 2_000  # characters; a name that is quoted may be as long as the request
SUGGESTION = " Did you mean "
TEXT = re.compile(r"((?:String|ID) cannot represent .*?value): .*", re.DOTALL)


def message_of(error: GraphQLError) -> str:
    """The error's message with every quotation of input cut out, but names; bounded."""
    message = _without_input(error)
    if not settings.GRAPHQL_SUGGESTIONS:
        message = _without_suggestion(message)
    return storable(message, LONGEST_MESSAGE)


def _without_suggestion(message: str) -> str:
    """A search by pattern would take quadratic time: the message quotes what a client sent."""
    before, line_break, line = message.rpartition("\n")
    said, found, _names = line.partition(SUGGESTION)
    is_suggestion = bool(found) and line.endswith("?")
    return f"{before}{line_break}{said}" if is_suggestion else message


def _without_input(error: GraphQLError) -> str:
    reason = error.original_error
    if isinstance(reason, GraphQLError):
        wrong = VARIABLE.fullmatch(error.message.removesuffix(f"; {reason.message}"))
        if wrong is not None:
            name, path = wrong.groups()
            where = f" at '{path}'" if path else ""
            return f"Variable '${name}' got invalid value{where}; {_cut(reason.message)}"
    return _cut(error.message)


def _cut(message: str) -> str:
    text = TEXT.fullmatch(message)
    return message if text is None else f"{text[1]}."
