"""Which rows were changed while nobody listened: by the numbers of their recorded changes.

Transactions commit in another order than they take numbers. So the reading begins at a mark that
is some seconds old, and what it has found before is left out.
"""

import time
from collections import deque
from collections.abc import Hashable
from threading import Lock

from gateway.core.graphql.subscriptions import Ids, Topic

# A transaction that takes longer between its change and its commit can be missed.
OVERLAP_SECONDS = 20.0


class Missed:
    """Marks by topic. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._marks: dict[str, deque[tuple[float, int]]] = {}
        self._seen: dict[str, dict[Hashable, float]] = {}

    def mark(self, topic: Topic) -> None:
        """Everything up to the newest change is announced by Redis."""
        latest, now = topic.latest(), time.monotonic()
        with self._lock:
            marks = self._marks.setdefault(topic.channel, deque())
            marks.append((now, latest))
            while len(marks) > 1 and marks[1][0] < now - OVERLAP_SECONDS:
                marks.popleft()

    def read(self, topic: Topic) -> Ids:
        """The ids of rows that were changed since, each change once."""
        with self._lock:
            marks = self._marks.get(topic.channel)
        if not marks:
            self.mark(topic)
            return frozenset()
        changes = topic.since(marks[0][1])
        self.mark(topic)
        now = time.monotonic()
        with self._lock:
            seen = self._seen.setdefault(topic.channel, {})
            new = {number: row for number, row in changes.items() if number not in seen}
            seen.update(dict.fromkeys(new, now))
            for number in [one for one, at in seen.items() if at < now - 2 * OVERLAP_SECONDS]:
                del seen[number]
        return frozenset(new.values())
