"""Finds the rows that were changed while the hub did not listen, by the numbers of their changes.

Transactions commit in another order than they take numbers. So the reading begins at a mark that
is some seconds old, and leaves out the changes that it has found before. It continues in pages
until it has caught up. The mark moves after all pages were read.
"""

import time
from collections import deque
from collections.abc import Hashable, Iterator, Mapping
from threading import Lock

from gateway.core.graphql.subscriptions import Ids, Topic

# A transaction that takes longer between its change and its commit can be missed.
OVERLAP_SECONDS = 20.0
MOST_SEEN = 50_000  # numbers that are remembered; beyond, a change is announced more than once


class Missed:
    """Marks by topic. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._marks: dict[str, deque[tuple[float, int]]] = {}
        self._seen: dict[str, dict[Hashable, float]] = {}

    def mark(self, topic: Topic) -> None:
        """Everything up to the newest change is announced by Redis."""
        self._mark(topic, topic.latest(), time.monotonic())

    def read(self, topic: Topic) -> Iterator[Ids]:
        """The ids of rows that were changed since, each change once, in pages.

        Each page asks the database when it is asked for.
        """
        with self._lock:
            marks = self._marks.get(topic.channel)
            since = marks[0][1] if marks else None
        latest, began = topic.latest(), time.monotonic()
        last: int | None = None if since is None else 0
        while since is not None and last is not None:
            changes, last = topic.since(since, last)
            yield self._unseen(topic, changes)
        self._mark(topic, latest, began)

    def _mark(self, topic: Topic, latest: int, now: float) -> None:
        with self._lock:
            marks = self._marks.setdefault(topic.channel, deque())
            marks.append((now, latest))
            while len(marks) > 1 and marks[1][0] < now - OVERLAP_SECONDS:
                marks.popleft()

    def _unseen(self, topic: Topic, changes: Mapping[Hashable, str]) -> Ids:
        now = time.monotonic()
        with self._lock:
            seen = self._seen.setdefault(topic.channel, {})
            new = {number: row for number, row in changes.items() if number not in seen}
            seen.update(dict.fromkeys(new, now))
            too_many = len(seen) - MOST_SEEN
            for number, at in list(seen.items()):  # the oldest first
                if at >= now - 2 * OVERLAP_SECONDS and too_many <= 0:
                    break
                del seen[number]
                too_many -= 1
        return frozenset(new.values())
