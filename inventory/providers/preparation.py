"""Loading the modules of a driver, once in a process and by one thread."""

import threading
from collections.abc import Callable

from gateway.core import turns

Prepare = Callable[[], object]

_lock = threading.Lock()
_locks: dict[Prepare, threading.Lock] = {}  # of what was asked for: a few functions of kinds
_done: set[Prepare] = set()


def prepare_once(prepare: Prepare) -> None:
    """Call ``prepare``, unless it has succeeded before. Raises what it raises.

    It may take seconds. Another thread that needs it waits, and lets others compute meanwhile. So
    does the thread that calls it: no more than one computes outside of a turn then.
    """
    if prepare in _done:
        return
    with turns.waiting(), _lock_of(prepare):
        if prepare not in _done:
            prepare()
            _done.add(prepare)


def _lock_of(prepare: Prepare) -> threading.Lock:
    with _lock:
        return _locks.setdefault(prepare, threading.Lock())
