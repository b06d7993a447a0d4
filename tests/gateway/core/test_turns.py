"""Turns to compute: how many threads have one, when a turn ends, and whose is the next."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core import turns as module
from gateway.core.fair_pool import FairPool
from gateway.core.turns import Turns, computing, waiting
from tests.gateway.core.threadless import no_thread_left

SECONDS = 5  # a bound of a hang, on a busy machine
LONG = 3600.0  # of a turn that does not end by itself


def asked(turns, *shares):
    """The list to which the turns of these shares are added when they begin."""
    begun = []
    for share in shares:
        turns.ask(share, begun.append)
    return begun


def shares_of(begun):
    return [turn.share for turn in begun]


def test_as_many_turns_begin_as_may_and_one_more_for_each_that_ends():
    turns = Turns(2, seconds=LONG)
    begun = asked(turns, ("a",), ("a",), ("a",), ("a",))
    assert len(begun) == 2

    begun[0].end()
    assert len(begun) == 3
    begun[0].end()  # it has ended before
    assert len(begun) == 3


def test_shares_get_their_turns_one_after_the_other():
    turns = Turns(1, seconds=LONG)
    begun = asked(turns, *[("many", 1)] * 3, *[("many", 2)] * 2, ("few",))

    for number in range(5):
        begun[number].end()

    assert shares_of(begun) == [
        ("many", 1),
        ("many", 1),
        ("few",),
        ("many", 2),
        ("many", 1),
        ("many", 2),
    ]


def test_a_turn_that_does_not_end_delays_the_others_by_its_seconds_at_most():
    turns = Turns(1, seconds=0.05)
    began = threading.Event()
    turns.ask(("hangs",), lambda _: None)

    turns.ask(("waits",), lambda _: began.set())

    assert not began.is_set()
    assert began.wait(SECONDS)


def test_nothing_watches_when_no_turn_is_waited_for():
    turns = Turns(1, seconds=0.02)
    begun = asked(turns, ("a",), ("a",))
    until = time.monotonic() + SECONDS
    while turns._is_watched and time.monotonic() < until:
        time.sleep(0.01)

    assert len(begun) == 2
    assert not turns._is_watched
    more = asked(turns, ("a",), ("b",), ("c",))
    while len(more) < 3 and time.monotonic() < until:
        time.sleep(0.01)
    assert len(more) == 3


def test_one_thread_watches_when_more_are_asked_for_while_it_gives_the_last_one(monkeypatch):
    turns = Turns(1, seconds=0.02)
    watching, asked_more = [], threading.Event()

    def ask_more(_):
        """The thread that watches calls it when none waits any more; another one is started."""
        watching.append(threading.current_thread())
        monkeypatch.setattr(turns, "_seconds", LONG)
        asked(turns, ("more",))
        asked_more.set()

    turns.ask(("hangs",), lambda _: None)
    turns.ask(("next",), ask_more)
    assert asked_more.wait(SECONDS)

    assert turns._is_watched
    watching[0].join(SECONDS)
    assert not watching[0].is_alive()


def test_a_turn_that_fails_to_begin_delays_no_other(caplog):
    turns = Turns(2, seconds=LONG)
    first, second = asked(turns, ("a",), ("a",))

    def fail(_):
        raise MemoryError("No memory is left")

    turns.ask(("fails",), fail)
    begun = asked(turns, ("b",))
    first.end()

    assert shares_of(begun) == [("b",)]
    assert "No memory is left" in caplog.text
    more = asked(turns, ("c",))
    second.end()
    assert shares_of(more) == [("c",)]


def test_the_thread_that_watches_survives_a_turn_that_fails_to_begin():
    turns = Turns(1, seconds=0.02)
    began = threading.Event()

    def fail(_):
        raise MemoryError

    turns.ask(("hangs",), lambda _: None)
    turns.ask(("fails",), fail)
    turns.ask(("waits",), lambda _: None)
    turns.ask(("last",), lambda _: began.set())

    assert began.wait(SECONDS)


def test_a_thread_that_waits_holds_no_connection_of_the_database(monkeypatch):
    turns = Turns(1, seconds=LONG)
    released = []
    monkeypatch.setattr(module, "release_connection", lambda: released.append(1))
    (turn,) = asked(turns, ("a",))

    with waiting():
        assert not released  # a thread without a turn keeps it
    with computing(turn):
        with waiting():
            assert len(released) == 1
        assert len(released) == 1


def test_without_another_thread_the_turns_that_end_give_the_next_ones(monkeypatch):
    turns = Turns(1, seconds=LONG)
    with no_thread_left(monkeypatch):
        begun = asked(turns, ("a",), ("a",), ("b",))
        begun[0].end()

    assert shares_of(begun) == [("a",), ("a",)]
    begun[1].end()
    assert shares_of(begun)[-1] == ("b",)


def test_a_thread_that_waits_lets_another_compute_and_takes_a_turn_afterwards():
    turns = Turns(1, seconds=LONG)
    (first,) = asked(turns, ("first",))

    with computing(first):
        with waiting():
            (second,) = asked(turns, ("second",))
            threading.Timer(0.05, second.end).start()
        third = asked(turns, ("third",))
        assert not third

    assert shares_of(third) == [("third",)]


def test_a_thread_takes_its_turn_again_when_its_wait_failed():
    turns = Turns(1, seconds=LONG)
    (turn,) = asked(turns, ("a",))

    with computing(turn):
        with pytest.raises(ZeroDivisionError), waiting():
            1 / 0  # noqa: B018 - it fails
        later = asked(turns, ("b",))
        assert not later

    assert later


def test_a_wait_within_a_wait_takes_one_turn():
    turns = Turns(1, seconds=LONG)
    (turn,) = asked(turns, ("a",))

    with computing(turn):
        with waiting(), waiting():
            asked(turns, ("b",))[0].end()
        later = asked(turns, ("c",))
        assert not later

    assert later
    with waiting():  # this thread has no turn any more
        pass
    assert getattr(module._thread, "turn", None) is None


@given(
    st.integers(1, 3),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 2)), max_size=30),
)
def test_every_call_of_a_pool_is_made_and_no_more_compute_than_may(most, calls):
    turns = Turns(most, seconds=LONG)
    pool = FairPool(8, "test", turns=turns)
    lock, computing_now, seen, made = threading.Lock(), [0], [0], []

    def compute():
        with lock:
            computing_now[0] += 1
            seen[0] = max(seen[0], computing_now[0])
        time.sleep(0)
        with lock:
            computing_now[0] -= 1

    def call(key, waits):
        compute()
        for _ in range(waits):
            with waiting():
                time.sleep(0)
            compute()
        made.append(key)

    futures = [
        pool.submit((user, part), lambda key=(user, part), waits=waits: call(key, waits))
        for user, part, waits in calls
    ]
    for future in futures:
        future.result(SECONDS)

    assert sorted(made) == sorted((user, part) for user, part, _ in calls)
    assert seen[0] <= most
    pool.shutdown()


def test_a_pool_that_is_shut_down_fails_what_waits_for_its_turn():
    turns = Turns(1, seconds=LONG)
    (other,) = asked(turns, ("other",))
    pool = FairPool(8, "test", turns=turns)
    made = []
    future = pool.submit(("a",), lambda: made.append("a"))

    pool.shutdown()
    other.end()

    with pytest.raises(RuntimeError, match="after shutdown"):
        future.result(SECONDS)
    assert not made
    assert asked(turns, ("next",))


def test_the_turn_of_a_call_without_a_thread_ends(monkeypatch):
    turns = Turns(1, seconds=LONG)
    pool = FairPool(8, "test", turns=turns)
    with no_thread_left(monkeypatch):
        failed = pool.submit(("a",), lambda: "made")
        with pytest.raises(RuntimeError, match="new thread"):
            failed.result(SECONDS)

    assert pool.submit(("a",), lambda: "made").result(SECONDS) == "made"


def test_a_call_is_made_by_a_thread_that_is_free_when_no_more_can_be_started(monkeypatch):
    pool = FairPool(8, "test", turns=Turns(2, seconds=LONG))
    at_work, go_on = threading.Event(), threading.Event()
    first = pool.submit(("a",), lambda: at_work.set() or go_on.wait(SECONDS))
    assert at_work.wait(SECONDS)

    with no_thread_left(monkeypatch):
        second = pool.submit(("b",), lambda: "made")
        go_on.set()

        assert first.result(SECONDS)
        assert second.result(SECONDS) == "made"
