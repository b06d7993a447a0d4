"""The first process of a run compiles, and the others wait: see tests/compiling.py."""

import sys
import threading

import pytest

from tests import compiling


@pytest.fixture(autouse=True)
def _outside(monkeypatch):
    """As in the process that starts the others, of a clone in which nothing is compiled."""
    for name in (compiling.WORKER, compiling.COMPILED):
        monkeypatch.setenv(name, "")  # so that it is as before after the test
        monkeypatch.delenv(name)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(compiling, "_is_compiled", lambda: False)


def waiting():
    """A thread that waits as a process would."""
    thread = threading.Thread(target=compiling.wait_for_the_first, daemon=True)
    thread.start()
    return thread


def test_the_others_wait_until_the_first_one_has_collected(monkeypatch, tmp_path):
    compiling.plan(tmp_path)
    monkeypatch.setenv(compiling.WORKER, "gw1")
    other = waiting()
    compiling.end_the_wait()  # of another process: it is not the first one's
    assert not (tmp_path / "compiled").exists()
    assert other.is_alive()

    monkeypatch.setenv(compiling.WORKER, compiling.FIRST)
    compiling.end_the_wait()

    other.join(60)
    assert not other.is_alive()


@pytest.mark.parametrize("worker", [compiling.FIRST, None])
def test_the_first_one_and_one_without_others_wait_for_nobody(monkeypatch, tmp_path, worker):
    compiling.plan(tmp_path)
    if worker is not None:
        monkeypatch.setenv(compiling.WORKER, worker)

    compiling.wait_for_the_first()


@pytest.mark.parametrize("reason", ["compiled", "stores nothing"])
def test_nobody_waits_where_it_would_bring_nothing(monkeypatch, tmp_path, reason):
    if reason == "compiled":
        monkeypatch.setattr(compiling, "_is_compiled", lambda: True)
    else:
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
    compiling.plan(tmp_path)
    monkeypatch.setenv(compiling.WORKER, "gw1")

    compiling.wait_for_the_first()
