"""Messages of Redis channels, and the silence of a Redis that is frozen."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import redis
from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from gateway.core.redis import ANSWER_SECONDS, CONNECT_SECONDS

PING_SECONDS = 5.0
SILENT_SECONDS = PING_SECONDS + 2 * ANSWER_SECONDS


@dataclass(frozen=True, slots=True)
class Message:
    channel: str
    text: str


class Connection:
    """A connection that listens."""

    @asynccontextmanager
    async def listening(self, channels: Sequence[str]) -> AsyncIterator[AsyncIterator[Message]]:
        """The messages from now on. Raises RedisError or OSError when Redis is away or silent."""
        client = Redis.from_url(
            settings.REDIS_URL,
            decode_responses=True,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=SILENT_SECONDS,
            retry=Retry(NoBackoff(), retries=0),  # the rows are read meanwhile
        )
        try:
            async with client.pubsub() as pubsub:
                async with asyncio.timeout(CONNECT_SECONDS + ANSWER_SECONDS):
                    early = await _subscribed(pubsub, channels)
                yield _messages(pubsub, early)
        except TimeoutError as error:
            raise redis.TimeoutError("Redis did not answer.") from error
        finally:
            await client.aclose()


async def _subscribed(pubsub: PubSub, channels: Sequence[str]) -> list[Message]:
    """Subscribe to ``channels``, and wait until Redis has confirmed each.

    Before that a message may be lost. Returns the messages that came meanwhile.
    """
    await pubsub.subscribe(*channels)
    unconfirmed, early = set(channels), []
    while unconfirmed:
        found = await pubsub.get_message(timeout=ANSWER_SECONDS)
        if found is None:
            continue
        if found["type"] == "message":
            early.append(Message(found["channel"], found["data"]))
        elif found["type"] == "subscribe":
            unconfirmed.discard(found["channel"])
    return early


async def _messages(pubsub: PubSub, early: Sequence[Message]) -> AsyncIterator[Message]:
    for message in early:
        yield message
    heard_at = pinged_at = time.monotonic()
    while True:
        found = await pubsub.get_message(timeout=1.0)
        now = time.monotonic()
        if found is not None:
            heard_at = now
            if found["type"] == "message":
                yield Message(found["channel"], found["data"])
        if now - heard_at > SILENT_SECONDS:
            raise redis.TimeoutError("Redis did not answer.")
        if now - pinged_at > PING_SECONDS:
            pinged_at = now
            await pubsub.ping()
