"""In a fresh clone, one process of a run compiles the tests and what they import; others wait.

pytest rewrites the assertions of each test module. That, and to compile the packages, takes longer
than all the rest of the collection, and the result is stored for the next process. Processes that
begin at the same moment would each do it.
"""

import importlib.util
import os
import sys
import time
from pathlib import Path

COMPILED = "TESTS_COMPILED"  # the path of a file that exists when the first process is done
WORKER = "PYTEST_XDIST_WORKER"
FIRST = "gw0"
LONGEST_SECONDS = 300.0  # then the others do it too
POLL_SECONDS = 0.1


def plan(directory: Path) -> None:
    """In the process that starts the others: have them wait, if nothing is compiled yet."""
    if WORKER not in os.environ and not sys.dont_write_bytecode and not _is_compiled():
        os.environ[COMPILED] = str(directory / "compiled")


def wait_for_the_first() -> None:
    """In any process, before it imports much."""
    path = os.environ.get(COMPILED)
    if path is None or os.environ.get(WORKER, FIRST) == FIRST:
        return
    give_up = time.monotonic() + LONGEST_SECONDS
    while not Path(path).exists() and time.monotonic() < give_up:
        time.sleep(POLL_SECONDS)


def end_the_wait() -> None:
    """In any process, when it has collected the tests."""
    path = os.environ.get(COMPILED)
    if path is not None and os.environ.get(WORKER) == FIRST:
        Path(path).touch()


def _is_compiled() -> bool:
    """True if pytest has stored a test module of this folder."""
    stored = Path(importlib.util.cache_from_source(str(Path(__file__).parent / "test_maps.py")))
    return any(stored.parent.glob("test_*-pytest-*.pyc"))
