"""Planned times, compared with Debian's cron when the clocks change."""

from datetime import UTC, datetime

import pytest

from gateway.core.errors import InvalidInput
from jobs.schedule.cron import timetable


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def after(cron, zone, moment, number=3):
    return [f"{found:%m-%d %H:%M}" for found in timetable(cron, zone).coming(utc(moment), number)]


@pytest.mark.parametrize(
    ("cron", "zone", "moment", "times"),
    [
        # 19:00 on weekdays: over a weekend, in winter and in summer
        (
            "0 19 * * mon-fri",
            "Europe/Berlin",
            "2026-01-09T12:00",
            ["01-09 18:00", "01-12 18:00", "01-13 18:00"],
        ),
        (
            "0 19 * * 1-5",
            "Europe/Berlin",
            "2026-07-02T17:00",
            ["07-03 17:00", "07-06 17:00", "07-07 17:00"],
        ),
        ("*/20 7 * * *", "UTC", "2026-01-01T07:25", ["01-01 07:40", "01-02 07:00", "01-02 07:20"]),
        ("30 7 1 * *", "America/New_York", "2026-02-15T00:00", ["03-01 12:30", "04-01 11:30"]),
        # skipped by the clocks, 02:30 comes at once after the change: at 03:00 summer time
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-03-28T12:00",
            ["03-29 01:00", "03-30 00:30", "03-31 00:30"],
        ),
        # two skipped times are one moment, which comes once
        ("30,45 2 29 3 *", "Europe/Berlin", "2026-03-28T12:00", ["03-29 01:00"]),
        # occurring twice, 02:30 comes once
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-10-24T12:00",
            ["10-25 00:30", "10-26 01:30", "10-27 01:30"],
        ),
        # it does not come a second time for a caller that asks between the two
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T01:15", ["10-26 01:30"]),
        # an hourly schedule stays hourly
        (
            "0 * * * *",
            "Europe/Berlin",
            "2026-10-25T00:00",
            ["10-25 01:00", "10-25 02:00", "10-25 03:00"],
        ),
        ("0 12 29 2 *", "UTC", "2026-01-01T00:00", ["02-29 12:00"]),
    ],
)
def test_the_times_after_a_moment(cron, zone, moment, times):
    assert after(cron, zone, moment, len(times)) == times


def test_a_moment_that_is_planned_is_not_after_itself():
    planned = utc("2026-01-05T19:00")
    times = timetable("0 19 * * *", "UTC")

    assert times.first_after(planned) == utc("2026-01-06T19:00")
    assert times.first_after(utc("2026-01-05T18:59")) == planned


def test_the_latest_time_of_a_span():
    times = timetable("0 * * * *", "UTC")

    assert times.last_between(utc("2026-01-01T00:00"), utc("2026-01-01T05:30")) == utc(
        "2026-01-01T05:00"
    )
    assert times.last_between(utc("2026-01-01T04:59"), utc("2026-01-01T05:00")) == utc(
        "2026-01-01T05:00"
    )
    assert times.last_between(utc("2026-01-01T05:00"), utc("2026-01-01T05:59")) is None


def test_in_words():
    words = timetable("0 19 * * mon-fri", "Europe/Berlin").in_words()

    assert words == "At 19:00 on Monday through Friday (Europe/Berlin)"


@pytest.mark.parametrize(
    ("cron", "zone", "field"),
    [
        ("", "UTC", "cron"),
        ("* * * *", "UTC", "cron"),
        ("0 0 19 * * *", "UTC", "cron"),  # seconds
        ("@daily", "UTC", "cron"),
        ("61 * * * *", "UTC", "cron"),
        ("0 19 * * monday", "UTC", "cron"),
        ("0 0 31 2 *", "UTC", "cron"),
        ("0 19 * * *", "Berlin", "timezone"),
        ("0 19 * * *", "", "timezone"),
        ("0 19 * * *", "../../etc/passwd", "timezone"),
        ("0 19 * * *", "localtime", "timezone"),
        ("0 " * 200, "UTC", "cron"),
        ("٣ 19 * * *", "UTC", "cron"),
    ],
)
def test_what_is_no_timetable(cron, zone, field):
    with pytest.raises(InvalidInput) as refused:
        timetable(cron, zone)

    assert refused.value.field == field


def test_the_spaces_between_fields_do_not_matter():
    assert timetable(" 0  19 * *\tmon ", "UTC").cron == "0 19 * * mon"
