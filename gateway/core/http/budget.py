"""Time that a task may take in all, however many calls it makes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LONGEST_SECONDS = 60.0  # for a request that no budget bounds


class Budget:
    """Counts down from ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds

    @property
    def left(self) -> float:
        return self._ends_at - time.monotonic()

    def check(self) -> None:
        """Raises TimeoutError when nothing is left."""
        if self.left <= 0:
            raise TimeoutError("The cloud did not answer within the deadline.")

    @contextmanager
    def used(self) -> Iterator[None]:
        """Inside the block, it bounds every wait of this thread on a socket to a cloud."""
        token = _in_use.set(self)
        try:
            yield
        finally:
            _in_use.reset(token)

    @contextmanager
    def narrowed(self, share: float) -> Iterator[None]:
        """Inside the block, only this share of what is left may be used."""
        whole = self._ends_at
        self._ends_at = time.monotonic() + self.left * share
        try:
            yield
        finally:
            self._ends_at = whole


_in_use: ContextVar[Budget | None] = ContextVar("budget", default=None)


def budget_in_use(seconds: float = LONGEST_SECONDS) -> Budget:
    """The time that this thread's task has left in all; ``seconds`` if nothing bounds it."""
    return _in_use.get() or Budget(seconds)
