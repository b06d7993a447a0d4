"""Retry-After becomes a usable number of seconds, whatever text a server sends."""

import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.http.retry_after import (
    LONGEST_SECONDS,
    bounded_seconds,
    parse_retry_after,
    retry_after_of,
)

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def at_noon(text):
    return parse_retry_after(text, now=NOON.timestamp())


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("+7", 7),
        ("007", 7),
        ("1.5", 1.5),
        (".5", 0.5),
        ("0", 0),
        (12, 12),
        ("86400", 86400),
        ("1795826204000", LONGEST_SECONDS),  # a moment in milliseconds
        ("9" * 30, LONGEST_SECONDS),
        ("9" * 390, LONGEST_SECONDS),
        ("inf", LONGEST_SECONDS),
        ("Infinity", LONGEST_SECONDS),
    ],
)
def test_a_number_of_seconds_is_taken_up_to_a_day(text, seconds):
    assert parse_retry_after(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "soon",
        "nan",
        "-5",
        "-inf",
        "-0.1",
        "0x10",
        "1e5",
        "1_000",
        "1,000",
        "5, 10",
        "٣",  # a digit to float
        "²",
        "5\x00",
        "5 s",
        "\ud800",
        "9" * 500,
        None,
        b"7",
        [],
        "Fri, 31 Foo 2026 23:59:59 GMT",
        "Fri, 31 Dec 99999999999999999999 23:59:59 GMT",
        "Fri, 31 Feb 2026 23:59:59 GMT",
        "2026-13-41T00:00:00Z",
    ],
)
def test_any_other_text_means_nothing(text):
    assert at_noon(text) is None or 0 <= at_noon(text) <= LONGEST_SECONDS


@pytest.mark.parametrize("text", ["", "soon", "nan", "-5", "0x10", "1e5", "1_000", "٣", "9" * 500])
def test_what_is_no_number_of_seconds_is_ignored(text):
    assert parse_retry_after(text) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Sat, 28 Nov 2026 12:00:30 GMT", 30),
        ("Saturday, 28-Nov-26 12:00:30 GMT", 30),  # RFC 850
        ("Sat Nov 28 12:00:30 2026", 30),  # asctime
        ("Sat, 28 Nov 2026 14:00:30 +0200", 30),
        ("Sat, 28 Nov 2026 07:00:30 EST", 30),
        ("Sat, 28 Nov 2026 11:59:30 GMT", 0),  # past
        ("Sat, 28 Nov 2020 12:00:00 GMT", 0),
        ("Sat, 28 Nov 2099 12:00:00 GMT", LONGEST_SECONDS),
        ("2026-11-28T12:00:30Z", 30),
        ("2026-11-28T13:00:30+01:00", 30),
    ],
)
def test_a_date_means_the_time_until_then(text, seconds):
    assert at_noon(text) == seconds


def test_a_date_is_compared_with_the_reply_s_own_clock():
    there = NOON - timedelta(days=400)  # a cloud whose clock is wrong
    headers = {
        "Retry-After": format_datetime(there + timedelta(seconds=20), usegmt=True),
        "DATE": format_datetime(there, usegmt=True),
    }

    assert retry_after_of(headers) == 20


def test_headers_without_it_say_nothing():
    assert retry_after_of({"Date": "x", "Content-Type": "text/plain"}) is None


def is_sound(seconds):
    return seconds is None or (math.isfinite(seconds) and 0 <= seconds <= LONGEST_SECONDS)


@given(st.text())
def test_no_text_raises_or_leaves_the_bounds(text):
    assert is_sound(parse_retry_after(text))
    assert is_sound(retry_after_of({"retry-after": text, "date": text}))


@given(
    st.from_regex(
        r"\A[A-Z][a-z]{2}, ?[0-9]{1,9}[ -][A-Za-z]{3}[ -][0-9]{1,12} [0-9:]{1,12} [A-Z+0-9-]*\Z"
    )
)
def test_no_date_raises_or_leaves_the_bounds(text):
    assert is_sound(parse_retry_after(text))


@given(st.floats() | st.integers() | st.just(10**400))
def test_no_number_raises_or_leaves_the_bounds(number):
    assert is_sound(parse_retry_after(str(number)))
    assert is_sound(bounded_seconds(number))


@given(st.datetimes(min_value=datetime(1980, 1, 1), timezones=st.timezones()))  # noqa: DTZ001
def test_every_moment_is_understood(moment):
    text = format_datetime(moment)
    expected = min(LONGEST_SECONDS, max(0.0, (moment - NOON).total_seconds() // 1))

    assert abs(at_noon(text) - expected) <= 1
