"""How often a login may be tried: per account and per address, in windows of a minute.

Every executed attempt counts, so aliases in one request count each. The counters live in Redis,
shared by all processes; while it is down each process counts for itself, which is still a limit.
"""

import hashlib
import logging
import time
from collections import OrderedDict
from threading import Lock

import redis
from django.conf import settings

from gateway.core.accounts.logins import LONGEST_SPELLING
from gateway.core.errors import RateLimited
from gateway.core.folding import folded
from gateway.core.http.forwarded import subscriber
from gateway.core.redis import client

log = logging.getLogger(__name__)

WINDOW_SECONDS = 60
MOST_WINDOWS = 10_000  # of a process, while Redis is down


def login_attempt_count(*, username: str, address: str) -> None:
    """Count an attempt before its password is looked at. Raises RateLimited.

    All spellings of a login are one account.

    An address over its limit no longer counts against the account: else it could lock others out
    of any number of accounts.
    """
    limits = settings.LOGIN_LIMITS
    _count(f"address:{subscriber(address)}", limits["address_per_minute"])
    digest = hashlib.sha256(folded(username[:LONGEST_SPELLING]).encode()).hexdigest()
    _count(f"account:{digest}", limits["account_per_minute"])


def _count(name: str, limit: int) -> None:
    try:
        count, seconds = _count_in_redis(f"login:{name}")
    except redis.RedisError as error:
        log.warning("Redis is down: this process counts logins alone (%s)", error)
        count, seconds = _own_windows.add(name)
    if count > limit:
        message = f"Too many logins; try again in {seconds} seconds"
        raise RateLimited(message, retry_after=seconds)


def _count_in_redis(key: str) -> tuple[int, int]:
    """The number of this attempt in its window, and the seconds until that ends."""
    with client().pipeline(transaction=True) as pipe:
        pipe.set(key, 0, ex=WINDOW_SECONDS, nx=True)
        pipe.incr(key)
        pipe.ttl(key)
        _, count, seconds = pipe.execute()
    return count, max(seconds, 1)


class Windows:
    """The same counters in memory: of the latest windows. Safe to share between threads."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()  # in order of their ends
        self._lock = Lock()

    def add(self, name: str) -> tuple[int, int]:
        now = time.monotonic()
        with self._lock:
            self._drop_ended(now)
            count, ends = self._counts.get(name, (0, now + WINDOW_SECONDS))
            self._counts[name] = (count + 1, ends)  # a window that is known keeps its place
        return count + 1, max(round(ends - now), 1)

    def _drop_ended(self, now: float) -> None:
        while self._counts:
            _count, ends = next(iter(self._counts.values()))
            if ends > now and len(self._counts) < MOST_WINDOWS:
                return
            self._counts.popitem(last=False)


_own_windows = Windows()
