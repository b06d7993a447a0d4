"""The errors of a database that mean that it is away."""

import sqlite3

import psycopg
import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, ProgrammingError

from gateway.core.db import is_unavailable
from gateway.core.postgresql.pool import PoolBusy, ServerSilent


def caused(error, cause):
    error.__cause__ = cause
    return error


def sqlite_error(code):
    error = sqlite3.OperationalError("it failed")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    "error",
    [
        caused(OperationalError("connection refused"), psycopg.OperationalError("refused")),
        caused(OperationalError("timeout"), psycopg.errors.ConnectionTimeout("expired")),
        caused(OperationalError("busy"), PoolBusy("no connection was free")),
        caused(OperationalError("silent"), ServerSilent("no answer")),
        caused(OperationalError("shutdown"), psycopg.errors.AdminShutdown("terminating")),
        caused(OperationalError("starting"), psycopg.errors.CannotConnectNow("starting up")),
        caused(OperationalError("full"), psycopg.errors.DiskFull("could not extend file")),
        caused(OperationalError("many"), psycopg.errors.TooManyConnections("too many clients")),
        InterfaceError("connection already closed"),
        caused(OperationalError("locked"), sqlite_error(sqlite3.SQLITE_BUSY)),
        caused(OperationalError("locked"), sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT)),
        caused(OperationalError("full"), sqlite_error(sqlite3.SQLITE_FULL)),
        caused(OperationalError("cannot open"), sqlite_error(sqlite3.SQLITE_CANTOPEN)),
    ],
)
def test_a_database_that_does_not_answer(error):
    assert is_unavailable(error)


@pytest.mark.parametrize(
    "error",
    [
        None,
        ValueError("no"),
        OperationalError("without a cause"),
        caused(IntegrityError("taken"), psycopg.errors.UniqueViolation("taken")),
        caused(DataError("range"), psycopg.errors.NumericValueOutOfRange("range")),
        caused(OperationalError("deadlock"), psycopg.errors.DeadlockDetected("deadlock")),
        caused(OperationalError("canceled"), psycopg.errors.QueryCanceled("canceled")),
        caused(ProgrammingError("no table"), psycopg.errors.UndefinedTable("no table")),
        caused(ProgrammingError("placeholders"), psycopg.ProgrammingError("placeholders")),
        caused(OperationalError("no column"), sqlite_error(sqlite3.SQLITE_ERROR)),
        caused(IntegrityError("foreign key"), sqlite_error(sqlite3.SQLITE_CONSTRAINT)),
    ],
)
def test_a_fault_of_ours(error):
    assert not is_unavailable(error)
