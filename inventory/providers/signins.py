"""What clouds give for a sign-in - a token, the keys of a role - kept until shortly before it ends.

A driver lives for one task, and without this every list would sign in anew. What is kept stays in
this process's memory and is written nowhere; it is found by a hash of what it was asked with.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

RENEWED_BEFORE_END = 300.0  # seconds; the longest task is shorter


@dataclass(frozen=True, slots=True)
class Grant:
    """``ends_at``: seconds since 1970."""

    value: Any = field(repr=False)
    ends_at: float

    @property
    def is_fresh(self) -> bool:
        return time.time() < self.ends_at - RENEWED_BEFORE_END


class SignIns:
    """Grants by the facts they were asked with. Of many that want the same, one asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asking: dict[str, threading.Lock] = {}
        self._kept: dict[str, Grant] = {}

    def get(self, facts: Iterable[str], ask: Callable[[], Grant], *, timeout: float) -> Any:
        """The grant's value. Raises what ``ask`` raises.

        Raises TimeoutError when another's asking outlasts ``timeout`` seconds.
        """
        name = _name_of(facts)
        with self._lock:
            asking = self._asking.setdefault(name, threading.Lock())
        if not asking.acquire(timeout=max(0.0, timeout)):
            raise TimeoutError("The sign-in did not come to an end within the deadline.")
        try:
            found = self._kept.get(name)
            if found is None or not found.is_fresh:
                found = ask()
                self._keep(name, found)
            return found.value
        finally:
            asking.release()

    def forget(self, facts: Iterable[str]) -> None:
        """The cloud does not take it any more, whenever it was meant to end."""
        with self._lock:
            self._kept.pop(_name_of(facts), None)

    def _keep(self, name: str, found: Grant) -> None:
        with self._lock:
            fresh = {old: grant for old, grant in self._kept.items() if grant.is_fresh}
            self._kept = fresh | {name: found}


def _name_of(facts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


KEPT = SignIns()


@dataclass(frozen=True, slots=True)
class SignIn:
    """How one driver gets its token, within what is left of its time."""

    facts: tuple[str, ...] = field(repr=False)
    ask: Callable[[], Grant]
    timeout: float

    def value(self) -> Any:
        return KEPT.get(self.facts, self.ask, timeout=self.timeout)

    def anew(self) -> Any:
        KEPT.forget(self.facts)
        return self.value()
