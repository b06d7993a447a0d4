"""Turns to compute: a few threads of a process compute at once, and the others wait.

Threads that compute at the same time take Python's lock from each other whenever one of them waits
for the database, so that all become slow. A thread gives its turn back while it waits for something
that takes long, as a cloud, and takes another one afterwards (``waiting``). A turn also ends after
TURN_SECONDS: a thread that waits without saying so keeps its turn no longer than that.

The shares of users get their turns one after the other (``gateway.core.fair_queue``).
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from queue import SimpleQueue
from typing import Any

from gateway.core.db import release_connection
from gateway.core.fair_queue import FairQueue, Share
from gateway.core.unexpected import log_unexpected

log = logging.getLogger(__name__)

# One thread computes while others wait for the database. With more, a short request takes longer.
COMPUTING = 4
TURN_SECONDS = 0.25

_thread = threading.local()  # ``turn``: the one in which the thread computes


class Turn:
    """The turn of one thread. It begins once and ends once."""

    __slots__ = ("began_at", "begin", "share", "turns")

    def __init__(self, turns: "Turns", share: Share, begin: Callable[["Turn"], Any]) -> None:
        self.turns = turns
        self.share = share
        self.begin = begin
        self.began_at = 0.0

    def end(self) -> None:
        """Let others compute. Has no effect on a turn that has ended."""
        self.turns.end(self)


class Turns:
    """``most`` turns at once, each of ``seconds`` at most. Safe to share between threads."""

    def __init__(self, most: int, *, seconds: float = TURN_SECONDS) -> None:
        self._most = most
        self._seconds = seconds
        self._lock = threading.Lock()
        self._waiting: FairQueue[Turn] = FairQueue()
        self._begun: dict[Turn, None] = {}  # in the order in which they began
        self._is_watched = False

    def ask(self, share: Share, begin: Callable[[Turn], Any]) -> None:
        """Have ``begin`` called when it is the turn of this share. Any thread may call it, soon or
        at once, and has no time to wait in it.
        """
        with self._lock:
            self._waiting.put(share, Turn(self, share, begin))
            begun = self._give()
        _begin(begun)

    def end(self, turn: Turn) -> None:
        with self._lock:
            if turn not in self._begun:
                return
            del self._begun[turn]
            begun = self._give()
        _begin(begun)

    def _give(self) -> list[Turn]:
        """Take the turns that may begin from those that wait."""
        begun, now = [], time.monotonic()
        self._end_old(now)
        while len(self._begun) < self._most and (turn := self._waiting.take(float("inf"))):
            self._waiting.end(turn.share)
            turn.began_at = now
            self._begun[turn] = None
            begun.append(turn)
        if self._waiting.is_waiting and not self._is_watched:
            self._start_watch()
        return begun

    def _start_watch(self) -> None:
        self._is_watched = True
        watch = partial(self._watch, self._seconds_left())
        try:
            threading.Thread(target=watch, name="turns", daemon=True).start()
        except RuntimeError:  # no thread is left: the turns that end give the next ones
            self._is_watched = False

    def _end_old(self, now: float) -> None:
        for turn in list(self._begun):
            if now - turn.began_at < self._seconds:
                return
            del self._begun[turn]

    def _seconds_left(self) -> float:
        """Until the oldest turn ends by itself. Some have begun, as long as others wait."""
        oldest = next(iter(self._begun))
        return max(0.0, oldest.began_at + self._seconds - time.monotonic())

    def _watch(self, seconds: float) -> None:
        """Give turns, as long as some wait, even if no thread ends its own."""
        is_waiting = True
        while is_waiting:
            time.sleep(seconds)
            with self._lock:
                begun = self._give()
                # Not read again outside of the lock: by then, another thread may watch.
                is_waiting = self._is_watched = self._waiting.is_waiting
                seconds = self._seconds_left() if is_waiting else 0.0
            _begin(begun)


def _begin(turns: list[Turn]) -> None:
    """One that fails keeps no other from beginning, nor ends the thread that gives it."""
    for turn in turns:
        try:
            turn.begin(turn)
        except Exception as error:  # noqa: BLE001 - logged there
            log_unexpected(log, error, context=f"beginning a turn of {turn.share}")
            turn.end()


@contextmanager
def computing(turn: Turn) -> Iterator[None]:
    """This thread computes in ``turn``, which ends with the block."""
    _thread.turn = turn
    try:
        yield
    finally:
        pause()


@contextmanager
def waiting() -> Iterator[None]:
    """The block waits for something that takes long: another thread computes meanwhile.

    After the block, the thread waits for its next turn. No effect in a thread without a turn.

    The thread's connection to the database is given back before: one of those that compute may need
    it. In a transaction it is kept, so do not wait in one.
    """
    turn = pause()
    try:
        if turn is not None:
            release_connection()
        yield
    finally:
        go_on(turn)


def pause() -> Turn | None:
    """End the turn of this thread, and return it for ``go_on``; None if the thread has none."""
    turn: Turn | None = getattr(_thread, "turn", None)
    if turn is not None:
        _thread.turn = None
        turn.end()
    return turn


def go_on(turn: Turn | None) -> None:
    """Wait for the next turn of the share whose ``turn`` was paused."""
    if turn is None:
        return
    begun: SimpleQueue[Turn] = SimpleQueue()
    turn.turns.ask(turn.share, begun.put)
    _thread.turn = begun.get()


# The turns of all threads of this process that work for its users.
process_turns = Turns(COMPUTING)
