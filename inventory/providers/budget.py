"""Time that a task may take in all, however many calls it makes."""

import time


class Budget:
    """Counts down from ``seconds``."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds

    @property
    def left(self) -> float:
        return self._ends_at - time.monotonic()

    def check(self) -> None:
        """Raises TimeoutError when nothing is left; called between two pages."""
        if self.left <= 0:
            raise TimeoutError("The cloud did not answer within the deadline.")
