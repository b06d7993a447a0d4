"""How often an account may be asked in a region: a token bucket in Redis, shared by all processes.

Clouds throttle an account, not a process, and punish who goes on asking. The kind declares the
bucket. A task - a listing with all its pages, a read, an action - takes one token, and waits for
it if that fits into its time. When Redis is away nothing is limited: the cloud itself still does.
"""

import logging
import time

import redis

from gateway.core.redis import client
from inventory.models import Source
from inventory.providers import ProviderError, ProviderErrorCode, RateLimit

log = logging.getLogger(__name__)

# Takes a token, possibly one that is yet to drip in; returns the seconds to wait for it, as text.
# Takes none when that is longer than ARGV[3]. The clock is Redis's own, so hosts need not agree.
_TAKE = """
local clock = redis.call("TIME")
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local rate, burst, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local bucket = redis.call("HMGET", KEYS[1], "tokens", "at")
local tokens = tonumber(bucket[1]) or burst
tokens = math.min(burst, tokens + (now - (tonumber(bucket[2]) or now)) * rate) - 1
local wait = math.max(0, -tokens / rate)
if wait <= longest then
  redis.call("HSET", KEYS[1], "tokens", tostring(tokens), "at", tostring(now))
  redis.call("PEXPIRE", KEYS[1], math.ceil(2000 * (burst + wait * rate) / rate))
end
return tostring(wait)
"""


def take_turn(source: Source, *, seconds: float) -> None:
    """Wait for a token of the source's account and region, at most ``seconds``.

    Raises ProviderError (RATE_LIMITED) when it would take longer.
    """
    limit = source.provider.kind.rate
    if limit is None:
        return
    wait = _wait_for_token(f"live:bucket:{source.provider_id}:{source.region}", limit, seconds)
    if wait > seconds:
        message = "This account is asked more often than its cloud allows; ask less, or later."
        raise ProviderError(ProviderErrorCode.RATE_LIMITED, message, retry_after=wait)
    time.sleep(wait)


def _wait_for_token(key: str, limit: RateLimit, longest: float) -> float:
    try:
        wait = client().eval(_TAKE, 1, key, limit.per_second, limit.burst, longest)
    except redis.RedisError as error:
        log.warning("Redis does not limit %s now: %s", key, error)
        return 0.0
    return float(str(wait))
