"""Transactions that are run again when the database ended them because of another one.

The lock order in docs/architecture.md keeps our transactions from deadlocks. This module covers the
other conflicts: statements of administrators, and SQLite's single write lock.
"""

import logging
import random
import sqlite3
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import Error, OperationalError, connection, transaction
from django.db.models import QuerySet

from gateway.core import turns

log = logging.getLogger(__name__)

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

ATTEMPTS = 5
LONGEST_PAUSE_SECONDS = 0.1  # before the first repetition; it doubles with each one
SQLITE_PAUSE_SECONDS = 0.12
# https://www.postgresql.org/docs/current/errcodes-appendix.html: deadlock_detected and
# serialization_failure.
POSTGRESQL_CONFLICTS = frozenset({"40P01", "40001"})


def in_transaction(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Run ``function`` in a transaction, and again if the database ended it for a conflict.

    ``function`` must read all that it depends on itself, because it may run several times. Inside
    another transaction it runs once: only the outermost one can be repeated.
    """
    return repeated(transaction.atomic(function))


def repeated(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """As ``in_transaction``, for a ``function`` that is a transaction by itself: a statement."""

    @wraps(function)
    def run(*arguments: Parameters.args, **options: Parameters.kwargs) -> Result:
        attempts = 1 if connection.in_atomic_block else ATTEMPTS
        for attempt in range(1, attempts):
            try:
                return function(*arguments, **options)
            except OperationalError as error:
                if not is_conflict(error):
                    raise
                log.warning("%s is run again (attempt %d): %s", function.__name__, attempt, error)
            pause = LONGEST_PAUSE_SECONDS * (1 << (attempt - 1))
            _pause(random.uniform(0, pause))  # noqa: S311 - no secret
        return function(*arguments, **options)

    return run


@in_transaction
def delete_locked(rows: QuerySet[Any]) -> None:
    """Delete ``rows`` with their dependants, which are collected after the rows are locked.

    Django collects the dependants before its own transaction begins. One that is added in between
    would be left without the row that it refers to.
    """
    list(rows.select_for_update().order_by("pk"))
    rows.delete()


def in_parts(change: Callable[[], int], *, most: int) -> int:
    """Call ``change``, a transaction of up to ``most`` rows, until it finds fewer.

    Returns how many rows there were. Others may write between two calls.
    """
    changed = number = change()
    while number == most:
        let_others_write()
        number = change()
        changed += number
    return changed


def let_others_write() -> None:
    """Pause between the transactions of a long series, where only one can write at a time.

    SQLite has no queue for the write lock: a waiting connection tries again every 100 ms at most
    (sqliteDefaultBusyCallback in https://sqlite.org/src/file/src/main.c), so it may miss a shorter
    pause again and again.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        _pause(SQLITE_PAUSE_SECONDS)


def _pause(seconds: float) -> None:
    """Outside of a transaction: other threads compute meanwhile."""
    with turns.waiting():
        time.sleep(seconds)


def is_conflict(error: Error) -> bool:
    """True if the same transaction may succeed if it is run again at once."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.OperationalError):
        # The low byte of an extended result code is the primary one: https://sqlite.org/rescode.html
        return cause.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    return getattr(cause, "sqlstate", None) in POSTGRESQL_CONFLICTS
