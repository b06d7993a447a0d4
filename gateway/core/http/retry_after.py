"""The ``Retry-After`` header: how long a server asks its clients to wait. The one parser of it.

RFC 9110, section 10.2.3, allows a number of seconds or an HTTP date. Servers also send fractions,
moments in milliseconds, infinity, ISO dates and plain words. Every number that this module returns
is finite, not negative, and at most ``LONGEST_SECONDS``. It raises nothing.
"""

import math
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import mktime_tz, parsedate_tz
from typing import Any

# A longer wait means the same to every caller: not now, and not soon.
LONGEST_SECONDS = 86_400.0
# No valid value is longer. It bounds the work that a server can cause.
LONGEST_TEXT = 400
# ``float`` accepts more: "1_000", "1e5", "nan", and digits of other scripts.
NUMBER = re.compile(r"\+?([0-9]+(?:\.[0-9]*)?|\.[0-9]+|inf(?:inity)?)", re.ASCII | re.IGNORECASE)


def retry_after_of(headers: Mapping[str, Any]) -> float | None:
    """The seconds that the headers of a reply ask to wait; None if they do not say so readably.

    A date is compared with the reply's own ``Date``, so the clocks need not agree.
    """
    values = {str(name).lower(): value for name, value in headers.items()}
    if (text := values.get("retry-after")) is None:
        return None
    date = values.get("date")
    return parse_retry_after(text, now=None if date is None else _moment_of(str(date)))


def parse_retry_after(text: Any, *, now: float | None = None) -> float | None:
    """The seconds that a value of the header means; None for a value that means none.

    ``now``: seconds since 1970 at the server; None: by this machine's clock.
    """
    value = str(text).strip()
    if not value or len(value) > LONGEST_TEXT:
        return None
    if number := NUMBER.fullmatch(value):
        return bounded_seconds(float(number[1]))
    moment = _moment_of(value)
    return (
        None if moment is None else bounded_seconds(moment - (time.time() if now is None else now))
    )


def bounded_seconds(seconds: float | None, *, longest: float = LONGEST_SECONDS) -> float | None:
    """``seconds`` between 0 and ``longest``; None for None and for NaN."""
    if seconds is None or (isinstance(seconds, float) and math.isnan(seconds)):
        return None
    return float(min(longest, max(0.0, seconds)))


def _moment_of(text: str) -> float | None:
    """The seconds since 1970 of an HTTP date or an ISO date; None for any other text."""
    if not text.isascii() or len(text) > LONGEST_TEXT:
        return None
    try:
        if (parts := parsedate_tz(text)) is not None:
            return float(mktime_tz(parts))
    except (ValueError, OverflowError, IndexError, TypeError):  # a date that no calendar has
        return None
    return _iso_moment(text)


def _iso_moment(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None
