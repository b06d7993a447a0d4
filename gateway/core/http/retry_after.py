"""How long a server asks its clients to wait: one parser of its headers, ``Retry-After`` first.

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
MOMENT = re.compile(r"[0-9]{10}", re.ASCII)  # in seconds since 1970, from 2001 to 2286
# ``float`` accepts more: "1_000", "1e5", "nan", and digits of other scripts.
NUMBER = re.compile(r"\+?([0-9]+(?:\.[0-9]*)?|\.[0-9]+|inf(?:inity)?)", re.ASCII | re.IGNORECASE)


def retry_after_of(headers: Mapping[str, Any]) -> float | None:
    """The seconds that the headers of a reply ask to wait; None if they are absent or malformed.

    Without ``Retry-After``, it is the time until an exhausted limit is reset: see ``reset_of``. A
    date is compared with the reply's own ``Date``, so the clocks need not agree.
    """
    values = {str(name).lower(): value for name, value in headers.items()}
    date = values.get("date")
    now = None if date is None else _moment_of(str(date))
    if (text := values.get("retry-after")) is not None:
        return parse_retry_after(text, now=now)
    reset = reset_of(values)
    return None if reset is None else bounded_seconds(reset - (time.time() if now is None else now))


def reset_of(headers: Mapping[str, Any]) -> float | None:
    """When an exhausted limit is reset, in seconds since 1970; None: no limit is known to be so.

    ``X-RateLimit-Remaining`` and ``X-RateLimit-Reset``, as GitHub documents them:
    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api. Some servers
    have a number of seconds from now in the second one: it is too small to be a time.
    """
    values = {str(name).lower(): str(value).strip() for name, value in headers.items()}
    reset = values.get("x-ratelimit-reset", "")
    is_used_up = values.get("x-ratelimit-remaining") == "0"
    return float(reset) if is_used_up and MOMENT.fullmatch(reset) else None


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
