"""Announcements that rows have changed: their ids on a Redis channel, never what they hold.

Whoever listens reads the rows again. Listening is a convenience: Redis that is down is no failure.
"""

import logging
import time
from collections.abc import Sequence

from redis import RedisError

from gateway.core import redis

log = logging.getLogger(__name__)

# After a failure nothing is announced for this long: many changes must not wait for Redis each.
QUIET_SECONDS = 1.0
MOST_IDS = 500  # of one message
_quiet_until = 0.0


def announce(channel: str, ids: Sequence[str]) -> None:
    """Tell listeners to read these rows again; an id has no spaces."""
    global _quiet_until  # noqa: PLW0603 - one clock per process; a lost update costs one attempt
    if time.monotonic() < _quiet_until:
        return
    try:
        for start in range(0, len(ids), MOST_IDS):
            redis.client().publish(channel, " ".join(ids[start : start + MOST_IDS]))
    except RedisError as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("Changes are not published for now: %s", error)
