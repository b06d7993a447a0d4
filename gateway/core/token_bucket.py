"""Token buckets in Redis, shared by all processes.

``TokenBucket`` asks Redis each time, and can promise tokens that will be refilled later.
``LeasedBuckets`` leases several tokens at once, so most requests need no call of Redis::

    Redis       the tokens that a key has left; refilled over time
      │ a lease, when a process has too few tokens
      ▼
    process     the tokens that it has left; they lapse if they are not used

Tokens that lapse are lost to their key, so a lease is small compared with the bucket. While Redis
is down, each process has leased buckets of its own, which is still a limit.
"""

import logging
import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple

import redis

from gateway.core.redis import client

log = logging.getLogger(__name__)

SLICES = 20  # a full bucket has as many
LEASE_SECONDS = 60.0
MOST_KEYS = 10_000  # of which a process keeps what it knows

# Takes up to ARGV[4] tokens, none when it would take longer than ARGV[5] seconds until there are
# ARGV[3]. Returns what was taken, what is left (less than nothing: yet to drip in) and the wait, as
# text: Redis cuts numbers. The clock is Redis's own, so hosts need not agree.
_TAKE = """
local clock = redis.call("TIME")
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local need, want, longest = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local bucket = redis.call("HMGET", KEYS[1], "tokens", "at")
local tokens = tonumber(bucket[1]) or burst
tokens = math.min(burst, tokens + math.max(0, now - (tonumber(bucket[2]) or now)) * rate)
local wait = math.max(0, need - tokens) / rate
local taken = 0
if wait <= longest then
  taken = math.max(need, math.min(tokens, want))
  tokens = tokens - taken
  redis.call("HSET", KEYS[1], "tokens", tostring(tokens), "at", tostring(now))
  redis.call("PEXPIRE", KEYS[1], math.ceil(2000 * (burst / rate + wait)))
end
return {tostring(taken), tostring(tokens), tostring(wait)}
"""


class Taken(NamedTuple):
    """``tokens``: 0 when refused. ``left``: negative when some are yet to drip in.

    ``wait``: seconds until the tokens are there, or would be.
    """

    tokens: float
    left: float
    wait: float


@dataclass(frozen=True, slots=True)
class TokenBucket:
    """At most ``burst`` tokens, refilled by ``per_second``, in Redis under ``key``."""

    key: str
    per_second: float
    burst: float

    def take(self, need: float, *, want: float | None = None, longest_wait: float = 0.0) -> Taken:
        """Takes ``need`` tokens, and up to ``want`` if there are more. Does not sleep.

        Takes none when ``need`` would be there only after ``longest_wait`` seconds. Raises
        redis.RedisError.
        """
        arguments = (need, need if want is None else want, longest_wait)
        answer = client().eval(_TAKE, 1, self.key, self.per_second, self.burst, *arguments)
        return Taken(*map(float, answer))


class Empty(Exception):
    """There is not enough in the bucket. ``retry_after``: seconds until there is."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"Enough in {retry_after:.1f} seconds.")
        self.retry_after = retry_after


@dataclass(slots=True)
class _Lease:
    """The tokens that a process may give out; ``rest``: those left in Redis at the time ``at``."""

    left: float
    rest: float
    at: float


class LeasedBuckets:
    """A bucket of ``burst`` tokens for each key, refilled by ``per_second``. Safe for threads."""

    def __init__(self, name: str, *, per_second: float, burst: float) -> None:
        self._name = name
        self._per_second = per_second
        self._burst = burst
        self._leases: OrderedDict[str, _Lease] = OrderedDict()
        # While Redis is down: tokens, at. A key that is dropped has a full bucket again.
        self._own: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str, tokens: float) -> float:
        """Returns the tokens left, as far as this process knows. Raises Empty and takes nothing."""
        now = time.monotonic()
        with self._lock:
            lease = self._leases.get(key)
            if lease is not None and now - lease.at > LEASE_SECONDS:
                lease = None
            if lease is not None and lease.left >= tokens:
                lease.left -= tokens
                return lease.left + self._refilled(lease.rest, now - lease.at)
            held = lease.left if lease is not None else 0.0
            self._leases.pop(key, None)
        return self._take_slice(key, tokens, held, now)

    def _take_slice(self, key: str, tokens: float, held: float, now: float) -> float:
        need = tokens - held
        taken, rest = self._from_redis(key, need, max(need, self._burst / SLICES))
        spent = tokens if taken else 0.0
        with self._lock:
            other = self._leases.pop(key, None)  # of a thread that ran short at the same moment
            left = held + taken - spent + (other.left if other else 0.0)
            self._leases[key] = _Lease(left, rest, now)
            _drop_oldest(self._leases)
        if not taken:
            raise Empty((need - rest) / self._per_second)
        return left + rest

    def _from_redis(self, key: str, need: float, want: float) -> tuple[float, float]:
        """The tokens that were taken - none, or at least ``need`` - and those that are left."""
        bucket = TokenBucket(f"bucket:{self._name}:{key}", self._per_second, self._burst)
        try:
            taken = bucket.take(need, want=want)
        except redis.RedisError as error:
            log.warning("Redis is down: this process counts %s alone (%s)", bucket.key, error)
            return self._from_own(key, need, want)
        return taken.tokens, taken.left

    def _from_own(self, key: str, need: float, want: float) -> tuple[float, float]:
        now = time.monotonic()
        with self._lock:
            tokens, at = self._own.pop(key, (self._burst, now))
            tokens = self._refilled(tokens, now - at)
            taken = min(tokens, want) if tokens >= need else 0.0
            self._own[key] = (tokens - taken, now)
            _drop_oldest(self._own)
            return taken, tokens - taken

    def _refilled(self, tokens: float, seconds: float) -> float:
        return min(self._burst, tokens + seconds * self._per_second)


def _drop_oldest(known: OrderedDict[str, Any]) -> None:
    while len(known) > MOST_KEYS:
        known.popitem(last=False)
