import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.core import redis as redis_module
from gateway.core import token_bucket as module
from gateway.core.token_bucket import Empty, LeasedBuckets, TokenBucket


@pytest.fixture(params=["redis up", "redis down"])
def _either_way(request, settings):
    if request.param == "redis down":
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        redis_module.client.cache_clear()
    yield
    redis_module.client.cache_clear()


@pytest.fixture
def asked(monkeypatch):
    """Each time that Redis is asked, for what."""
    found = []
    plain = LeasedBuckets._from_redis
    monkeypatch.setattr(
        LeasedBuckets,
        "_from_redis",
        lambda self, key, need, want: found.append((need, want)) or plain(self, key, need, want),
    )
    return found


def buckets(*, per_second=0.001, burst=200):
    return LeasedBuckets("test", per_second=per_second, burst=burst)


@pytest.mark.usefixtures("_either_way")
def test_a_bucket_gives_what_is_in_it_and_no_more():
    found = buckets()

    left = [round(found.take("ann", 60)) for _ in range(3)]
    with pytest.raises(Empty) as refused:
        found.take("ann", 60)

    assert left == [140, 80, 20]
    assert refused.value.retry_after == pytest.approx(40 / 0.001, rel=0.01)
    assert round(found.take("ann", 20)) == 0
    assert round(found.take("bob", 60)) == 140


@pytest.mark.usefixtures("_either_way")
def test_a_bucket_refills():
    found = buckets(per_second=1000, burst=100)
    found.take("ann", 100)

    time.sleep(0.15)

    assert found.take("ann", 90) >= 0


def test_most_requests_ask_redis_nothing(asked):
    found = buckets(burst=20_000)

    for _ in range(500):
        found.take("ann", 2)

    assert asked == [(2, 1000)]
    found.take("ann", 2)
    assert asked == [(2, 1000), (2, 1000)]


def test_what_is_held_is_spent_first(asked):
    found = buckets(burst=2000)

    found.take("ann", 60)
    found.take("ann", 500)

    assert asked == [(60, 100), (460, 460)]


def test_processes_share_a_bucket():
    here, there = buckets(), buckets()

    here.take("ann", 90)
    there.take("ann", 90)

    for each in (here, there):
        with pytest.raises(Empty):
            each.take("ann", 90)


def test_what_is_refused_costs_nothing():
    found = buckets()
    found.take("ann", 191)

    for _ in range(5):
        with pytest.raises(Empty):
            found.take("ann", 10)

    assert round(found.take("ann", 9)) == 0


def test_a_slice_that_is_not_used_lapses(asked, monkeypatch):
    found = buckets(burst=2000)
    found.take("ann", 1)
    monkeypatch.setattr(module, "LEASE_SECONDS", -1)

    found.take("ann", 1)

    assert asked == [(1, 100), (1, 100)]


def test_threads_together_take_no_more_than_there_is():
    found = buckets(burst=1000)

    def taken(_):
        try:
            found.take("ann", 7)
        except Empty:
            return 0
        return 7

    with ThreadPoolExecutor(16) as pool:
        total = sum(pool.map(taken, range(400)))

    assert 1000 - 7 - 16 * 50 <= total <= 1000


def test_of_the_latest_keys_alone_a_process_knows_something(monkeypatch):
    monkeypatch.setattr(module, "MOST_KEYS", 3)
    found = buckets()
    for number in range(5):
        found.take(f"user-{number}", 1)
    found.take("user-2", 60)  # its slice is spent: another one is taken
    found.take("ann", 1)

    assert found._leases.keys() == {"user-4", "user-2", "ann"}


def test_without_redis_a_process_knows_the_latest_keys_alone(monkeypatch, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    redis_module.client.cache_clear()
    monkeypatch.setattr(module, "MOST_KEYS", 3)
    found = buckets()
    for number in range(5):
        found.take(f"user-{number}", 1)

    assert found._own.keys() == {"user-2", "user-3", "user-4"}
    redis_module.client.cache_clear()


def test_tokens_that_are_yet_to_drip_in_are_promised_for_a_wait():
    bucket = TokenBucket("test:promised", per_second=0.01, burst=2)

    taken = [bucket.take(1, longest_wait=250) for _ in range(6)]

    assert [round(each.wait) for each in taken] == [0, 0, 100, 200, 300, 300]
    assert [each.tokens for each in taken] == [1, 1, 1, 1, 0, 0]
    assert round(taken[-1].left) == -2
