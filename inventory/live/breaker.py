"""A source that keeps failing is left alone for a while, so that no request waits for it in vain.

::

    closed ── FAILURES in a row ──► open until retry_at ── the next question ──► one try
       ▲                              ▲                                           │
       └────────── it answers ────────┼───────────────────────────────────────────┤
                                      └───── it fails: twice as long, up to LONGEST

A cloud that throttles is left alone at once: for as long as it asks, up to LONGEST_ASKED, or for
SHORTEST if it does not say how long. The state is on the source's row, because a failure writes
that row anyway, and because users can see it there. Changing the provider closes it.

Lists leave an open source alone. Any other question is asked all the same, and checking the
provider closes it; but not while the cloud itself wants to be left alone: ``waits_for_cloud``.
"""

from datetime import datetime, timedelta

from inventory.live.failures import Failure
from inventory.models import Source
from inventory.providers import ProviderError, ProviderErrorCode

FAILURES = 5
SHORTEST = timedelta(seconds=5)
LONGEST = timedelta(seconds=60)
# GitHub's limits begin anew each hour, and it may ban who goes on asking until then:
# https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
LONGEST_ASKED = timedelta(hours=1)
ROUNDING = timedelta(seconds=1)  # of the columns that an attempt's end is computed from


def next_try(failures: int, error: ProviderError | Failure, *, now: datetime) -> datetime | None:
    """When a source may be asked again after ``failures`` in a row; None: at any time."""
    if error.retry_after:
        return now + min(LONGEST_ASKED, timedelta(seconds=error.retry_after))
    if error.code is ProviderErrorCode.RATE_LIMITED:
        return now + SHORTEST
    return now + pause if (pause := _own_pause(failures)) is not None else None


def is_open(source: Source, now: datetime) -> bool:
    """True if ``source`` is to be left alone now."""
    return source.retry_at is not None and source.retry_at > now


def waits_for_cloud(source: Source, now: datetime) -> bool:
    """True if ``source`` is to be left alone now because its cloud has said so.

    The row has no column for that. It is so if the pause differs from the one that follows from the
    number of failures in a row.
    """
    if not is_open(source, now) or source.error_code not in ProviderErrorCode.__members__:
        return False
    pause = _own_pause(source.failures)
    if source.error_code == ProviderErrorCode.RATE_LIMITED or pause is None:
        return True
    ended_at = (source.attempt_started_at or now) + timedelta(milliseconds=source.duration_ms or 0)
    return source.retry_at is not None and source.retry_at > ended_at + pause + ROUNDING


def _own_pause(failures: int) -> timedelta | None:
    if failures < FAILURES:
        return None
    doublings: int = min(failures - FAILURES, 10)
    return min(LONGEST, SHORTEST * (1 << doublings))
