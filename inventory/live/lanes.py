"""A bounded pool with a lane for each source: who hangs blocks his own lane and nothing else.

A lane runs at most LANE_WIDTH calls at once; further ones wait their turn without a thread. A
waiting call that is cancelled - its asker gave up - is never made.
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from django.conf import settings

T = TypeVar("T")

LANE_WIDTH = 8

Call = tuple[Future[Any], Callable[[], Any]]


class _Lane:
    def __init__(self) -> None:
        self.running = 0
        self.waiting: deque[Call] = deque()


class Lanes:
    """Calls by lane. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lanes: dict[int, _Lane] = {}
        self._pool: ThreadPoolExecutor | None = None

    def submit(self, lane_id: int, call: Callable[[], T]) -> Future[T]:
        """Make ``call`` in the lane when there is room; its outcome is the future's."""
        future: Future[T] = Future()
        with self._lock:
            lane = self._lanes.setdefault(lane_id, _Lane())
            if lane.running >= LANE_WIDTH:
                lane.waiting.append((future, call))
                return future
            lane.running += 1
        self._executor().submit(self._run, lane_id, (future, call))
        return future

    def submit_now(self, call: Callable[[], None]) -> None:
        """Make ``call`` outside of any lane: whoever asks sees to it that there are few."""
        self._executor().submit(call)

    def _executor(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(settings.LIVE_POOL_SIZE, "live")
            return self._pool

    def _run(self, lane_id: int, first: Call) -> None:
        """Make a call, then those that wait in the lane, until there is none."""
        call: Call | None = first
        while call is not None:
            _make(*call)
            call = self._next(lane_id)

    def _next(self, lane_id: int) -> Call | None:
        with self._lock:
            lane = self._lanes[lane_id]
            if lane.waiting:
                return lane.waiting.popleft()
            lane.running -= 1
            if not lane.running:
                del self._lanes[lane_id]
            return None


def _make(future: Future[Any], call: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(call())
    except BaseException as error:  # noqa: BLE001 - the asker's to handle, as with any executor
        future.set_exception(error)


lanes = Lanes()
