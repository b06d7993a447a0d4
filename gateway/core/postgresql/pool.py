"""A pool of connections to PostgreSQL that notices at once when the server was away.

psycopg_pool connects in threads of its own. There a caller cannot distinguish a server that is away
from a pool that is busy: it waits until the timeout for both, and after a failed check it waits for
a second or more before the next one. Here the caller itself connects, so it knows at once. ::

    take ── a free place, within ``wait_seconds`` ──> an idle connection that is sound ──> use it
                                                └── none ──> connect: raises at once if it fails

An idle connection is sound if its socket has nothing to read and it was used a moment ago, or if
the server answers an empty query. After a restart the socket is readable: it was closed.
"""

import logging
import select
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, Error, OperationalError
from psycopg.pq import TransactionStatus

log = logging.getLogger(__name__)

FRESH_SECONDS = 1.0  # a connection that was used so recently is not asked again
ANSWER_SECONDS = 1.0  # the server's time to answer an empty query
LONGEST_IDLE_SECONDS = 10 * 60.0
LONGEST_LIFE_SECONDS = 60 * 60.0


class PoolBusy(OperationalError):
    """All connections are in use, and none was given back in time."""


class ServerSilent(OperationalError):
    """The server keeps the connection open and does not answer."""


@dataclass(frozen=True, slots=True)
class _Idle:
    connection: Connection[Any]
    since: float  # monotonic


class ConnectionPool:
    """At most ``most`` connections, each of which one thread has at a time."""

    def __init__(
        self, connect: Callable[[], Connection[Any]], *, most: int, wait_seconds: float
    ) -> None:
        self._connect = connect
        self._wait_seconds = wait_seconds
        self._places = threading.BoundedSemaphore(most)
        self._lock = threading.Lock()
        self._idle: deque[_Idle] = deque()  # the latest used last, and taken first
        self._born: dict[int, float] = {}  # of the connections, by id()

    def open(self) -> None:
        """Nothing to do: Django's backend calls it before each ``getconn``."""

    def getconn(self) -> Connection[Any]:
        """A connection that works. Raises psycopg.OperationalError."""
        if not self._places.acquire(timeout=self._wait_seconds):
            raise PoolBusy(f"No connection was free within {self._wait_seconds:g} seconds.")
        try:
            connection = self._sound_idle() or self._new()
        except BaseException:
            self._places.release()
            raise
        # Django gives it back to the pool that it finds here.
        owner: Any = self
        connection._pool = owner  # noqa: SLF001 - as psycopg_pool does
        return connection

    def putconn(self, connection: Connection[Any]) -> None:
        """Give back a connection. One that is broken is closed."""
        connection._pool = None  # noqa: SLF001 - see getconn
        now = time.monotonic()
        try:
            if self._is_reusable(connection, now):
                with self._lock:
                    self._idle.append(_Idle(connection, now))
            else:
                self._close(connection)
        finally:
            self._places.release()
        self._close_unused(now)

    def close(self) -> None:
        """Close the idle connections. The others are closed when they are given back."""
        with self._lock:
            idle, self._idle = self._idle, deque()
            self._born.clear()
        for one in idle:
            self._close(one.connection)

    def _sound_idle(self) -> Connection[Any] | None:
        """An idle connection that works. Raises ServerSilent."""
        while True:
            with self._lock:
                idle = self._idle.pop() if self._idle else None
            if idle is None:
                return None
            sound = False
            try:
                sound = _is_sound(idle)
            finally:
                if not sound:
                    log.info("An idle connection does not work any more.")
                    self._close(idle.connection)
            if sound:
                return idle.connection

    def _new(self) -> Connection[Any]:
        connection = self._connect()
        with self._lock:
            self._born[id(connection)] = time.monotonic()
        return connection

    def _is_reusable(self, connection: Connection[Any], now: float) -> bool:
        born = self._born.get(id(connection))
        if born is None or now - born > LONGEST_LIFE_SECONDS:
            return False
        status = connection.pgconn.transaction_status
        if status in {TransactionStatus.INTRANS, TransactionStatus.INERROR}:
            try:
                connection.rollback()
            except Error:
                return False
            status = connection.pgconn.transaction_status
        return status == TransactionStatus.IDLE

    def _close_unused(self, now: float) -> None:
        unused = []
        with self._lock:
            while self._idle and now - self._idle[0].since > LONGEST_IDLE_SECONDS:
                unused.append(self._idle.popleft())
        for one in unused:
            self._close(one.connection)

    def _close(self, connection: Connection[Any]) -> None:
        with self._lock:
            self._born.pop(id(connection), None)
        connection.close()


def _is_sound(idle: _Idle) -> bool:
    connection = idle.connection
    if connection.closed:
        return False
    is_fresh = time.monotonic() - idle.since < FRESH_SECONDS
    if is_fresh and not _is_readable(connection.fileno(), 0.0):
        return True
    return _answers(connection)


def _answers(connection: Connection[Any]) -> bool:
    """True if the server answers an empty query. Raises ServerSilent.

    It uses libpq directly, because psycopg waits for an answer without a limit.
    """
    pgconn = connection.pgconn
    try:
        pgconn.send_query(b"")
        pgconn.flush()
        answered = _receive(connection)
        while answered and pgconn.get_result() is not None:
            pass
    except Error:
        return False
    if not answered:
        raise ServerSilent(f"The server did not answer within {ANSWER_SECONDS:g} seconds.")
    return pgconn.transaction_status == TransactionStatus.IDLE


def _receive(connection: Connection[Any]) -> bool:
    """True if a complete result arrives in time."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while connection.pgconn.is_busy():
        left = deadline - time.monotonic()
        if left <= 0 or not _is_readable(connection.fileno(), left):
            return False
        connection.pgconn.consume_input()
    return True


def _is_readable(descriptor: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(seconds * 1000))
