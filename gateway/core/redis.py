"""One Redis client per process. Redis holds only what may be lost: claims, counters, bells."""

from functools import cache

import redis
from django.conf import settings


@cache
def client() -> redis.Redis:
    """A thread-safe client with a pool of connections; text in, text out."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_connect_timeout=1,
        socket_timeout=2,
        health_check_interval=30,
    )
