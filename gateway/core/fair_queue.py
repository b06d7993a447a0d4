"""A queue that serves shares in turn, at each level of their paths.

A share is a path, as ``(owner, provider)``: an owner has a share of the whole, and each provider
has a share of its owner's. Within a share, what comes first is served first.
"""

from collections import deque
from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
Share = tuple[Hashable, ...]


class FairQueue(Generic[T]):
    """The items of a share that wait, and the number of those that run; or those of its parts.

    Not safe to share between threads: its user holds a lock.
    """

    __slots__ = ("_own", "_parts", "_turn", "running")

    def __init__(self) -> None:
        self.running = 0
        self._own: deque[T] = deque()
        self._parts: dict[Hashable, FairQueue[T]] = {}
        self._turn: deque[Hashable] = deque()  # the parts that wait, the next one first

    @property
    def is_waiting(self) -> bool:
        return bool(self._own or self._turn)

    def put(self, path: Sequence[Hashable], item: T) -> None:
        if not path:
            self._own.append(item)
            return
        part = self._parts.setdefault(path[0], FairQueue())
        if not part.is_waiting:
            self._turn.append(path[0])
        part.put(path[1:], item)

    def take(self, room: float) -> T | None:
        """The next item that may run, which runs from now on; ``room``: how many a part may run."""
        found = self._own.popleft() if self._own else self._take_of_parts(room)
        if found is not None:
            self.running += 1
        return found

    def _take_of_parts(self, room: float) -> T | None:
        for _ in range(len(self._turn)):
            key = self._turn.popleft()
            part = self._parts[key]
            found = part.take(room - part.running) if part.running < room else None
            if part.is_waiting:
                self._turn.append(key)
            if found is not None:
                return found
        return None

    def drain(self) -> list[T]:
        """Remove all that wait, and return it."""
        dropped = list(self._own)
        self._own.clear()
        self._turn.clear()
        for part in self._parts.values():
            dropped += part.drain()
        return dropped

    def end(self, path: Sequence[Hashable]) -> None:
        """An item of this share runs no more."""
        self.running -= 1
        if path:
            part = self._parts[path[0]]
            part.end(path[1:])
            if not part.running and not part.is_waiting:
                del self._parts[path[0]]
