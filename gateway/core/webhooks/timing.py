"""The times and limits of attempts to send to webhooks. Times are in seconds."""

import random
from datetime import datetime, timedelta

from gateway.core.http.retry_after import bounded_seconds

# The time limit of one attempt, from the look-up of the name to the status of the answer. The
# specification recommends 15 to 30 seconds.
ATTEMPT_SECONDS = 15.0
# Waits after attempts 1, 2, 3 …, as the specification has them at the beginning. Eight attempts
# take 23.6 hours. Each wait is shortened at random by up to a tenth.
WAITS = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 28_800.0, 28_800.0)
MOST_ATTEMPTS = len(WAITS) + 1
JITTER = 0.1
LONGEST = timedelta(hours=24)  # a delivery that waited longer has failed

# After so many failures in a row, the gateway pauses between two attempts to send to the webhook,
# for all its deliveries: 10 s at first, then twice as long each time.
PATIENCE = 3
FIRST_PAUSE = 10.0
LONGEST_PAUSE = 1800.0
# After so many it is paused: about 20 hours, with the waits above.
MOST_FAILURES = 50

# A lease is renewed before each attempt, so it outlives one.
LEASE = timedelta(seconds=2 * ATTEMPT_SECONDS)
MOST_IN_A_ROW = 50  # attempts of one thread; then other webhooks have their turn
MOST_PENDING = 10_000  # deliveries that wait for one webhook; with more it is paused
MOST_OF_ONE_OWNER = 20  # webhooks
PREVIOUS_SECRET = timedelta(hours=24)


def next_attempt(
    attempts: int, *, created_at: datetime, now: datetime, retry_after: float | None = None
) -> datetime | None:
    """When to try again after ``attempts`` that failed; None: no more.

    ``retry_after``: seconds for which the endpoint asked to be left alone.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    wait = WAITS[attempts - 1] * random.uniform(1 - JITTER, 1)  # noqa: S311 - no secret
    wait = max(wait, bounded_seconds(retry_after, longest=LONGEST_PAUSE) or 0.0)
    at = now + timedelta(seconds=wait)
    return at if at < created_at + LONGEST else None


def pause_after(failures: int, *, now: datetime) -> datetime | None:
    """The end of the pause of a webhook after ``failures`` in a row; None: no pause."""
    if failures < PATIENCE:
        return None
    seconds = min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(failures - PATIENCE, 20)))
    return now + timedelta(seconds=seconds)
