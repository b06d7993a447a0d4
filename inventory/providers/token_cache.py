"""Cached results of sign-ins - a token, the keys of a role - until shortly before they expire.

A driver lives for one task, and without this cache every list would sign in anew. The values stay
in this process's memory and are written nowhere. The key is a hash of the facts of the sign-in. The
latest 1,000 are kept, and none that is longer than any real one.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from gateway.core.bounded import BoundedCache
from gateway.core.http.budget import budget_in_use

RENEWED_BEFORE_END = 300.0  # seconds; the longest task is shorter
MOST_KEPT = 1_000
LONGEST_KEPT = 64 * 1024  # characters: a hostile cloud's token may have 64 MiB


@dataclass(frozen=True, slots=True)
class Grant:
    """``ends_at``: seconds since 1970."""

    value: Any = field(repr=False)
    ends_at: float

    @property
    def is_fresh(self) -> bool:
        return time.time() < self.ends_at - RENEWED_BEFORE_END


@dataclass(slots=True)
class _Turn:
    """The lock of those who want the same grant, kept while there are any."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    wanted_by: int = 0


class TokenCache:
    """Grants by the facts of their requests. If many callers want the same, one of them asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[str, _Turn] = {}
        self._kept: BoundedCache[str, Grant] = BoundedCache(MOST_KEPT)

    def get(self, facts: Iterable[str], ask: Callable[[], Grant], *, timeout: float) -> Any:
        """The grant's value. Raises what ``ask`` raises.

        Raises TimeoutError when another's asking outlasts ``timeout`` seconds.
        """
        name = _name_of(facts)
        with self._turn_of(name) as turn:
            if not turn.acquire(timeout=max(0.0, timeout)):
                raise TimeoutError("The sign-in did not come to an end within the deadline.")
            try:
                found = self._kept.get(name)
                if found is None or not found.is_fresh:
                    found = ask()
                    self._keep(name, found)
                return found.value
            finally:
                turn.release()

    def forget(self, facts: Iterable[str], refused: Any) -> None:
        """The cloud does not take this value any more, whenever it was meant to end.

        Another that has taken its place stays: of many whose token is refused, one signs in.
        """
        name = _name_of(facts)
        found = self._kept.get(name)
        if found is not None and found.value == refused:
            self._kept.forget(name)

    @contextmanager
    def _turn_of(self, name: str) -> Iterator[threading.Lock]:
        with self._lock:
            turn = self._turns.setdefault(name, _Turn())
            turn.wanted_by += 1
        try:
            yield turn.lock
        finally:
            with self._lock:
                turn.wanted_by -= 1
                if not turn.wanted_by:
                    del self._turns[name]

    def _keep(self, name: str, found: Grant) -> None:
        if found.is_fresh and _characters(found.value) <= LONGEST_KEPT:
            self._kept.keep(name, found)
        else:
            self._kept.forget(name)


def _characters(value: Any) -> int:
    """The length of all texts in a grant's value together."""
    if isinstance(value, str):
        return len(value)
    if is_dataclass(value):
        return sum(_characters(getattr(value, one.name)) for one in fields(value))
    if isinstance(value, Mapping):
        return sum(_characters(one) for pair in value.items() for one in pair)
    if isinstance(value, Sequence | AbstractSet):
        return sum(map(_characters, value))
    return 0


def _name_of(facts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


KEPT = TokenCache()


@dataclass(frozen=True, slots=True)
class SignIn:
    """One driver's way to its token, within the time that is left to the driver."""

    facts: tuple[str, ...] = field(repr=False)
    ask: Callable[[], Grant]
    timeout: float

    def value(self) -> Any:
        """Raises what ``ask`` raises, and TimeoutError at the deadline of the task."""
        left = min(self.timeout, budget_in_use(self.timeout).left)
        return KEPT.get(self.facts, self.ask, timeout=left)

    def anew(self, refused: Any) -> Any:
        """A value other than ``refused``, which the cloud does not take."""
        KEPT.forget(self.facts, refused)
        return self.value()
