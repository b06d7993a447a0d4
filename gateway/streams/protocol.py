"""Server-sent events of the protocol, as bytes.

``id``: of the operation, in single connection mode, where one stream carries several; None: the
stream has one operation.
"""

import orjson

from gateway.core.graphql.execution import GraphQLOutcome

CONTENT_TYPE = "text/event-stream; charset=utf-8"
# A comment: it keeps proxies from closing the connection, and clients ignore it.
PING = b":\n\n"


def encoded(outcome: GraphQLOutcome) -> bytes:
    """The response map as JSON, without line breaks."""
    return orjson.dumps(outcome.as_response())


def next_event(payload: bytes, id: str | None) -> bytes:  # noqa: A002 - the protocol's name
    if id is not None:
        payload = b'{"id":' + orjson.dumps(id) + b',"payload":' + payload + b"}"
    return b"event: next\ndata: " + payload + b"\n\n"


def complete_event(id: str | None) -> bytes:  # noqa: A002 - the protocol's name
    data = b"" if id is None else b'{"id":' + orjson.dumps(id) + b"}"
    return b"event: complete\ndata: " + data + b"\n\n"


def comment(text: str) -> bytes:
    return f": {text}\n\n".encode()
