"""One process at a time migrates a database; another one that wants to, waits.

Two that begin together would both find the same migrations missing, and the second one would fail
at a table that exists.
"""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

log = logging.getLogger(__name__)

LOCK = 0x67_61_74_65  # of PostgreSQL's advisory locks, which are those of one database
WAITING = "Another process migrates the database: this one waits until it has finished."


@contextmanager
def migration_lock(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Hold it for the block. It ends with its process, however that ends."""
    if connection.vendor == "postgresql":
        with _lock_of_postgresql(connection):
            yield
    elif connection.vendor == "sqlite" and not connection.is_in_memory_db():  # type: ignore[attr-defined]  # SQLite's
        with _lock_of_file(Path(f"{connection.settings_dict['NAME']}-migrating")):
            yield
    else:
        yield


@contextmanager
def _lock_of_postgresql(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """In a transaction of a connection of its own: PgBouncer keeps no locks of a session."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            for limit in ("idle_in_transaction_session_timeout", "lock_timeout"):
                cursor.execute(f"SET LOCAL {limit} = 0")
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                log.warning(WAITING)
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield
    finally:
        try:
            other.rollback()
        finally:
            other.close()


@contextmanager
def _lock_of_file(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.warning(WAITING)
            fcntl.lockf(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
