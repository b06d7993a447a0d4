import threading
from concurrent.futures import Future

import pytest

from gateway.core.asked_for import asking_for, current_owner
from gateway.core.shared_calls import NoThread, SharedCalls

PATIENCE = 30  # seconds, of a test that fails


@pytest.fixture
def hang():
    """A call that ends with the test."""
    ended = threading.Event()
    yield lambda: ended.wait(PATIENCE)
    ended.set()


def fill(calls, owner, hang):
    """Begin calls until no further one begins; returns the number of the owner's calls."""
    begun = 0
    with asking_for(owner):
        while True:
            try:
                calls.begin((owner, begun), hang)
            except NoThread:
                return begun
            begun += 1


def test_one_owner_s_calls_that_hang_leave_threads_to_all_others(hang):
    calls = SharedCalls(256, "test")

    assert fill(calls, "greedy", hang) == 64
    others = [fill(calls, owner, hang) for owner in range(10)]
    assert min(others) >= 3
    with asking_for("late"):
        assert calls.begin("late", lambda: 1).result(PATIENCE) == 1


def test_what_the_gateway_itself_asks_has_a_share_too(hang):
    calls = SharedCalls(8, "test")

    assert fill(calls, "greedy", hang) == 2
    assert calls.begin("own", lambda: 1).result(PATIENCE) == 1


def test_who_wants_the_same_shares_the_call_whoever_it_is():
    calls, go_on, made = SharedCalls(8, "test"), threading.Event(), []

    def call():
        made.append(current_owner())
        go_on.wait(PATIENCE)
        return "found"

    with asking_for("ada"):
        first = calls.begin("key", call)
    with asking_for("bob"):
        second = calls.begin("key", call)
    go_on.set()

    assert (first.result(PATIENCE), second.result(PATIENCE)) == ("found", "found")
    assert made == ["ada"]


def test_a_call_that_ended_frees_its_thread_and_its_key():
    calls = SharedCalls(4, "test")  # one for each owner

    for number in range(5):
        assert calls.begin("key", lambda number=number: number).result(PATIENCE) == number


def test_what_a_call_raises_is_raised_to_those_who_wait():
    calls = SharedCalls(4, "test")

    def fail():
        raise OSError("no such name")

    for _ in range(5):
        with pytest.raises(OSError, match="no such name"):
            calls.begin("key", fail).result(PATIENCE)


def test_a_thread_that_cannot_be_started_leaves_nobody_waiting(monkeypatch):
    calls, made = SharedCalls(4, "test"), []
    joined = []

    def refused(_thread):
        joined.append(calls.begin("key", lambda: made.append("joined")))
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refused)
        with pytest.raises(NoThread, match="can't start new thread"):
            calls.begin("key", lambda: made.append("first"))

    assert isinstance(joined[0], Future)
    with pytest.raises(NoThread):
        joined[0].result(timeout=0)
    calls.begin("key", lambda: made.append("later")).result(PATIENCE)
    assert made == ["later"]
