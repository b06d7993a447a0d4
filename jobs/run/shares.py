"""How many threads of this worker the steps of one requester hold, so that none holds all of them.

A step may hang in a cloud until its deadline and cannot be interrupted. So the steps of a requester
get at most a quarter of the threads that the others leave free, by the rule of
``gateway.core.fair_pool``. ::

    bell ──> a share is left ──> claim ──> step ──> end ──> ring for the next requester that waits
                └─ none ──> waits here, without a thread ──────────────────┘

A ring may be heard by another worker, which does not ring for what waits here. So when the last
step of a requester ends here, all that it has waiting is rung for.

What waits here is lost with the process, as a message is; the sweep rings for it.
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

MOST_WAITING = 1_000  # of one requester; the sweep rings for the others


@dataclass(frozen=True, slots=True)
class Turn:
    """What a message asked for, and how to ask for it again."""

    key: str
    ring: Callable[[], object]  # true if the message was sent
    priority: int = Priority.SINGLE

    @classmethod
    def of_job(cls, job_id: str, priority: int) -> "Turn":
        return cls(job_id, lambda: dispatch.ring(job_id, priority=priority), priority)

    @classmethod
    def of_schedule(cls, schedule_id: str) -> "Turn":
        return cls(schedule_id, lambda: dispatch.ring_schedules([schedule_id]))


class StepShares:
    """The shares of one process. ``threads`` None: it has as many as it wants."""

    def __init__(self, threads: int | None = None) -> None:
        self.threads = threads
        self._lock = threading.Lock()
        self._running: Counter[int | None] = Counter()
        self._waiting: dict[int, dict[str, Turn]] = {}  # the requester whose turn is next first

    @contextmanager
    def begun(self, requester: int | None, turn: Turn) -> Iterator[bool]:
        """Whether ``turn`` may begin now; if not, it is rung for when a thread is free.

        Without a requester there is no share: such a job is the gateway's, or ends at once.
        """
        if not self._begin(requester, turn):
            yield False
            return
        try:
            yield True
        finally:
            for waiting, following in self._end(requester):
                if not following.ring():
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
        """The turns that are to be rung for now, by requester: one of each that may begin here;
        all of one that runs nothing here; all there are when nothing runs, for no end will follow.
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

    def _may_begin(self, requester: int, rung: int) -> bool:
        if self.threads is None:
            return True
        free = self.threads - self._running.total() - rung
        return self._running[requester] < room(free)

    def _all(self, requester: int) -> list[Turn]:
        return sorted(self._waiting.pop(requester).values(), key=lambda one: one.priority)

    def _next(self, requester: int) -> Turn:
        """The most urgent of a requester, who has the last turn from now on."""
        waiting = self._waiting.pop(requester)
        turn = min(waiting.values(), key=lambda one: one.priority)
        del waiting[turn.key]
        if waiting:
            self._waiting[requester] = waiting
        return turn


step_shares = StepShares()


@worker_init.connect  # type: ignore[untyped-decorator]  # Celery has no types
def _count_threads(sender: object, **_: object) -> None:
    """The worker's pool of threads is as large as its concurrency."""
    threads = getattr(sender, "concurrency", None)
    step_shares.threads = threads if isinstance(threads, int) else None
