"""A throw-away PostgreSQL: for tests that start one, and for the whole suite.

    python -m tests.postgres pytest tests/jobs    # runs the module with DATABASE_URL set

The server's programs are taken from PATH or from where Debian's `postgresql` puts them. PostgreSQL
refuses to run as root, so root starts it as the user `postgres` (or `nobody`). It listens on a free
port of loopback, asks for a password, and its files are gone afterwards.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from gateway.run.ports import LOOPBACK, free_port
from tests.migrated import POSTGRES_TEMPLATE, copy_sqlite, migrate

USER = "gateway"
MIGRATED = "migrated"  # the database of `main` that has all tables
START_SECONDS = 300.0
STOP_SECONDS = 15.0
ATTEMPTS = 3
DEBIAN = Path("/usr/lib/postgresql")
# The data is not read again, so it need not survive a power cut.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "log_min_messages": "warning",
}


class PostgresMissingError(Exception):
    """PostgreSQL is not installed on this machine; the message says how to get it."""


@dataclass(frozen=True, kw_only=True)
class PostgresServer:
    port: int
    password: str
    log: Path

    def url(self, database: str = "postgres") -> str:
        return f"postgres://{USER}:{self.password}@{LOOPBACK}:{self.port}/{database}"


class ControlledPostgres:
    """A PostgreSQL that a test stops, starts again on the same port, and freezes."""

    def __init__(self, programs: Path, directory: Path, server: PostgresServer) -> None:
        self.server = server
        self._programs, self._directory = programs, directory
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers."""
        self._process = _launch(self._programs, self._directory, self.server, ())
        if not _answers(self._process, self.server):
            raise RuntimeError(self.server.log.read_text(errors="replace")[-2000:])

    def stop(self) -> None:
        """It waits for no client. Stopping twice is no error."""
        if self._process is not None:
            self.thaw()
            _stop(self._process)
            self._process = None

    def kill(self) -> None:
        """All of its processes at once, as a crash of the machine does."""
        if self._process is not None:
            for pid in self._pids():
                os.kill(pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def freeze(self) -> None:
        """None of its processes runs until ``thaw``; the kernel accepts connections meanwhile."""
        for pid in self._pids():
            os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        for pid in self._pids():
            os.kill(pid, signal.SIGCONT)

    def _pids(self) -> list[int]:
        """The server first, so that it starts no process that is missed here."""
        if self._process is None or self._process.poll() is not None:
            return []
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return [pid, *map(int, children.split())]


@contextmanager
def controlled_postgres() -> Iterator[ControlledPostgres]:
    """A PostgreSQL that runs, and is stopped when the block ends. Raises PostgresMissingError."""
    programs = find_programs()
    directory = Path(tempfile.mkdtemp(prefix="gateway-postgres-"))
    try:
        password = secrets.token_urlsafe(24)
        _initialise(programs, directory, password)
        server = PostgresServer(port=free_port(), password=password, log=directory / "postgres.log")
        controlled = ControlledPostgres(programs, directory, server)
        try:
            controlled.start()
            yield controlled
        finally:
            controlled.stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def postgres_server(options: Sequence[str] = ()) -> Iterator[PostgresServer]:
    """A PostgreSQL that answers, until the block ends; ``options`` are added to its command.

    Raises PostgresMissingError.
    """
    programs = find_programs()
    directory = Path(tempfile.mkdtemp(prefix="gateway-postgres-"))
    try:
        password = secrets.token_urlsafe(24)
        _initialise(programs, directory, password)
        process, server = _start(programs, directory, password, options)
        try:
            yield server
        finally:
            _stop(process)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def database_for_processes(directory: Path, *, migrated: bool = True) -> Iterator[str]:
    """The URL of a database without rows for the processes that a test starts, gone afterwards.

    It is on the PostgreSQL that DATABASE_URL names, where it names one; else an SQLite file in
    ``directory``. ``migrated``: its tables may be there already.
    """
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        file = directory / "gateway.sqlite3"
        if migrated:
            copy_sqlite(file)
        yield f"sqlite:///{file}"
        return
    name = f"gateway_{secrets.token_hex(6)}"
    template = os.environ.get(POSTGRES_TEMPLATE) if migrated else None
    _execute(server, f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def find_programs() -> Path:
    """The directory that holds `initdb` and `postgres`. Raises PostgresMissingError."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = [path.parent for path in DEBIAN.glob("*/bin/initdb")]
    if not versions:
        raise PostgresMissingError(
            "PostgreSQL is not installed (Debian and Ubuntu: sudo apt-get install postgresql)"
        )
    return max(versions, key=lambda path: int(path.parent.name))


def _initialise(programs: Path, directory: Path, password: str) -> None:
    secret = directory / "password"
    secret.write_text(password)
    if (user := unprivileged()) is not None:
        for path in (directory, secret):
            shutil.chown(path, user)
    subprocess.run(  # noqa: S603 - found by ourselves
        [
            *(programs / "initdb", "--pgdata", directory / "data", "--username", USER),
            *("--auth", "scram-sha-256", "--pwfile", secret),
            *("--encoding", "UTF8", "--locale", "C", "--no-sync"),
        ],
        user=user,
        cwd=directory,
        check=True,
        capture_output=True,
        timeout=START_SECONDS,
    )


def _start(
    programs: Path, directory: Path, password: str, options: Sequence[str]
) -> tuple[subprocess.Popen[bytes], PostgresServer]:
    for _ in range(ATTEMPTS):
        server = PostgresServer(port=free_port(), password=password, log=directory / "postgres.log")
        process = _launch(programs, directory, server, options)
        if _answers(process, server):
            return process, server
        # Another process may have taken the port between our look and its start: try another.
        _stop(process)
    tail = server.log.read_text(errors="replace")[-2000:]
    raise RuntimeError(f"PostgreSQL does not start:\n{tail}")


def _launch(
    programs: Path, directory: Path, server: PostgresServer, options: Sequence[str]
) -> subprocess.Popen[bytes]:
    with server.log.open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - found by ourselves
            [
                *(programs / "postgres", "-D", directory / "data"),
                *("-h", LOOPBACK, "-p", str(server.port), "-k", directory),
                *(f"--{name}={value}" for name, value in SETTINGS.items()),
                *options,
            ],
            user=unprivileged(),
            cwd=directory,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the tests: it ends after them
        )


def _answers(process: subprocess.Popen[bytes], server: PostgresServer) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(server.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # PostgreSQL's "fast": it waits for no client
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def unprivileged() -> str | None:
    """Whom root starts it as; None: we are not root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def main() -> int:
    """Run a module with DATABASE_URL naming a PostgreSQL; returns its exit code."""
    try:
        with postgres_server() as server:
            _execute(server.url(), f"CREATE DATABASE {MIGRATED}")
            migrate(server.url(MIGRATED))
            environment = os.environ | {"DATABASE_URL": server.url(), POSTGRES_TEMPLATE: MIGRATED}
            command = [sys.executable, "-m", *sys.argv[1:]]
            return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - as asked
    except PostgresMissingError as error:
        print(error, file=sys.stderr)  # noqa: T201 - to a person at a terminal
        return 1


if __name__ == "__main__":
    sys.exit(main())
