"""A process for as long as a ``with`` block lasts."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90.0
STOP_SECONDS = 15.0
LOOK_SECONDS = 0.05
LAST_BYTES = 2000


class DidNotStartError(Exception):
    """A server ended, or did not answer in time; the message has the end of its log."""


@contextmanager
def running(
    module: str,
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    log: Path,
    is_ready: Callable[[], bool],
) -> Iterator[int]:
    """``python -m module``, ready, until the block ends: its id. Raises DidNotStartError."""
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own modules and arguments
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=dict(environment),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(process, is_ready, log)
        yield process.pid
    finally:
        _stop(process)


def _wait_for(process: subprocess.Popen[bytes], is_ready: Callable[[], bool], log: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while not is_ready():
        if process.poll() is not None or time.monotonic() > give_up:
            raise DidNotStartError(log.read_text(errors="replace")[-LAST_BYTES:])
        time.sleep(LOOK_SECONDS)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
