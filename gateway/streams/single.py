"""Single connection mode: one stream with many operations, each with an id from the client.

The stream and its operations may reach different web processes. So an operation is passed on
through Redis: encrypted in a list of the stream, for a minute, and the stream is announced on
CHANNEL. ::

    POST ─▶ any process ─▶ encrypted operation, announcement ─▶ the process with the stream

A process that did not listen for a moment reads the lists of its streams afterwards.
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
# After a start of Redis, every process has marked its open streams again by then: each does so when
# its hub notices, and every PING_SECONDS.
SETTLE_SECONDS = 15
RETRY_AFTER = 2
MOST_AT_ONCE = 1000


# In each script KEYS[1] is the mark of the stream: its value is the id of the owner.
HAND_OVER = """
if redis.call('exists', KEYS[1]) == 0 then return 0 end
redis.call('rpush', KEYS[2], ARGV[1])
redis.call('expire', KEYS[2], ARGV[2])
redis.call('publish', ARGV[3], ARGV[4])
return 1
"""
TAKE = """
local owner = redis.call('get', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then redis.call('del', KEYS[1])
else redis.call('set', KEYS[1], ARGV[1], 'EX', ARGV[2]) end
return redis.call('lpop', KEYS[2], ARGV[3]) or {}
"""
CLOSE = """
if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end
"""


def mark_open(stream: str, owner: str) -> bool:
    """Note that the stream is open; False: it is open elsewhere. In a thread.

    Raises Refusal with 503 without Redis.
    """
    try:
        return bool(redis.client().set(_mark_of(stream), owner, ex=OPEN_SECONDS, nx=True))
    except RedisError as error:
        raise away() from error


def mark_closed(stream: str, owner: str) -> None:
    try:
        _run(CLOSE, stream, owner)
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

    Raises Refusal: with 404 where the stream is not open; with 503 without Redis, and where Redis
    was started a moment ago, so that open streams are not marked again yet.
    """
    text = crypto.encrypt_json(asdict(operation))
    try:
        if not _run(HAND_OVER, stream, text, OPERATION_SECONDS, CHANNEL, stream):
            raise away() if _has_just_started() else unknown_stream()
    except RedisError as error:
        raise away() from error


def take_over(stream: str, owner: str, *, ends: bool = False) -> list[Operation] | None:
    """The operations that were passed on, in their order. The stream is marked as open. If it
    ``ends``, its mark is deleted instead, so that no further operation is passed on.

    None: the stream has another owner. It runs in a thread. Raises RedisError.
    """
    texts = _run(TAKE, stream, owner, 0 if ends else OPEN_SECONDS, MOST_AT_ONCE)
    if texts == 0:
        return None
    return [_operation(crypto.decrypt_json(text)) for text in texts]


def _run(script: str, stream: str, *arguments: str | int) -> Any:
    keys = (_mark_of(stream), _operations_of(stream))
    return redis.client().eval(script, len(keys), *keys, *map(str, arguments))


def _has_just_started() -> bool:
    """Raises RedisError."""
    uptime: int = redis.client().info("server")["uptime_in_seconds"]
    return uptime < SETTLE_SECONDS


def _operation(content: Any) -> Operation:
    request = content["request"]
    return Operation(
        content["id"],
        Caller(**content["caller"]),
        None if request is None else GraphQLRequest(**request),
    )


def _mark_of(stream: str) -> str:
    return f"stream:open:{stream}"


def _operations_of(stream: str) -> str:
    return f"stream:operations:{stream}"


def away() -> Refusal:
    message = "Redis does not answer, so no operation can be started; try again."
    headers = {"Retry-After": str(RETRY_AFTER)}
    return Refusal(503, "REDIS_UNAVAILABLE", message, headers=headers)
