"""How long a job waits before its next attempt: exponential back-off, jitter, and Retry-After."""

import random

from gateway.core.http.retry_after import bounded_seconds
from jobs.conf import BACKOFF_FIRST, BACKOFF_LONGEST


def seconds_before_retry(*, attempt: int, retry_after: float | None = None) -> float:
    """The wait after attempt number ``attempt`` (from 1) has failed; always finite.

    Jitter spreads jobs that failed together. The result is at least ``retry_after``, which is
    bounded to a day; a ``retry_after`` that is not a number is ignored.
    """
    # Beyond 2 ** 30 nothing changes but the size of the number.
    exponential: float = min(BACKOFF_LONGEST, BACKOFF_FIRST * 2 ** min(attempt - 1, 30))
    jittered = exponential * random.uniform(0.5, 1)  # noqa: S311 - nothing secret
    wanted = bounded_seconds(retry_after)
    return jittered if wanted is None else max(jittered, wanted + jittered / 10)
