"""A store of objects as a process of its own, which is started again if it ends at once."""

import subprocess
import time
from contextlib import contextmanager

import pytest

from gateway.run.ports import LOOPBACK, free_port

START_SECONDS = 300  # a bound of a hang, on a busy machine
STARTS = 3  # another process may take one of its ports before it does
PAUSE_SECONDS = 0.1


@contextmanager
def running(directory, command, server_at, is_ready, *, cwd):
    """Yields ``server_at(url)`` when ``is_ready(server)``, and ends the process afterwards.

    ``command(data, port)``: the program and its arguments; each start has a folder of its own in
    ``directory`` for its data.
    """
    log = directory / "log"
    for number in range(STARTS):
        data, port = directory / str(number), free_port()
        data.mkdir()
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603  (our own arguments)
                command(data, port), stdout=output, stderr=output, cwd=cwd
            )
        try:
            server = server_at(f"http://{LOOPBACK}:{port}")
            if _becomes_ready(process, server, is_ready):
                yield server
                return
        finally:
            process.kill()
            process.wait(timeout=10)
    pytest.fail(f"The store ended {STARTS} times. Its last words: {log.read_text()[-2000:]}")


def _becomes_ready(process, server, is_ready):
    """False if the process ended before it was."""
    deadline = time.monotonic() + START_SECONDS
    while not is_ready(server):
        if process.poll() is not None:
            return False
        assert time.monotonic() < deadline, f"{server} does not answer"
        time.sleep(PAUSE_SECONDS)
    return True
