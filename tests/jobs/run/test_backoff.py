import math

import pytest

from jobs.run.backoff import seconds_before_retry


@pytest.mark.parametrize(
    ("attempt", "longest"), [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (8, 60), (10_000, 60)]
)
def test_each_wait_is_twice_the_one_before_up_to_a_minute_less_some_jitter(attempt, longest):
    waits = [seconds_before_retry(attempt=attempt) for _ in range(50)]

    assert all(longest / 2 <= wait <= longest for wait in waits)
    assert len(set(waits)) > 1


def test_the_cloud_s_own_wish_is_never_undercut():
    waits = [seconds_before_retry(attempt=1, retry_after=30) for _ in range(50)]

    assert all(30 < wait <= 31 for wait in waits)


def test_a_wish_shorter_than_our_own_wait_does_not_shorten_it():
    assert seconds_before_retry(attempt=7, retry_after=1) >= 30


@pytest.mark.parametrize("retry_after", [math.inf, -math.inf, math.nan, 1e308, 10**400, -5.0])
def test_every_wait_is_finite_and_at_most_a_day_and_the_jitter(retry_after):
    seconds = seconds_before_retry(attempt=3, retry_after=retry_after)

    assert 2 <= seconds <= 86_400 + 4
