"""From a body or a query string to a GraphQLRequest, as GraphQL-over-HTTP describes them."""

from collections.abc import Mapping
from typing import Any

import orjson

from gateway.core.graphql.execution import GraphQLRequest
from gateway.core.graphql.text import NUL_MESSAGE, holds_nul
from gateway.core.http.refusals import bad_request

LONGEST_OPERATION_ID = 200


def request_from_body(body: bytes) -> GraphQLRequest:
    """A POST's JSON. Raises a Refusal with 400."""
    if not body.strip():
        raise bad_request('The body is empty; send JSON: {"query": "{ viewer { login } }"}.')
    parameters = _json(body, "The body")
    if isinstance(parameters, list):
        raise bad_request("Batches are not supported: send one operation per request.")
    if not isinstance(parameters, dict):
        raise bad_request("The body must be a JSON object.")
    return _request(parameters)


def operation_id_of(body: bytes) -> str:
    """``extensions.operationId`` of a POST's JSON, as graphql-sse has it. Raises a Refusal."""
    parameters = _json(body, "The body")
    extensions = parameters.get("extensions") if isinstance(parameters, dict) else None
    operation_id = extensions.get("operationId") if isinstance(extensions, dict) else None
    if not isinstance(operation_id, str) or not 0 < len(operation_id) <= LONGEST_OPERATION_ID:
        message = f"extensions.operationId must be a string of 1 to {LONGEST_OPERATION_ID} letters."
        raise bad_request(message)
    return operation_id


def request_from_query(parameters: Mapping[str, str]) -> GraphQLRequest:
    """A GET's parameters; ``variables`` and ``extensions`` are JSON. Raises a Refusal with 400."""
    found: dict[str, Any] = dict(parameters.items())
    for name in ("variables", "extensions"):
        if found.get(name):
            found[name] = _json(found[name].encode(), name)
        else:
            found[name] = None
    return _request(found)


def _json(text: bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise bad_request(f"{what} is not valid JSON in UTF-8: {error.msg} ({where}).") from None


def _request(parameters: dict[str, Any]) -> GraphQLRequest:
    query = parameters.get("query")
    if query is None or query == "":
        raise bad_request('The parameter "query" is missing.')
    if not isinstance(query, str):
        raise bad_request('The parameter "query" must be a string.')
    operation_name = parameters.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise bad_request('The parameter "operationName" must be a string or null.')
    variables = _object_or_none(parameters, "variables")
    _object_or_none(parameters, "extensions")
    if holds_nul(query) or holds_nul(variables):
        raise bad_request(NUL_MESSAGE)
    return GraphQLRequest(query, variables or {}, operation_name or None)


def _object_or_none(parameters: dict[str, Any], name: str) -> dict[str, Any] | None:
    value = parameters.get(name)
    if value is not None and not isinstance(value, dict):
        raise bad_request(f'The parameter "{name}" must be an object or null.')
    return value
