"""Simulated clouds that answer, and deadlines that pass, when a test says so: by no real clock."""

import threading
from concurrent import futures

from inventory.live import refresh
from inventory.live.wait import Wait
from inventory.providers.simulator.driver import SimulatorDriver

PATIENCE_SECONDS = 60  # of a hang, on a busy machine
LOOK_SECONDS = 0.02


def hold_cloud(monkeypatch, seed):
    """An event: until it is set, simulators with this seed answer no call."""
    released = threading.Event()
    call = SimulatorDriver.call

    def held(driver):
        if driver.place.seed == seed:
            assert released.wait(PATIENCE_SECONDS)
        return call(driver)

    monkeypatch.setattr(SimulatorDriver, "call", held)
    return released


def end_waits(monkeypatch, passed, *, left=None):
    """The deadlines of all requests for lists pass when the event ``passed`` is set.

    ``left``: the seconds that each of them has left before; None: as they are. The deadlines of the
    listings that they wait for stay as they are.
    """
    seconds_left = Wait.seconds_left.fget

    def left_now(wait):
        if passed.is_set():
            return 0.0
        return seconds_left(wait) if left is None else left

    def until_something_happens(waiting):
        futures.wait(
            [wait.future for wait in waiting], LOOK_SECONDS, return_when=futures.FIRST_COMPLETED
        )

    monkeypatch.setattr(Wait, "seconds_left", property(left_now))
    monkeypatch.setattr(refresh, "_until_something_happens", until_something_happens)
