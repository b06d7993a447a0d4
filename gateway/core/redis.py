"""One Redis client per process. Redis holds only data that may be lost: claims, counters, messages.

A frozen Redis accepts connections and never answers, so each command would make its caller wait for
the full time limit. After the first command that timed out, all others fail at once until Redis
answers again, as if it were down. ::

    answers ──> a command timed out ──> silent: commands fail at once, a thread pings
       ^                                   │
       └── a ping is answered, or there was none for SILENT_SECONDS ─────┘
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, cast

import redis
from django.conf import settings
from redis.client import Pipeline

log = logging.getLogger(__name__)

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 2.0
PING_SECONDS = 0.5  # between two pings of a Redis that is silent
# Longer than a ping and the pause before it. A later command is sent to Redis again, because the
# thread that pings is gone, as in a process that was forked meanwhile.
SILENT_SECONDS = 2 * (PING_SECONDS + CONNECT_SECONDS + ANSWER_SECONDS)


class Silence:
    """Remembers that Redis does not answer. Safe to share between threads."""

    def __init__(self, ping: Callable[[], object]) -> None:
        self._ping = ping
        self._lock = threading.Lock()
        self._until = 0.0  # on the monotonic clock
        self._thread: threading.Thread | None = None

    @property
    def is_known(self) -> bool:
        return time.monotonic() < self._until

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Around a command: raises redis.ConnectionError at once while Redis is silent."""
        if self.is_known:
            raise redis.ConnectionError("Redis did not answer a moment ago.")
        try:
            yield
        except redis.TimeoutError:
            self._begin()
            raise

    def _begin(self) -> None:
        with self._lock:
            self._until = time.monotonic() + SILENT_SECONDS
            if self._thread is not None and self._thread.is_alive():
                return
            self._thread = threading.Thread(target=self._watch, name="redis-ping", daemon=True)
            try:
                self._thread.start()
            except RuntimeError as error:  # no more threads: the silence ends by itself
                self._thread = None
                log.warning("Redis is silent, and no thread can ping it: %s", error)

    def _watch(self) -> None:
        while self._is_silent():
            with self._lock:
                self._until = time.monotonic() + SILENT_SECONDS
            time.sleep(PING_SECONDS)
        with self._lock:
            self._until = 0.0
            self._thread = None

    def _is_silent(self) -> bool:
        """False for one that is down, too: then a command fails at once by itself."""
        try:
            self._ping()
        except redis.TimeoutError:
            return True
        except redis.RedisError as error:
            log.warning("Redis is down: %s", error)
        return False


class _Pipeline(Pipeline):
    silence: Silence

    def execute(self, *arguments: Any, **options: Any) -> Any:
        with self.silence.watched():
            return super().execute(*arguments, **options)


class Client(redis.Redis):
    """As ``redis.Redis``; a command of one that is silent raises redis.ConnectionError at once."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # By a client without a watch of its own, which would let nothing through meanwhile.
        self.silence = Silence(redis.Redis(connection_pool=self.connection_pool).ping)

    def execute_command(self, *arguments: Any, **options: Any) -> Any:
        with self.silence.watched():
            return super().execute_command(*arguments, **options)  # type: ignore[no-untyped-call]

    def pipeline(self, transaction: bool = True, shard_hint: Any = None) -> Pipeline:
        pipeline = _Pipeline(self.connection_pool, self.response_callbacks, transaction, shard_hint)
        pipeline.silence = self.silence
        return pipeline


@cache
def client() -> Client:
    """A thread-safe client with a pool of connections; text in, text out."""
    pool = redis.ConnectionPool.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        health_check_interval=30,
    )
    return cast("Client", Client.from_pool(pool))


def is_silent() -> bool:
    """Whether Redis is known not to answer, so that asking it would only cost time."""
    return client().silence.is_known
