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
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
Share = tuple[Hashable, ...]
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


class _Queue:
    """The calls of a share that run and that wait, or those of its parts."""

    __slots__ = ("calls", "parts", "running", "turn")

    def __init__(self) -> None:
        self.running = 0
        self.calls: deque[_Call] = deque()
        self.parts: dict[Hashable, _Queue] = {}
        self.turn: deque[Hashable] = deque()  # the parts that wait, the next one first

    @property
    def is_waiting(self) -> bool:
        return bool(self.calls or self.turn)

    def put(self, path: Sequence[Hashable], call: _Call) -> None:
        if not path:
            self.calls.append(call)
            return
        part = self.parts.setdefault(path[0], _Queue())
        if not part.is_waiting:
            self.turn.append(path[0])
        part.put(path[1:], call)

    def take(self, room: float) -> _Call | None:
        """A call that may begin, which runs from now on; ``room``: how many a part may run."""
        found = self.calls.popleft() if self.calls else self._take_of_parts(room)
        if found is not None:
            self.running += 1
        return found

    def _take_of_parts(self, room: float) -> _Call | None:
        for _ in range(len(self.turn)):
            key = self.turn.popleft()
            part = self.parts[key]
            found = part.take(room - part.running) if part.running < room else None
            if part.is_waiting:
                self.turn.append(key)
            if found is not None:
                return found
        return None

    def drain(self) -> list[_Call]:
        """Remove all that wait, and return it."""
        dropped, self.calls = list(self.calls), deque()
        self.turn.clear()
        for part in self.parts.values():
            dropped += part.drain()
        return dropped

    def end(self, path: Sequence[Hashable]) -> None:
        """A call of this share has ended."""
        self.running -= 1
        if path:
            part = self.parts[path[0]]
            part.end(path[1:])
            if not part.running and not part.is_waiting:
                del self.parts[path[0]]


class FairPool:
    """``size`` threads. A share runs one in ``parts`` of the threads that the others leave free.

    Safe to share between threads.
    """

    def __init__(self, size: int, name: str, *, parts: int = PARTS) -> None:
        self._size = size
        self._parts = parts
        self._lock = threading.Lock()
        self._all = _Queue()
        self._waiting: dict[Share, int] = {}
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
            self._waiting[share] = self._waiting.get(share, 0) + 1
            ready = self._take_ready()
        self._start(ready)
        return made.future

    def waiting(self, share: Share) -> int:
        """How many calls of exactly this share wait."""
        return self._waiting.get(share, 0)

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
            left = self._waiting[call.share] - 1
            if left:
                self._waiting[call.share] = left
            else:
                del self._waiting[call.share]
        return ready

    def _start(self, ready: Sequence[_Call]) -> None:
        for call in ready:
            try:
                self._threads.submit(self._run, call)
            except RuntimeError as error:  # the system has no thread left, or the pool is shut down
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

    def _run(self, call: _Call) -> None:
        """Make the call, then the next call that may begin."""
        if not self._takes(call):
            return
        while True:
            call.run()
            with self._lock:
                self._all.end(call.share)
                ready = self._take_ready()
            if not ready:
                return
            call, *others = ready
            self._start(others)
