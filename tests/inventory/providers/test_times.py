"""Times as clouds write them."""

from datetime import UTC, datetime

import pytest

from inventory.providers.times import moment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-26T12:10:12.000000", datetime(2026, 11, 26, 12, 10, 12, tzinfo=UTC)),
        ("2026-11-26T12:10:12Z", datetime(2026, 11, 26, 12, 10, 12, tzinfo=UTC)),
        ("2026-11-26T04:10:12.000-08:00", datetime(2026, 11, 26, 12, 10, 12, tzinfo=UTC)),
        ("", None),
        ("not-a-date", None),
        (None, None),
        (7, None),
        ({}, None),
    ],
)
def test_a_time_or_none(text, expected):
    assert moment(text) == expected
