"""Processes of an earlier run that nobody watches any more.

Every process we start carries a mark in its environment: the directory of its run. It is there
from the first instant, it is inherited by the processes that one starts in turn (a web server's
workers), and a process that got a dead one's number does not have it. So nothing is written down
that could be stale, and nothing that is not ours is ever ended.

Redis alone writes its title over its environment. It is known by its name and by where it works:
in the directory of the run.
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

    Asks first (SIGTERM), insists after ``patience`` seconds (SIGKILL). Returns the pids it ended.
    Call it only while holding ``only_instance``: then marked processes are left-overs or our own.
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
        # In a container nobody may collect orphans: a zombie has ended.
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _signal(processes: list[psutil.Process], action: str) -> None:
    for process in processes:
        try:
            getattr(process, action)()
        except psutil.NoSuchProcess:
            continue  # it ended by itself
