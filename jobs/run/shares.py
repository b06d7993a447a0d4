"""Shares a worker's threads between requesters, so that the steps of one never hold all of them.

A step may hang in a cloud until its deadline and cannot be interrupted. So the steps of a requester
get at most a quarter of the threads that the others leave free, by the rule of
``gateway.core.fair_pool``. ::

    message ──> a share is left ──> claim ──> step ──> end ──> dispatch the next requester's job
                   └─ none ──> the job waits here, without a thread ─────┘

Another worker may receive that message, and it does not know the jobs that wait here. So when the
last step of a requester ends here, all jobs of that requester that wait here are dispatched.

Waiting jobs are lost with the process; the sweep dispatches them.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from celery.signals import worker_init

from gateway.core.fair_pool import room
from jobs import dispatch
from jobs.models.priority import Priority

MOST_WAITING = 1_000  # of one requester; the sweep dispatches the others


@dataclass(frozen=True, slots=True)
class Turn:
    """A job or a schedule of a message, and how to dispatch it again."""

    key: str
    dispatch: Callable[[], object]  # true if the message was sent
    priority: int = Priority.SINGLE

    @classmethod
    def of_job(cls, job_id: str, priority: int) -> "Turn":
        return cls(job_id, lambda: dispatch.dispatch_job(job_id, priority=priority), priority)

    @classmethod
    def of_schedule(cls, schedule_id: str) -> "Turn":
        return cls(schedule_id, lambda: dispatch.dispatch_schedules([schedule_id]))


class StepShares:
    """The shares of one process. ``threads`` None: no limit."""

    def __init__(self, threads: int | None = None) -> None:
        self.threads = threads
        self._lock = threading.Lock()
        self._running: Counter[int | None] = Counter()
        self._waiting: dict[int, dict[str, Turn]] = {}  # the requester whose turn is next first

    @contextmanager
    def admit(self, requester: int | None, turn: Turn) -> Iterator[bool]:
        """Whether ``turn`` may begin now; if not, it is dispatched when a thread is free.

        Without a requester there is no limit: such a job is the gateway's own, or ends at once.
        """
        if not self._begin(requester, turn):
            yield False
            return
        try:
            yield True
        finally:
            for waiting, following in self._end(requester):
                if not following.dispatch():
                    with self._lock:
                        self._wait(waiting, following)

    def waiting(self, requester: int) -> int:
        return len(self._waiting.get(requester, ()))

    def _begin(self, requester: int | None, turn: Turn) -> bool:
        with self._lock:
            if requester is not None and not self._may_begin(requester, 0):
                self._wait(requester, turn)
                return False
            self._running[requester] += 1
            return True

    def _wait(self, requester: int, turn: Turn) -> None:
        waiting = self._waiting.setdefault(requester, {})
        if len(waiting) < MOST_WAITING:
            waiting[turn.key] = turn

    def _end(self, requester: int | None) -> list[tuple[int, Turn]]:
        """The turns to dispatch now, by requester: one turn of each requester that may begin; all
        turns of a requester that runs nothing here; all turns if nothing runs, as no other step
        will end.
        """
        with self._lock:
            self._running[requester] -= 1
            if not self._running[requester]:
                del self._running[requester]
            ready: dict[int, list[Turn]] = {}
            for one in list(self._waiting):
                if self._may_begin(one, len(ready)) or not self._running:
                    ready[one] = [self._next(one)] if one in self._running else self._all(one)
        return [(one, turn) for one, turns in ready.items() for turn in turns]

    def _may_begin(self, requester: int, dispatched: int) -> bool:
        if self.threads is None:
            return True
        free = self.threads - self._running.total() - dispatched
        return self._running[requester] < room(free)

    def _all(self, requester: int) -> list[Turn]:
        return sorted(self._waiting.pop(requester).values(), key=lambda one: one.priority)

    def _next(self, requester: int) -> Turn:
        """The most urgent turn of a requester, who is then the last in the order."""
        waiting = self._waiting.pop(requester)
        turn = min(waiting.values(), key=lambda one: one.priority)
        del waiting[turn.key]
        if waiting:
            self._waiting[requester] = waiting
        return turn


step_shares = StepShares()


@worker_init.connect  # type: ignore[untyped-decorator]  # Celery has no types
def _count_threads(sender: object, **_: object) -> None:
    """A worker's pool has as many threads as its concurrency."""
    threads = getattr(sender, "concurrency", None)
    step_shares.threads = threads if isinstance(threads, int) else None
