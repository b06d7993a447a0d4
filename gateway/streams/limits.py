"""How many streams, or exports, a process has under way, and how many of them for one user."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gateway.core.http.refusals import Refusal

RETRY_SECONDS = 30


class StreamLimits:
    """``total`` streams of the process, ``per_user`` of one user. For one event loop."""

    def __init__(self, *, total: int, per_user: int, noun: str = "streams") -> None:
        self._noun = noun
        self._total = total
        self._per_user = per_user
        self._open: Counter[Any] = Counter()

    @property
    def open(self) -> int:
        return self._open.total()

    @contextmanager
    def counted(self, user_key: Any) -> Iterator[None]:
        """Around a stream of this user. Raises Refusal with 429 or 503 when there are too many."""
        if self._open[user_key] >= self._per_user:
            raise _refusal(
                429, "RATE_LIMITED", f"You have {self._per_user} open {self._noun} here; end one."
            )
        if self.open >= self._total:
            message = f"This process has too many open {self._noun}."
            raise _refusal(503, f"TOO_MANY_{self._noun.upper()}", message)
        self._open[user_key] += 1
        try:
            yield
        finally:
            self._open[user_key] -= 1
            if not self._open[user_key]:
                del self._open[user_key]


def _refusal(status: int, code: str, message: str) -> Refusal:
    headers = {"Retry-After": str(RETRY_SECONDS)}
    return Refusal(status, code, message, headers=headers, extensions={"retryAfter": RETRY_SECONDS})
