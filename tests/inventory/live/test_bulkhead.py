"""A bounded pool in which a hanging source blocks its own compartment only."""

import threading
import time

import pytest

from inventory.live.bulkhead import COMPARTMENT_WIDTH, Bulkhead
from inventory.models import Provider, Source
from tests.gateway.core.threadless import no_thread_left

PATIENCE = 60  # seconds; of a hang, on a busy machine


def source(pk, provider=1, owner=1):
    return Source(pk=pk, provider=Provider(pk=provider, owner_id=owner))


@pytest.fixture
def hanging():
    """A call that does not return until the test ends, and how often it was made."""
    ended = threading.Event()
    made = []

    def call():
        made.append(True)
        ended.wait(PATIENCE)

    yield call, made
    ended.set()


def soon(holds):
    """True if ``holds()``, now or when the threads have come so far."""
    give_up = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < give_up:
        time.sleep(0.01)
    return holds()


def test_a_call_gives_its_result_or_its_error():
    bulkhead = Bulkhead()

    assert bulkhead.submit(source(1), lambda: 7).result(PATIENCE) == 7
    with pytest.raises(ZeroDivisionError):
        bulkhead.submit(source(1), lambda: 1 / 0).result(PATIENCE)
    assert soon(lambda: not bulkhead._compartments)


def test_a_full_lane_makes_others_of_it_wait_and_nobody_else(hanging):
    bulkhead, (hang, made) = Bulkhead(), hanging
    for _ in range(COMPARTMENT_WIDTH):
        bulkhead.submit(source(1), hang)

    waiting = bulkhead.submit(source(1), lambda: "late")

    assert bulkhead.submit(source(2), lambda: "other").result(PATIENCE) == "other"
    assert not waiting.done()
    assert soon(lambda: len(made) == COMPARTMENT_WIDTH)


def test_who_gave_up_waiting_is_never_called(hanging):
    bulkhead, (hang, _) = Bulkhead(), hanging
    calls, answered = [], threading.Event()
    for _ in range(COMPARTMENT_WIDTH - 1):
        bulkhead.submit(source(1), hang)
    bulkhead.submit(source(1), lambda: answered.wait(PATIENCE))
    given_up = bulkhead.submit(source(1), lambda: calls.append("given up"))
    patient = bulkhead.submit(source(1), lambda: calls.append("patient"))

    assert given_up.cancel()

    answered.set()
    patient.result(PATIENCE)
    assert calls == ["patient"]


def test_owners_whose_clouds_hang_leave_threads_to_others(settings, hanging):
    """Ten owners with 8 providers of 100 regions each, none of which answers."""
    settings.LIVE_POOL_SIZE = 80
    bulkhead, (hang, made) = Bulkhead(), hanging
    numbers = iter(range(100_000))
    for owner in range(10):
        for provider in range(8):
            for _ in range(100):
                bulkhead.submit_now(source(next(numbers), 8 * owner + provider, owner), hang)

    answers = bulkhead.submit(source(next(numbers), 1000, 1000), lambda: "here").result(PATIENCE)

    assert answers == "here"
    assert soon(lambda: len(made) == 77)


def test_a_provider_that_hangs_leaves_threads_to_others_of_its_owner(settings, hanging):
    settings.LIVE_POOL_SIZE = 70
    bulkhead, (hang, made) = Bulkhead(), hanging
    for number in range(100):
        bulkhead.submit_now(source(number), hang)

    assert bulkhead.submit(source(100, provider=2), lambda: "here").result(PATIENCE) == "here"
    assert soon(lambda: len(made) == 10)


def test_calls_that_no_thread_is_started_for_fail_and_leave_the_compartment(monkeypatch):
    bulkhead = Bulkhead()
    with no_thread_left(monkeypatch):
        for _ in range(3 * COMPARTMENT_WIDTH):
            with pytest.raises(RuntimeError, match="start new thread"):
                bulkhead.submit(source(1), lambda: 7).result(PATIENCE)

    assert not bulkhead._compartments
    assert bulkhead.submit(source(1), lambda: 7).result(PATIENCE) == 7
