"""Threads shared by quota: the callers that may begin, those that wait, and their order."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.fair_pool import FairPool
from tests.gateway.core.threadless import no_thread_left

SECONDS = 60  # a bound of a hang, on a busy machine


class Calls:
    """Calls that begin when the pool lets them, and end when the test does."""

    def __init__(self):
        self._ended = {}
        self._changed = threading.Condition()
        self.begun = []  # the shares, in order

    def of(self, share):
        ended = threading.Event()
        self._ended.setdefault(share, []).append(ended)

        def call():
            with self._changed:
                self.begun.append(share)
                self._changed.notify_all()
            ended.wait(SECONDS)

        return call

    def end(self, share):
        self._ended[share].pop(0).set()

    def end_all(self):
        for events in self._ended.values():
            for ended in events:
                ended.set()

    def wait_for(self, count):
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.begun) >= count, SECONDS)


@pytest.fixture
def calls():
    made = Calls()
    yield made
    made.end_all()


def fill(pool, calls, *shares, times):
    for _ in range(times):
        for share in shares:
            pool.submit(share, calls.of(share))


def test_a_call_gives_its_result_or_its_error():
    pool = FairPool(2, "test")

    assert pool.submit(("one",), lambda: 7).result(SECONDS) == 7
    with pytest.raises(ZeroDivisionError):
        pool.submit(("one",), lambda: 1 / 0).result(SECONDS)
    assert not pool._all._parts


@pytest.mark.parametrize(
    ("size", "shares", "begun"), [(40, 1, 10), (39, 10, 30), (2, 1, 1), (1, 1, 1)]
)
def test_some_threads_stay_free_for_a_share_that_runs_nothing(calls, size, shares, begun):
    pool = FairPool(size, "test")

    fill(pool, calls, *[(number,) for number in range(shares)], times=50)

    calls.wait_for(begun)
    assert pool.running == begun
    if begun < size:
        assert pool.submit(("new",), lambda: "here").result(SECONDS) == "here"


def test_shares_that_come_one_after_the_other_leave_threads_to_the_next(calls):
    pool = FairPool(80, "test")
    for number in range(10):
        fill(pool, calls, (number,), times=100)

    calls.wait_for(77)
    assert pool.running == 77
    assert pool.submit(("new",), lambda: "here").result(SECONDS) == "here"


def test_a_part_of_a_share_leaves_threads_to_the_others_of_it(calls):
    pool = FairPool(70, "test")
    fill(pool, calls, ("one", "hanging"), times=50)
    calls.wait_for(10)

    assert pool.submit(("one", "other"), lambda: "here").result(SECONDS) == "here"
    assert pool.running == 10


def test_shares_that_wait_are_served_in_turn(calls):
    pool = FairPool(3, "test", parts=2)
    fill(pool, calls, ("x",), ("y",), ("z",), times=1)  # no thread is free
    calls.wait_for(3)
    for name in ("first", "first", "first", "second"):
        pool.submit((name,), calls.of((name,)))

    calls.end(("x",))
    calls.wait_for(4)
    calls.end(("y",))
    calls.wait_for(5)

    assert calls.begun[3:] == [("first",), ("second",)]


def test_what_waits_is_counted_and_begins_when_a_thread_is_free(calls):
    pool = FairPool(4, "test", parts=2)
    fill(pool, calls, ("one",), times=5)
    calls.wait_for(2)
    assert pool.waiting(("one",)) == 3

    for _ in range(3):
        calls.end(("one",))

    calls.wait_for(5)
    assert pool.waiting(("one",)) == 0


def test_a_call_that_is_canceled_while_it_waits_is_never_made(calls):
    pool = FairPool(2, "test", parts=2)
    fill(pool, calls, ("one",), times=1)
    calls.wait_for(1)
    made = []
    given_up = pool.submit(("one",), lambda: made.append("given up"))
    patient = pool.submit(("one",), lambda: made.append("patient"))

    assert given_up.cancel()
    calls.end(("one",))

    patient.result(SECONDS)
    assert made == ["patient"]


def test_a_call_without_any_thread_fails_and_takes_no_place(monkeypatch):
    """The executor keeps it in its queue, and would make it later."""
    pool, made = FairPool(4, "test"), []
    with no_thread_left(monkeypatch):
        failed = [pool.submit(("one",), lambda: made.append("failed")) for _ in range(9)]
        for one in failed:
            with pytest.raises(RuntimeError, match="start new thread"):
                one.result(SECONDS)
    assert pool.running == 0

    assert pool.submit(("one",), lambda: "here").result(SECONDS) == "here"
    assert pool.submit(("one",), lambda: "again").result(SECONDS) == "again"
    assert made == []
    assert not pool._all._parts


def test_a_call_without_a_thread_of_its_own_waits_for_another(monkeypatch, calls):
    pool = FairPool(40, "test")
    fill(pool, calls, ("one",), times=1)
    calls.wait_for(1)
    with no_thread_left(monkeypatch):
        waiting = pool.submit(("two",), lambda: "made")
        assert not waiting.done()
        calls.end(("one",))

        assert waiting.result(SECONDS) == "made"
    assert pool.submit(("two",), lambda: "more").result(SECONDS) == "more"
    assert pool.running in {0, 1}  # the thread may be about to end its call


def test_a_pool_that_is_shut_down_fails_its_calls(calls):
    pool = FairPool(4, "test")
    fill(pool, calls, ("one",), times=1)
    calls.wait_for(1)
    pool.shutdown()

    with pytest.raises(RuntimeError, match="after shutdown"):
        pool.submit(("two",), lambda: 1).result(SECONDS)


@given(
    st.integers(1, 8),
    st.integers(2, 4),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=40),
)
def test_every_call_is_made_once_and_no_more_run_than_there_are_threads(size, parts, shares):
    pool = FairPool(size, "test", parts=parts)
    lock, running, most, made = threading.Lock(), [0], [0], []

    def call(share):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        made.append(share)
        with lock:
            running[0] -= 1

    futures = [pool.submit(share, lambda share=share: call(share)) for share in shares]
    for future in futures:
        future.result(SECONDS)

    assert sorted(made) == sorted(shares)
    assert most[0] <= size
    pool.shutdown()
