"""Turns to compute: a few threads of a process compute at once, and the others wait.

Threads that compute at the same time take Python's lock from each other whenever one of them waits
for the database, so that all become slow. A thread gives its turn back while it waits for something
that takes long, as a cloud, and takes another one afterwards (``waiting``). A turn also ends after
TURN_SECONDS: a thread that waits without saying so delays the others by no more than that.

The shares of users get their turns one after the other (``gateway.core.fair_queue``).
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

from gateway.core.fair_queue import FairQueue, Share

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
        try:
            threading.Thread(target=self._watch, name="turns", daemon=True).start()
        except RuntimeError:  # no thread is left: the turns that end give the next ones
            self._is_watched = False

    def _end_old(self, now: float) -> None:
        for turn in list(self._begun):
            if now - turn.began_at < self._seconds:
                return
            del self._begun[turn]

    def _watch(self) -> None:
        """Give turns, as long as some wait, even if no thread ends its own."""
        while self._is_watched:
            time.sleep(self._seconds / 2)
            with self._lock:
                begun = self._give()
                self._is_watched = self._waiting.is_waiting
            _begin(begun)


def _begin(turns: list[Turn]) -> None:
    for turn in turns:
        turn.begin(turn)


@contextmanager
def computing(turn: Turn) -> Iterator[None]:
    """This thread computes in ``turn``, which ends with the block."""
    _thread.turn = turn
    try:
        yield
    finally:
        _end_turn()


@contextmanager
def waiting() -> Iterator[None]:
    """The block waits for something that takes long: another thread computes meanwhile.

    After the block, the thread waits for its next turn. No effect in a thread without a turn.
    """
    turn = _end_turn()
    try:
        yield
    finally:
        if turn is not None:
            _take_turn(turn.turns, turn.share)


def _end_turn() -> Turn | None:
    turn: Turn | None = getattr(_thread, "turn", None)
    if turn is not None:
        _thread.turn = None
        turn.end()
    return turn


def _take_turn(turns: Turns, share: Share) -> None:
    begun: SimpleQueue[Turn] = SimpleQueue()
    turns.ask(share, begun.put)
    _thread.turn = begun.get()


# Of all threads of this process that work for its users.
process_turns = Turns(COMPUTING)
