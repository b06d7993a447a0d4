"""Running listings: one round trip claims all sources, and no source waits for another's claim."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from gateway.core.turns import Turns, computing
from inventory.live import claims
from inventory.live.age import Ask
from inventory.live.receipts import SourceStatus
from inventory.live.refresh import refresh
from inventory.live.under_way import UnderWay
from inventory.models import Source
from tests.inventory.factories import make_simulator
from tests.inventory.live.claiming import claim

FIRST, SECOND = SimpleNamespace(pk=1), SimpleNamespace(pk=2)


@pytest.fixture
def held(monkeypatch):
    """Claims of the first source wait until ``held.let_go`` is set; ``held.began``: one waits.

    ``held.passed``: another source was claimed.
    """
    events = {name: threading.Event() for name in ("began", "let_go", "passed")}
    held = SimpleNamespace(asked=[], **events)
    acquire = claims.acquire

    def acquire_later(seconds):
        held.asked.append(sorted(seconds))
        if FIRST.pk in seconds:
            held.began.set()
            assert held.let_go.wait(timeout=20)
        elif seconds:
            held.passed.set()
        return acquire(seconds)

    monkeypatch.setattr(claims, "acquire", acquire_later)
    return held


@pytest.mark.django_db(transaction=True)
def test_a_request_claims_all_its_sources_in_one_round_trip(monkeypatch):
    asked = []
    acquire = claims.acquire
    monkeypatch.setattr(
        claims, "acquire", lambda wanted: asked.append(len(wanted)) or acquire(wanted)
    )
    for number in range(2):
        regions = [f"r{region}" for region in range(4)]
        names = ",".join(regions)
        make_simulator(name=f"p{number}", regions=regions, region_names=names)
    sources = Source.objects.filter(resource="virtual_machines").select_related("provider")

    receipts = refresh([Ask(source, 0) for source in sources])

    assert [receipt.status for receipt in receipts.values()] == [SourceStatus.LIVE] * 8
    assert asked == [8]


def test_claims_that_redis_does_not_answer_hold_up_no_other_source(held):
    under_way = UnderWay()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(under_way.join, [(FIRST, 5)])
        assert held.began.wait(timeout=20)

        other = under_way.join([(SECOND, 5)])[2]

        assert not waiting.done()
        held.let_go.set()
        assert waiting.result(timeout=20)[1].is_new
    assert other.is_new


@pytest.mark.parametrize("whose", ["ours", "another process's"])
def test_who_wants_a_source_that_is_being_claimed_shares_its_flight(held, whose):
    theirs = None
    if whose != "ours":
        held.let_go.set()
        theirs = claim(FIRST.pk, seconds=5).token
        held.let_go.clear()
        held.began.clear()
    held.asked.clear()
    under_way = UnderWay()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(under_way.join, [(FIRST, 5)])
        assert held.began.wait(timeout=20)
        second = pool.submit(under_way.join, [(SECOND, 5), (FIRST, 5)])
        assert held.passed.wait(timeout=20)
        held.let_go.set()
        one, other = first.result(timeout=20)[1], second.result(timeout=20)[1]

    assert sorted(pk for asked in held.asked for pk in asked) == [FIRST.pk, SECOND.pk]
    assert one.call is other.call
    assert (one.call is None) == (theirs is not None)
    assert not other.is_new
    assert {one.holder, other.holder} == {theirs or ""}


def test_a_claim_that_fails_unexpectedly_leaves_its_source_free(monkeypatch):
    under_way = UnderWay()
    acquire = claims.acquire

    def fail(_seconds):
        raise ValueError("a fault of ours")

    monkeypatch.setattr(claims, "acquire", fail)
    with pytest.raises(ValueError, match="a fault of ours"):
        under_way.join([(FIRST, 5)])
    monkeypatch.setattr(claims, "acquire", acquire)

    assert under_way.join([(FIRST, 5)])[1].is_new


def test_a_request_that_waits_for_the_claim_of_another_lets_others_compute(held):
    turns, begun, joining = Turns(1, seconds=3600.0), [], threading.Event()
    other = threading.Event()
    under_way = UnderWay()
    turns.ask(("request",), begun.append)

    def join_in_turn():
        with computing(*begun):
            joining.set()
            return under_way.join([(FIRST, 10.0)])

    with ThreadPoolExecutor(2) as pool:
        try:
            first = pool.submit(under_way.join, [(FIRST, 10.0)])
            assert held.began.wait(timeout=20)
            second = pool.submit(join_in_turn)
            assert joining.wait(timeout=20)
            turns.ask(("other",), lambda turn: (turn.end(), other.set()))
            assert other.wait(timeout=20)
        finally:
            held.let_go.set()

    assert first.result()[FIRST.pk].is_new
    assert not second.result()[FIRST.pk].is_new
