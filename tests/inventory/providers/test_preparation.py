"""Loading a driver: one thread does it, and those that wait for it let others compute."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from gateway.core.turns import Turns, computing
from inventory.providers.preparation import prepare_once

SECONDS = 60  # a bound of a hang, on a busy machine
LONG = 3600.0  # of a turn that does not end by itself


def begun_turn(turns):
    began, begun = threading.Event(), []
    turns.ask(("request",), lambda turn: (begun.append(turn), began.set()))
    assert began.wait(SECONDS)
    return begun[0]


def test_threads_that_need_the_same_driver_load_it_once_and_let_others_compute():
    turns = Turns(1, seconds=LONG)
    calls, loading, go_on, needed = [], threading.Event(), threading.Event(), threading.Event()

    def prepare():
        calls.append(1)
        loading.set()
        assert go_on.wait(SECONDS)

    def request(asked):
        with computing(begun_turn(turns)):
            asked.set()
            prepare_once(prepare)
            return len(calls)

    with ThreadPoolExecutor(2) as pool:
        try:
            first = pool.submit(request, threading.Event())
            assert loading.wait(SECONDS)
            second = pool.submit(request, needed)
            assert needed.wait(SECONDS)
            begun_turn(turns).end()  # neither keeps the only one
        finally:
            go_on.set()

    assert [first.result(), second.result()] == [1, 1]
    prepare_once(prepare)
    assert calls == [1]


def test_a_driver_that_could_not_be_loaded_is_loaded_again():
    numbers = count()

    def prepare():
        if next(numbers) == 0:
            raise ImportError("No module named here")

    with pytest.raises(ImportError, match="No module named here"):
        prepare_once(prepare)
    prepare_once(prepare)
    prepare_once(prepare)

    assert next(numbers) == 2
