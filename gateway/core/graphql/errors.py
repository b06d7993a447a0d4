"""Exceptions to GraphQL errors.

An expected failure keeps its message and shows its code. The syntax and validation errors of
graphql-core keep their message too. A database that is away has a code of its own. Every other
exception is a defect of the gateway: the caller gets an id, and the log the traceback with that id.
"""

import logging
from typing import Any

from graphql import GraphQLError, GraphQLFormattedError, GraphQLSyntaxError

from gateway.core.db import RETRY_AFTER_SECONDS, UNAVAILABLE_MESSAGE, is_unavailable
from gateway.core.errors import ExpectedError, RateLimited
from gateway.core.graphql.quoting import message_of
from gateway.core.unexpected import log_unexpected

log = logging.getLogger(__name__)

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
INTERNAL = "INTERNAL"
DATABASE_UNAVAILABLE = "DATABASE_UNAVAILABLE"


def format_error(error: GraphQLError) -> GraphQLFormattedError:
    """The error as the client sees it, always with ``extensions.code``."""
    original = _root_cause(error)
    formatted = error.formatted
    if isinstance(original, ExpectedError):
        formatted["message"] = original.message
        formatted["extensions"] = _expected_extensions(original)
    elif original is None:
        formatted["message"] = message_of(error)
        formatted["extensions"] = {"code": _own_code(error), **(error.extensions or {})}
    elif is_unavailable(original):
        log.warning("The database does not answer: %s", original)
        formatted["message"] = UNAVAILABLE_MESSAGE
        formatted["extensions"] = {"code": DATABASE_UNAVAILABLE, "retryAfter": RETRY_AFTER_SECONDS}
    else:
        formatted["message"] = internal_message(original)
        formatted["extensions"] = {"code": INTERNAL}
    return formatted


def _root_cause(error: GraphQLError) -> BaseException | None:
    """The exception a resolver raised, however often graphql-core wrapped it."""
    original: BaseException | None = error.original_error
    while isinstance(original, GraphQLError):
        original = original.original_error
    return original


def _own_code(error: GraphQLError) -> str:
    return PARSE_FAILED if isinstance(error, GraphQLSyntaxError) else VALIDATION_FAILED


def _expected_extensions(error: ExpectedError) -> dict[str, Any]:
    extensions: dict[str, Any] = {"code": error.code}
    if error.field is not None:
        extensions["field"] = error.field
    if error.hint is not None:
        extensions["hint"] = error.hint
    if isinstance(error, RateLimited):
        extensions["retryAfter"] = error.retry_after
    return extensions


def internal_message(original: BaseException) -> str:
    """Log an unexpected exception; returns what the caller may know: where the log has it."""
    return f"Internal error. The log explains it under {log_unexpected(log, original)}."
