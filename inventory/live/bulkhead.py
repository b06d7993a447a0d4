"""The pool of threads for calls to clouds, shared between owners, providers and sources.

An owner of providers has a share of the pool, and each provider one of its owner's (``fair_pool``):
clouds that hang use up their owner's share only, and leave threads to all others.
Within its share, each source has a compartment, which runs at most COMPARTMENT_WIDTH calls at once.
Further calls wait without a thread. A waiting call that is cancelled is never made.
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

from django.conf import settings

from gateway.core.fair_pool import FairPool
from gateway.core.fair_queue import Share
from gateway.core.turns import process_turns
from inventory.models import Source

T = TypeVar("T")

COMPARTMENT_WIDTH = 8

Call = tuple[Future[Any], Callable[[], Any]]


class _Compartment:
    def __init__(self) -> None:
        self.running = 0  # with those that wait for a thread
        self.waiting: deque[Call] = deque()


class Bulkhead:
    """Calls by source. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._compartments: dict[int, _Compartment] = {}
        self._pool: FairPool | None = None

    def submit(self, source: Source, call: Callable[[], T]) -> Future[T]:
        """Make ``call`` in the source's compartment; return the future of its outcome."""
        future: Future[T] = Future()
        with self._lock:
            compartment = self._compartments.setdefault(source.pk, _Compartment())
            if compartment.running >= COMPARTMENT_WIDTH:
                compartment.waiting.append((future, call))
                return future
            compartment.running += 1
        self._begin(source, (future, call))
        return future

    def submit_now(self, source: Source, call: Callable[[], None]) -> Future[None]:
        """Make ``call`` outside of any compartment: the caller makes only few such calls."""
        return self._threads().submit(_share_of(source), call)

    def _threads(self) -> FairPool:
        with self._lock:
            if self._pool is None:
                self._pool = FairPool(settings.LIVE_POOL_SIZE, "live", turns=process_turns)
            return self._pool

    def _begin(self, source: Source, call: Call) -> None:
        begun = self._threads().submit(_share_of(source), partial(self._run, source, call))
        begun.add_done_callback(partial(self._begun, source, call))

    def _begun(self, source: Source, call: Call, begun: Future[None]) -> None:
        """Where no thread was started for the call, none is for those that wait behind it."""
        error = begun.exception()
        following: Call | None = call
        while error is not None and following is not None:
            _make(following[0], partial(_raise, error))
            following = self._next(source.pk)

    def _run(self, source: Source, call: Call) -> None:
        """Make a call, and have the next one of the compartment wait for its turn."""
        try:
            _make(*call)
        finally:
            following = self._next(source.pk)
            if following is not None:
                self._begin(source, following)

    def _next(self, compartment_id: int) -> Call | None:
        with self._lock:
            compartment = self._compartments[compartment_id]
            if compartment.waiting:
                return compartment.waiting.popleft()
            compartment.running -= 1
            if not compartment.running:
                del self._compartments[compartment_id]
            return None


def _share_of(source: Source) -> Share:
    return source.provider.owner_id, source.provider_id


def _make(future: Future[Any], call: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(call())
    except BaseException as error:  # noqa: BLE001 - the asker's to handle, as with any executor
        future.set_exception(error)


def _raise(error: BaseException) -> None:
    raise error


bulkhead = Bulkhead()
