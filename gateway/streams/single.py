"""Single connection mode: one stream that carries many operations, each with an id of the client's.

The stream and its operations may reach different web processes. So an operation is handed over by
Redis: encrypted under a key of its own for a minute, and the key is announced on CHANNEL. ::

    POST ─▶ any process ─▶ key, encrypted operation ─▶ announcement ─▶ the process with the stream
"""

import logging
import secrets
from typing import Any

from redis import RedisError

from gateway.core import crypto, redis
from gateway.core.graphql.execution import GraphQLRequest
from gateway.core.http.refusals import Refusal
from gateway.streams.tokens import unknown_stream

log = logging.getLogger(__name__)

CHANNEL = "streams"
OPERATION_SECONDS = 60
# A stream is known to be open for this long after its process has said so.
OPEN_SECONDS = 40
RETRY_AFTER = 2


def mark_open(stream: str, *, is_new: bool) -> bool:
    """Note that the stream is open; False: it is open elsewhere. In a thread."""
    key = f"stream:open:{stream}"
    try:
        return bool(redis.client().set(key, "1", ex=OPEN_SECONDS, nx=is_new))
    except RedisError as error:
        if is_new:
            raise _away() from error
        return True


def mark_closed(stream: str) -> None:
    try:
        redis.client().delete(f"stream:open:{stream}")
    except RedisError as error:
        log.info("Redis was not told that a stream has ended: %s", error)


def hand_over(stream: str, operation_id: str, request: GraphQLRequest | None) -> None:
    """Give the operation to the process that holds the stream; None: end it. In a thread.

    Raises Refusal: with 404 where the stream is not open, with 503 without Redis.
    """
    content = {
        "id": operation_id,
        "query": request and request.query,
        "variables": request and request.variables,
        "operationName": request and request.operation_name,
    }
    key = secrets.token_urlsafe(12)
    try:
        if not redis.client().exists(f"stream:open:{stream}"):
            raise unknown_stream()
        text = crypto.encrypt_json(content)
        redis.client().set(f"stream:operation:{key}", text, ex=OPERATION_SECONDS)
        redis.client().publish(CHANNEL, f"{stream} {key}")
    except RedisError as error:
        raise _away() from error


def take_over(key: str) -> tuple[str, GraphQLRequest | None] | None:
    """The id and the operation that was handed over; None: it has expired. In a thread."""
    text: Any = redis.client().getdel(f"stream:operation:{key}")
    if text is None:
        return None
    content = crypto.decrypt_json(text)
    if content["query"] is None:
        return content["id"], None
    return content["id"], GraphQLRequest(
        content["query"], content["variables"], content["operationName"]
    )


def _away() -> Refusal:
    message = "Redis does not answer, so that no operation can be handed over; try again."
    headers = {"Retry-After": str(RETRY_AFTER)}
    return Refusal(503, "REDIS_UNAVAILABLE", message, headers=headers)
