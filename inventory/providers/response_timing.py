"""The timing of a reply: the time that the gateway waited, and the time of the cloud's clock."""

import time
from dataclasses import dataclass
from email.utils import mktime_tz, parsedate_tz

import requests

# A Date names a whole second that has begun: RFC 9110, section 6.6.1.
HALF_A_SECOND = 0.5


@dataclass(frozen=True, slots=True)
class ResponseTiming:
    """``seconds``: from sending a request to the head of its reply.

    ``clock_ahead``: by how many seconds the other clock is ahead of ours, within about one; None:
    the reply does not say.
    """

    seconds: float
    clock_ahead: float | None


def timing_of(response: requests.Response, seconds: float) -> ResponseTiming:
    """``response`` has just come in, ``seconds`` after its request was sent."""
    return ResponseTiming(seconds, _clock_ahead(response, seconds))


def _clock_ahead(response: requests.Response, seconds: float) -> float | None:
    if "age" in response.headers:  # a cache's copy: its Date is of another time
        return None
    date = parsedate_tz(response.headers.get("date", ""))
    if date is None:
        return None
    try:
        there = mktime_tz(date) + HALF_A_SECOND
    except (OverflowError, ValueError):  # a year that no clock has
        return None
    return there - (time.time() - seconds / 2)
