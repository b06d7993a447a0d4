import errno

import psycopg
import pytest
from django.db import OperationalError, connection

from gateway.core.migration_check import missing_migrations
from gateway.run import database
from gateway.run.database import database_fault, disk_fault, migrate
from gateway.run.errors import StartError


@pytest.fixture(autouse=True)
def _keep_connections(monkeypatch):
    monkeypatch.setattr(database.connections, "close_all", lambda: None)  # the test's own too


def raising(error):
    def refuse(*_arguments, **_options):
        raise error

    return refuse


@pytest.mark.django_db
def test_an_up_to_date_database_is_left_alone(monkeypatch):
    calls = []
    monkeypatch.setattr(database, "call_command", lambda *args, **_: calls.append(args))

    assert migrate() == 0
    assert calls == []


def test_a_database_that_does_not_answer_stops_the_start(monkeypatch):
    error = OperationalError("connection to postgres://ada:secret@db/gateway failed")
    error.__cause__ = psycopg.OperationalError("no answer")
    monkeypatch.setattr(connection, "ensure_connection", raising(error))

    with pytest.raises(StartError, match="The database does not answer: connection to") as raised:
        migrate()

    assert "correct DATABASE_URL" in str(raised.value)
    assert "secret" not in str(raised.value)


@pytest.fixture
def _one_missing(monkeypatch):
    monkeypatch.setattr(database, "missing_migrations", lambda _connection: ["jobs.0009_new"])


@pytest.mark.django_db
@pytest.mark.usefixtures("_one_missing")
@pytest.mark.parametrize(
    "error", [ValueError("odd row of secret"), database.DatabaseError("UNIQUE failed: a.full_name")]
)
def test_a_migration_that_fails_is_named_with_what_to_do(monkeypatch, error):
    monkeypatch.setattr(database, "call_command", raising(error))

    with pytest.raises(StartError) as raised:
        migrate()

    text = str(raised.value)
    assert f"The migration jobs.0009_new of the database has failed: {type(error).__name__}" in text
    assert "the next start begins with this one" in text
    assert "restore a backup" in text


@pytest.mark.django_db
@pytest.mark.usefixtures("_one_missing")
@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        ("Unable to create the django_migrations table (database is locked)", "End that program"),
        ("database or disk is full", "Make room"),
        ('could not extend file "base/1": No space left on device', "Make room"),
        ("attempt to write a readonly database", "writable"),
        ("permission denied for schema public", "the right to create tables"),
    ],
)
def test_what_is_in_the_way_of_a_migration_is_not_a_fault_of_it(monkeypatch, words, remedy):
    monkeypatch.setattr(database, "call_command", raising(OperationalError(words)))

    with pytest.raises(StartError) as raised:
        migrate()

    text = str(raised.value)
    assert text.startswith(f"The database cannot be changed: {words}")
    assert remedy in text
    assert "Traceback" not in text
    assert database_fault(OperationalError(words)) == text


def test_a_full_disk_is_named_and_another_fault_of_the_system_is_not():
    text = disk_fault(OSError(errno.ENOSPC, "No space left on device", "/data/demo.json"))

    assert "No space left on device (/data/demo.json)" in text
    assert "Make room" in text
    assert disk_fault(OSError(errno.ENOENT, "No such file")) == ""


@pytest.mark.django_db
def test_nothing_is_missing_in_the_databases_of_the_tests():
    assert missing_migrations(connection) == []
