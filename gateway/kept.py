"""An answer that is cached for a moment, because every client may request it and it costs work."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """The result of ``look``, cached for ``seconds``. Concurrent callers share one call."""

    def __init__(self, look: Callable[[], T], seconds: float) -> None:
        self._look = look
        self._seconds = seconds
        self._lock = Lock()
        self._seen: list[T] = []
        self._until = 0.0

    def get(self) -> T:
        with self._lock:
            if not self._seen or time.monotonic() >= self._until:
                self._seen = [self._look()]
                self._until = time.monotonic() + self._seconds
            return self._seen[0]

    def forget(self) -> None:
        self._until = 0.0
