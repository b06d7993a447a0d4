"""A cache that never grows beyond a total weight.

The weight of a value represents its memory: machines of a list, tokens of a document, or 1 each.
docs/limits.md lists the caches with their bounds.
"""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class BoundedCache(Generic[K, V]):
    """The values used last, ``most`` in weight together. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._weight = 0
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def weight(self) -> int:
        """The sum of the weights of all values."""
        return self._weight

    def get(self, key: K) -> V | None:
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def keep(self, key: K, value: V, *, weight: int = 1) -> None:
        """The least recently used values make room. A value that alone is too heavy is not kept."""
        with self._lock:
            self._remove(key)
            if weight > self._most:
                return
            self._kept[key] = (value, weight)
            self._weight += weight
            while self._weight > self._most:
                self._remove(next(iter(self._kept)))

    def forget(self, key: K) -> None:
        with self._lock:
            self._remove(key)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._weight = 0

    def _remove(self, key: K) -> None:
        _value, weight = self._kept.pop(key, (None, 0))
        self._weight -= weight
