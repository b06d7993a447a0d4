"""A PgBouncer in transaction mode in front of a database of a test's PostgreSQL.

A server connection belongs to a client for the length of one transaction. There are fewer of them
than clients, so whatever a client leaves behind in a session is another one's problem.
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from gateway.run.ports import LOOPBACK, free_port
from tests.postgres import USER, PostgresServer, unprivileged

SERVERS = 4  # connections to PostgreSQL, for all clients together
START_SECONDS = 60.0


class PgBouncerMissingError(Exception):
    """PgBouncer is not installed on this machine; the message says how to get it."""


@contextmanager
def pgbouncer(server: PostgresServer, database: str) -> Iterator[str]:
    """The URL of ``database`` through a pooler that runs until the block ends.

    Raises PgBouncerMissingError.
    """
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        raise PgBouncerMissingError(
            "PgBouncer is not installed (Debian and Ubuntu: sudo apt-get install pgbouncer)"
        )
    directory, port = Path(tempfile.mkdtemp(prefix="gateway-pgbouncer-")), free_port()
    process = None
    try:
        settings = _settings(directory, server, database, port)
        process = subprocess.Popen([program, "-q", settings], user=unprivileged())  # noqa: S603 - found by ourselves
        _wait(url := f"postgres://{USER}@{LOOPBACK}:{port}/{database}", process)
        yield url
    finally:
        if process is not None:
            process.terminate()
            process.wait(timeout=60)
        shutil.rmtree(directory, ignore_errors=True)


def _settings(directory: Path, server: PostgresServer, database: str, port: int) -> Path:
    target = f"host={LOOPBACK} port={server.port} user={USER} password={server.password}"
    file = directory / "pgbouncer.ini"
    file.write_text(
        f"[databases]\n{database} = {target} dbname={database}\n"
        f"[pgbouncer]\npool_mode = transaction\ndefault_pool_size = {SERVERS}\n"
        f"listen_addr = {LOOPBACK}\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = any\nadmin_users = {USER}\nmax_client_conn = 400\n"
        f"logfile = {directory / 'log'}\n"
    )
    if (user := unprivileged()) is not None:
        for path in (directory, file):
            shutil.chown(path, user)
    return file


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > give_up:
                raise
            time.sleep(0.05)
        else:
            return
