"""Announcements of changed rows: their ids on a Redis channel, never their content.

A listener reads the rows again. If Redis is down, no error is raised: the ids are sent when it
answers again, up to MOST_UNSENT ids. Meanwhile listeners read the rows without announcements.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Iterable

from redis import RedisError

from gateway.core import redis

log = logging.getLogger(__name__)

# After a failure nothing is sent for this long: many changes must not wait for Redis each.
QUIET_SECONDS = 1.0
MOST_IDS = 500  # of one message
MOST_UNSENT = 10_000  # of a channel


class _Unsent:
    """The ids that wait for Redis. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids: defaultdict[str, set[str]] = defaultdict(set)
        self._timer: threading.Timer | None = None

    def keep(self, channel: str, ids: Iterable[str]) -> None:
        with self._lock:
            kept = self._ids[channel]
            kept.update(ids)
            while len(kept) > MOST_UNSENT:
                kept.pop()
            if self._timer is None or not self._timer.is_alive():  # or it was left in a parent
                self._timer = threading.Timer(QUIET_SECONDS, self.send)
                self._timer.daemon = True
                self._timer.start()

    def send(self) -> None:
        with self._lock:
            self._timer = None
            taken, self._ids = self._ids, defaultdict(set)
        for channel, ids in taken.items():
            announce(channel, sorted(ids))


_unsent = _Unsent()
_quiet_until = 0.0


def announce(channel: str, ids: Iterable[str]) -> None:
    """Tell listeners to read these rows again; an id has no spaces."""
    global _quiet_until  # noqa: PLW0603 - one clock per process; a lost update costs one attempt
    ids = list(ids)
    if time.monotonic() < _quiet_until:
        _unsent.keep(channel, ids)
        return
    try:
        for start in range(0, len(ids), MOST_IDS):
            redis.client().publish(channel, " ".join(ids[start : start + MOST_IDS]))
    except RedisError as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        _unsent.keep(channel, ids)
        log.warning("Changes are not published for now: %s", error)
