"""Single connection mode: one stream that carries many operations, each with an id of the client's.

The stream and its operations may reach different web processes. So an operation is handed over by
Redis: encrypted in a list of the stream, for a minute, and the stream is announced on CHANNEL. ::

    POST ─▶ any process ─▶ encrypted operation, announcement ─▶ the process with the stream

A process that was not listening for a moment looks into the lists of its streams afterwards.
"""

import logging
from dataclasses import asdict, dataclass
from typing import Any

from redis import RedisError

from gateway.core import crypto, redis
from gateway.core.graphql.execution import GraphQLRequest
from gateway.core.http.refusals import Refusal
from gateway.streams.caller import Caller
from gateway.streams.tokens import unknown_stream

log = logging.getLogger(__name__)

CHANNEL = "streams"
OPERATION_SECONDS = 60
# A stream is known to be open for this long after its process has said so.
OPEN_SECONDS = 40
RETRY_AFTER = 2
MOST_AT_ONCE = 1000


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


@dataclass(frozen=True, slots=True)
class Operation:
    """What ``caller`` wants of a stream: to run ``request`` under ``id``; None: to end it."""

    id: str
    caller: Caller
    request: GraphQLRequest | None


def hand_over(stream: str, operation: Operation) -> None:
    """Give the operation to the process that holds the stream. In a thread.

    Raises Refusal: with 404 where the stream is not open, with 503 without Redis.
    """
    key = _operations_of(stream)
    try:
        if not redis.client().exists(f"stream:open:{stream}"):
            raise unknown_stream()
        pipeline = redis.client().pipeline()
        pipeline.rpush(key, crypto.encrypt_json(asdict(operation)))
        pipeline.expire(key, OPERATION_SECONDS)
        pipeline.publish(CHANNEL, stream)
        pipeline.execute()
    except RedisError as error:
        raise _away() from error


def take_over(stream: str) -> list[Operation]:
    """The operations that were handed over, in their order. In a thread."""
    texts: Any = redis.client().lpop(_operations_of(stream), MOST_AT_ONCE)
    return [_operation(crypto.decrypt_json(text)) for text in texts or ()]


def _operation(content: Any) -> Operation:
    request = content["request"]
    return Operation(
        content["id"],
        Caller(**content["caller"]),
        None if request is None else GraphQLRequest(**request),
    )


def _operations_of(stream: str) -> str:
    return f"stream:operations:{stream}"


def _away() -> Refusal:
    message = "Redis does not answer, so that no operation can be handed over; try again."
    headers = {"Retry-After": str(RETRY_AFTER)}
    return Refusal(503, "REDIS_UNAVAILABLE", message, headers=headers)
