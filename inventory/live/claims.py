"""One listing of a source at a time, across processes: a claim in Redis that lapses by itself.

A claim saves work; it does not keep order (the store does, by when each read began). So when
Redis is away, every process simply asks for itself.
"""

import logging
import secrets
import threading
import time
from concurrent.futures import Future

import redis

from gateway.core.redis import client

log = logging.getLogger(__name__)

POLL_SECONDS = 0.02
UNCLAIMED = ""  # the token when Redis is away

_RELEASE = """
if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end
return 0
"""


def acquire(source_id: int, *, seconds: float) -> str | None:
    """A token, or None: another process lists this source. It lapses after ``seconds``."""
    token = secrets.token_hex(8)
    try:
        taken = client().set(_key(source_id), token, nx=True, px=max(1, int(seconds * 1000)))
    except redis.RedisError as error:
        log.warning("No claim on source %s, asking without one: %s", source_id, error)
        return UNCLAIMED
    return token if taken else None


def release(source_id: int, token: str) -> None:
    """Give the claim back; one that lapsed and was taken by another process stays theirs."""
    if token == UNCLAIMED:
        return
    try:
        client().eval(_RELEASE, 1, _key(source_id), token)
    except redis.RedisError as error:
        log.warning("The claim on source %s will lapse by itself: %s", source_id, error)


def _key(source_id: int) -> str:
    return f"live:claim:{source_id}"


class ReleaseWatch:
    """Tells when other processes' claims end: one thread and one MGET a round for all of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[int, Future[None]] = {}
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def released(self, source_id: int) -> Future[None]:
        """Done when the source is not claimed any more. Many may wait on one future."""
        with self._lock:
            if self._thread is None:
                thread = threading.Thread(target=self._watch, name="claims", daemon=True)
                thread.start()
                self._thread = thread  # one that could not be started is started by the next call
            future = self._waiting.setdefault(source_id, Future())
        self._wake.set()
        return future

    def _watch(self) -> None:
        while True:
            self._wake.wait()
            with self._lock:
                source_ids = list(self._waiting)
                if not source_ids:
                    self._wake.clear()
                    continue
            for source_id in _unclaimed(source_ids):
                self._tell(source_id)
            time.sleep(POLL_SECONDS)

    def _tell(self, source_id: int) -> None:
        with self._lock:
            future = self._waiting.pop(source_id)
        future.set_result(None)


def _unclaimed(source_ids: list[int]) -> list[int]:
    try:
        tokens = client().mget([_key(source_id) for source_id in source_ids])
    except redis.RedisError:
        return source_ids  # as acquire: without Redis nothing is claimed
    return [source_id for source_id, token in zip(source_ids, tokens, strict=True) if token is None]


watch = ReleaseWatch()
