"""Processes of an earlier run whose runner has ended.

Every process of a run has a mark in its environment: the directory of the run. The mark is there
from the first instant. The children of the process (a web server's workers) inherit it, and another
process that gets the same process id later does not have it. So there is no file that could be
stale, and no foreign process is ever ended.

Only Redis overwrites its environment with its title. It is recognized by its name and its working
directory, which is the directory of the run.
"""

import os
import time
from collections.abc import Collection
from pathlib import Path

import psutil

from gateway.run.install import REDIS_NAMES

MARK = "GATEWAY_RUN_DIR"
PATIENCE_SECONDS = 4.0
POLL_SECONDS = 0.02


def end_marked(
    run_dir: Path, *, keep: Collection[int] = (), patience: float = PATIENCE_SECONDS
) -> list[int]:
    """End every process marked with ``run_dir`` but those whose pids are in ``keep``.

    It sends SIGTERM, and SIGKILL after ``patience`` seconds. Returns the pids that it ended. Call
    it only inside of ``only_instance``: then a marked process is a left-over or one of this run.
    """
    processes = [process for process in find_marked(run_dir) if process.pid not in keep]
    _signal(processes, "terminate")
    _signal(_wait(processes, patience), "kill")
    _wait(processes, patience)
    return [process.pid for process in processes]


def find_marked(run_dir: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter()
        if process.pid != os.getpid() and _is_marked(process, str(run_dir))
    ]


def _is_marked(process: psutil.Process, run_dir: str) -> bool:
    try:
        if process.name() in REDIS_NAMES and process.cwd() == run_dir:
            return True
        return process.environ().get(MARK) == run_dir
    except (psutil.Error, OSError):
        return False  # another user's, or gone


def _wait(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those that still run after ``seconds``; returns as soon as there are none."""
    deadline = time.monotonic() + seconds
    while (alive := [one for one in processes if _runs(one)]) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return alive


def _runs(process: psutil.Process) -> bool:
    try:
        # In a container there may be no init that collects orphans: a zombie has ended.
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _signal(processes: list[psutil.Process], action: str) -> None:
    for process in processes:
        try:
            getattr(process, action)()
        except psutil.NoSuchProcess:
            continue  # it ended by itself
