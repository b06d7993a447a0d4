"""When a failed attempt is made again: exponential back-off, jitter, and the cloud's own wish."""

import random

from jobs.timing import BACKOFF_FIRST, BACKOFF_LONGEST


def seconds_before_retry(*, attempt: int, retry_after: float | None = None) -> float:
    """How long to wait after attempt number ``attempt`` (from 1) has failed.

    Jitter keeps jobs that failed together from coming back together. ``retry_after`` is never
    undercut.
    """
    # Beyond 2 ** 30 nothing changes but the size of the number.
    exponential: float = min(BACKOFF_LONGEST, BACKOFF_FIRST * 2 ** min(attempt - 1, 30))
    jittered = exponential * random.uniform(0.5, 1)  # noqa: S311 - nothing secret
    return jittered if retry_after is None else max(jittered, retry_after + jittered / 10)
