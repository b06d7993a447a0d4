"""Calls that may hang, each in a thread of its own. Callers with the same key share one call.

A caller waits until its own time limit; the thread stays until its call ends. The calls that were
started for one owner get at most a quarter of the threads that the other owners leave free, by the
rule of ``gateway.core.fair_pool``.
"""

import threading
from collections import Counter
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextvars import copy_context
from functools import partial
from typing import Generic, TypeVar

from gateway.core.asked_for import current_owner
from gateway.core.fair_pool import room

T = TypeVar("T")


class NoThread(Exception):
    """The call did not start: its owner has too many running calls, or no thread was available."""


class SharedCalls(Generic[T]):
    """At most ``most`` running calls, by their keys. Safe to share between threads."""

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, Future[T]] = {}
        self._running: Counter[Hashable] = Counter()  # by owner

    def begin(self, key: Hashable, call: Callable[[], T]) -> Future[T]:
        """The outcome of the call of ``key``: ``call``, unless one is under way.

        Raises NoThread.
        """
        owner = current_owner()
        with self._lock:
            if (known := self._under_way.get(key)) is not None:
                return known
            if self._running[owner] >= room(self._most - len(self._under_way)):
                raise NoThread(f"Too many are under way: {self._running[owner]} of the same owner.")
            future = self._under_way[key] = Future()
            self._running[owner] += 1
        self._start(partial(self._run, owner, key, call, future), owner, key, future)
        return future

    def _start(
        self, run: Callable[[], None], owner: Hashable, key: Hashable, future: Future[T]
    ) -> None:
        run_as_here = partial(copy_context().run, run)  # for the same owner
        try:
            threading.Thread(target=run_as_here, name=self._name, daemon=True).start()
        except RuntimeError as error:  # the system has no more threads
            self._end(owner, key)
            failure = NoThread(f"No thread was started: {error}.")
            future.set_exception(failure)  # for those who joined meanwhile
            raise failure from error

    def _run(
        self, owner: Hashable, key: Hashable, call: Callable[[], T], future: Future[T]
    ) -> None:
        try:
            result = call()
        except Exception as error:  # noqa: BLE001 - for those who wait
            self._end(owner, key)
            future.set_exception(error)
        else:
            self._end(owner, key)
            future.set_result(result)

    def _end(self, owner: Hashable, key: Hashable) -> None:
        with self._lock:
            del self._under_way[key]
            self._running[owner] -= 1
            if not self._running[owner]:
                del self._running[owner]
