"""A source that keeps failing is left alone for a while, so that it costs nobody a deadline.

::

    closed ── FAILURES in a row ──► open until retry_at ── the next question ──► one try
       ▲                              ▲                                           │
       └────────── it answers ────────┼───────────────────────────────────────────┤
                                      └───── it fails: twice as long, up to LONGEST

A cloud that says itself when it wants to be asked again is taken at its word. The state is on the
source's row, because a failure writes that row anyway, and because people shall see it. Changing or
checking the provider closes it.
"""

from datetime import datetime, timedelta

from inventory.models import Source
from inventory.providers import ProviderError

FAILURES = 5
SHORTEST = timedelta(seconds=5)
LONGEST = timedelta(seconds=60)


def next_try(failures: int, error: ProviderError, *, now: datetime) -> datetime | None:
    """When a source may be asked again after ``failures`` in a row; None: at any time."""
    if error.retry_after:
        return now + min(LONGEST, timedelta(seconds=error.retry_after))
    if failures < FAILURES:
        return None
    doublings: int = min(failures - FAILURES, 10)
    return now + min(LONGEST, SHORTEST * (1 << doublings))


def is_open(source: Source, now: datetime) -> bool:
    """Whether ``source`` is to be left alone now."""
    return source.retry_at is not None and source.retry_at > now
