"""The database as a part that can be away: connections, and errors that mean it."""

import sqlite3
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet

Row = TypeVar("Row")

RETRY_AFTER_SECONDS = 2
UNAVAILABLE_MESSAGE = "The database does not answer at the moment. Try again."
# Classes of https://www.postgresql.org/docs/current/errcodes-appendix.html: connection exception,
# insufficient resources (a full disk is one), operator intervention (a shutdown is one), and
# system error.
UNAVAILABLE_CLASSES = frozenset({"08", "53", "57", "58"})
QUERY_CANCELED = "57014"
# https://sqlite.org/rescode.html
UNAVAILABLE_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
    }
)


def release_connection() -> None:
    """Give this thread's connection back before a long wait, so that a small pool serves many.

    SQLite's connections cost nothing to keep and are kept. Inside a transaction nothing happens:
    the connection is still needed.
    """
    if connection.vendor != "sqlite" and not connection.in_atomic_block:
        connection.close()


def in_chunks(rows: QuerySet[Any, Row], size: int) -> Iterator[Row]:
    """The rows, of which this process holds about ``size`` at a time.

    On PostgreSQL they are read in one transaction: its cursor must not outlive that (see
    ``gateway.core.postgresql``). SQLite needs none, and would keep writers waiting.
    """
    needs_one = connection.vendor == "postgresql" and not connection.in_atomic_block
    with transaction.atomic() if needs_one else nullcontext():
        yield from rows.iterator(chunk_size=size)


def is_unavailable(error: BaseException | None) -> bool:
    """Whether ``error`` says that the database is away, full, or too busy, and not that we err."""
    if isinstance(error, InterfaceError):  # the connection was lost before
        return True
    if not isinstance(error, DatabaseError):
        return False
    cause: Any = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in UNAVAILABLE_SQLITE
    import psycopg  # noqa: PLC0415 - where the database is SQLite, no process needs it

    if not isinstance(cause, psycopg.Error):
        return False
    if cause.sqlstate is None:  # not the server's own error: there was no answer
        return isinstance(error, OperationalError)
    return cause.sqlstate[:2] in UNAVAILABLE_CLASSES and cause.sqlstate != QUERY_CANCELED
