"""A source is listed once at a time, across processes."""

import time

from inventory.live import claims
from inventory.live.claims import ReleaseWatch
from tests.inventory.live.claiming import claim

LONG = 60  # seconds; longer than a busy machine takes


def test_a_second_process_gets_no_claim_and_learns_whose_it_is():
    first = claim(1, seconds=LONG)

    second = claim(1, seconds=LONG)

    assert first.is_ours
    assert not second.is_ours
    assert second.token == first.token
    assert claim(2, seconds=LONG).is_ours


def test_several_sources_are_claimed_at_once_each_for_itself():
    theirs = claim(2, seconds=LONG)

    found = claims.acquire({1: LONG, 2: LONG, 3: LONG})

    assert {source_id: each.is_ours for source_id, each in found.items()} == {
        1: True,
        2: False,
        3: True,
    }
    assert found[2].token == theirs.token
    assert claim(3, seconds=LONG).token == found[3].token
    assert claims.acquire({}) == {}


def test_a_released_claim_is_free_again():
    claims.release(1, claim(1, seconds=LONG).token)

    assert claim(1, seconds=LONG).is_ours


def test_a_claim_that_lapsed_and_was_taken_by_another_is_theirs():
    late = claim(1, seconds=0.03)
    time.sleep(0.05)
    theirs = claim(1, seconds=LONG)

    claims.release(1, late.token)

    assert theirs.is_ours
    assert not claim(1, seconds=LONG).is_ours


def test_a_watch_tells_when_a_claim_ends():
    token = claim(1, seconds=LONG).token
    watch = ReleaseWatch()
    released = watch.released(1, token)
    assert not released.done()

    claims.release(1, token)

    released.result(LONG)


def test_a_watch_tells_when_another_claim_has_followed():
    token = claim(1, seconds=LONG).token
    watch = ReleaseWatch()
    released = watch.released(1, token)

    claims.client().set(claims._key(1), "the next")

    released.result(LONG)
    following = watch.released(1, "the next")
    assert not following.done()
    claims.release(1, "the next")
    following.result(LONG)


def test_a_watch_tells_when_the_claim_of_a_dead_process_lapses():
    token = claim(1, seconds=0.1).token

    ReleaseWatch().released(1, token).result(LONG)


def test_without_redis_every_process_asks_for_itself(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    claims.client.cache_clear()

    found = claims.acquire({1: LONG, 2: LONG})

    assert {each.token for each in found.values()} == {claims.UNCLAIMED}
    assert all(each.is_ours for each in found.values())
    claims.release(1, claims.UNCLAIMED)
    ReleaseWatch().released(1, "a token").result(LONG)
