"""How often an account may be asked in a region: a token bucket in Redis, shared by all processes.

Clouds throttle an account, not a process, and for longer if it goes on sending requests. The kind
declares the
bucket. A task - a listing with all its pages, a read, an action - takes one token, and waits for
it if that fits into its time. When Redis is away nothing is limited: the cloud itself still does.
"""

import logging
import time

import redis

from gateway.core.token_bucket import TokenBucket
from inventory.models import Source
from inventory.providers import ProviderError, ProviderErrorCode

log = logging.getLogger(__name__)


class NoTurn(ProviderError):
    """RATE_LIMITED by the gateway itself: the cloud was not asked, and has said nothing."""

    def __init__(self, wait: float) -> None:
        message = "This account is asked more often than its cloud allows; ask less, or later."
        super().__init__(ProviderErrorCode.RATE_LIMITED, message, retry_after=wait)


def take_turn(source: Source, *, seconds: float) -> None:
    """Wait for a token of the source's account and region, at most ``seconds``.

    Raises NoTurn when it would take longer.
    """
    limit = source.provider.kind.rate
    if limit is None:
        return
    key = f"live:bucket:{source.provider_id}:{source.region}"
    try:
        taken = TokenBucket(key, limit.per_second, limit.burst).take(1, longest_wait=seconds)
    except redis.RedisError as error:
        log.warning("Redis does not limit %s now: %s", key, error)
        return
    if not taken.tokens:
        raise NoTurn(taken.wait)
    time.sleep(taken.wait)
