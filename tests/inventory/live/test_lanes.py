"""A bounded pool in which a hanging source blocks its own lane only."""

import threading
import time

import pytest

from inventory.live.lanes import LANE_WIDTH, Lanes


@pytest.fixture
def hanging():
    """A call that does not return until the test ends, and how often it was made."""
    ended = threading.Event()
    made = []

    def call():
        made.append(True)
        ended.wait(10)

    yield call, made
    ended.set()


def test_a_call_gives_its_result_or_its_error():
    lanes = Lanes()

    assert lanes.submit(1, lambda: 7).result(timeout=2) == 7
    with pytest.raises(ZeroDivisionError):
        lanes.submit(1, lambda: 1 / 0).result(timeout=2)
    assert not lanes._lanes


def test_a_full_lane_makes_others_of_it_wait_and_nobody_else(hanging):
    lanes, (hang, made) = Lanes(), hanging
    for _ in range(LANE_WIDTH):
        lanes.submit(1, hang)

    waiting = lanes.submit(1, lambda: "late")

    assert lanes.submit(2, lambda: "other").result(timeout=2) == "other"
    assert not waiting.done()
    assert len(made) == LANE_WIDTH


def test_who_gave_up_waiting_is_never_called(hanging):
    lanes, (hang, _) = Lanes(), hanging
    calls = []
    for _ in range(LANE_WIDTH - 1):
        lanes.submit(1, hang)
    lanes.submit(1, lambda: time.sleep(0.1))
    given_up = lanes.submit(1, lambda: calls.append("given up"))
    patient = lanes.submit(1, lambda: calls.append("patient"))

    assert given_up.cancel()

    patient.result(timeout=2)
    assert calls == ["patient"]
