"""Threads that are shared by quota, not first come, first served.

A share is a path, as ``(owner, provider)``: an owner has a share of the pool, and each provider has
a share of its owner's. A share runs at most a quarter of the threads that the other shares leave
free: a call begins if ``3 * own < free``. So only a share that runs nothing can take the last
thread. A call that hangs cannot be stopped, so the worst case counts: of 640 threads one share gets
160. If ten shares come one after the other and take all that they can, 35 threads are still free.
If they take turns, 147 are. (Such rules are known as dynamic thresholds: Choudhury and Hahne,
IEEE/ACM Transactions on Networking 6(2), 1998.) A part of a share runs at most half of the threads
that the share has left.

Calls that may not begin wait without a thread. The pool serves the shares in turn, at each level.

If the system has no thread left, a call waits for one that runs; without any, it fails.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from typing import Any, TypeVar

from gateway.core.fair_queue import FairQueue, Share
from gateway.core.turns import Turn, Turns, computing

T = TypeVar("T")
PARTS = 4


def room(free: int, parts: int = PARTS) -> float:
    """A share may begin another call while it runs fewer than this."""
    return free / (parts - 1)


class _Call:
    __slots__ = ("future", "is_taken", "make", "share")

    def __init__(self, share: Share, make: Callable[[], Any]) -> None:
        self.share = share
        self.make = make
        self.future: Future[Any] = Future()
        self.is_taken = False  # by a thread, or by its failure

    def run(self) -> None:
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            self.future.set_result(self.make())
        except BaseException as error:  # noqa: BLE001 - the caller's to handle, as with any executor
            self.future.set_exception(error)


class FairPool:
    """``size`` threads. A share runs one in ``parts`` of the threads that the others leave free.

    ``turns``: those in which the calls compute; without, all may compute at once.
    Safe to share between threads.
    """

    def __init__(
        self, size: int, name: str, *, parts: int = PARTS, turns: Turns | None = None
    ) -> None:
        self._size = size
        self._parts = parts
        self._turns = turns
        self._lock = threading.Lock()
        self._all: FairQueue[_Call] = FairQueue()
        self._waiting: Counter[Share] = Counter()
        self._threads = ThreadPoolExecutor(size, name)
        self._has_thread = False
        self._is_shut_down = False

    def submit(self, share: Share, call: Callable[[], T]) -> Future[T]:
        """Make ``call`` when its share may; its outcome is the future's.

        A call that is canceled while it waits is never made. One for which there is no thread fails
        with a RuntimeError.
        """
        made = _Call(share, call)
        with self._lock:
            self._all.put(share, made)
            self._waiting[share] += 1
            ready = self._take_ready()
        self._start(ready)
        return made.future

    def waiting(self, share: Share) -> int:
        """How many calls of exactly this share wait for a thread."""
        return self._waiting[share]

    @property
    def running(self) -> int:
        return self._all.running

    def shutdown(self) -> None:
        """Take no more calls; those that wait are canceled, those that run finish."""
        with self._lock:
            self._is_shut_down = True
            dropped = self._all.drain()
        for call in dropped:
            call.future.cancel()
        self._threads.shutdown(wait=False)

    def _take_ready(self) -> list[_Call]:
        ready = []
        while call := self._all.take(room(self._size - self._all.running, self._parts)):
            ready.append(call)
            self._waiting[call.share] -= 1
            if not self._waiting[call.share]:
                del self._waiting[call.share]
        return ready

    def _start(self, ready: Iterable[_Call]) -> None:
        for call in ready:
            if self._turns is None:
                self._begin(call)
            else:
                self._turns.ask(call.share, partial(self._begin, call))

    def _begin(self, call: _Call, turn: Turn | None = None) -> None:
        try:
            self._threads.submit(self._run, call, turn)
        except RuntimeError as error:  # the system has no thread left, or the pool is shut down
            if turn is not None:
                turn.end()
            self._fail(call, error)

    def _fail(self, call: _Call, error: RuntimeError) -> None:
        """End a call that no thread was started for.

        The executor has put it into its queue before: a thread that exists comes to it.
        """
        with self._lock:
            if call.is_taken or (self._has_thread and not self._is_shut_down):
                return
            call.is_taken = True
            self._all.end(call.share)
        if call.future.set_running_or_notify_cancel():
            call.future.set_exception(error)

    def _takes(self, call: _Call) -> bool:
        with self._lock:
            self._has_thread = True
            is_free, call.is_taken = not call.is_taken, True
            return is_free

    def _run(self, call: _Call, turn: Turn | None) -> None:
        """Make the call, then let the next ones begin."""
        if not self._takes(call):
            return
        with nullcontext() if turn is None else computing(turn):
            call.run()
        with self._lock:
            self._all.end(call.share)
            ready = self._take_ready()
        self._start(ready)
