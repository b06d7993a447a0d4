"""One listing of a source at a time, across processes."""

import time

from inventory.live import claims
from inventory.live.claims import ReleaseWatch


def test_a_second_process_gets_no_claim():
    token = claims.acquire(1, seconds=5)

    assert token
    assert claims.acquire(1, seconds=5) is None
    assert claims.acquire(2, seconds=5)


def test_a_released_claim_is_free_again():
    claims.release(1, claims.acquire(1, seconds=5))

    assert claims.acquire(1, seconds=5)


def test_a_claim_that_lapsed_and_was_taken_by_another_is_theirs():
    late = claims.acquire(1, seconds=0.03)
    time.sleep(0.05)
    theirs = claims.acquire(1, seconds=5)

    claims.release(1, late)

    assert theirs
    assert claims.acquire(1, seconds=5) is None


def test_a_watch_tells_when_a_claim_ends():
    token = claims.acquire(1, seconds=5)
    watch = ReleaseWatch()
    released = watch.released(1)
    assert not released.done()

    claims.release(1, token)

    released.result(timeout=2)


def test_a_watch_tells_when_the_claim_of_a_dead_process_lapses():
    claims.acquire(1, seconds=0.1)

    ReleaseWatch().released(1).result(timeout=2)


def test_without_redis_every_process_asks_for_itself(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    claims.client.cache_clear()

    token = claims.acquire(1, seconds=5)

    assert token == claims.UNCLAIMED
    claims.release(1, token)
    ReleaseWatch().released(1).result(timeout=2)
