import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from gateway.core.migration_check import half_replaced, lacking, unknown_migrations
from gateway.run import database
from gateway.run.errors import StartError

pytestmark = pytest.mark.django_db

SQUASHED = "0001_squashed_0013_sources_of_new_resources"


@pytest.fixture
def recorder():
    return MigrationRecorder(connection)


@pytest.fixture
def _too_old(recorder):
    recorder.record_unapplied("inventory", "0022_repository_names_by_creator")
    recorder.record_unapplied("inventory", "0001_squashed")
    recorder.record_unapplied("inventory", SQUASHED)


def test_an_up_to_date_database_is_taken():
    assert half_replaced(connection) == []


@pytest.mark.usefixtures("_too_old")
def test_a_database_that_is_too_old_is_refused(monkeypatch):
    monkeypatch.setattr(database.connections, "close_all", lambda: None)  # the test's own too

    with pytest.raises(StartError, match=r"cannot upgrade \(inventory\)"):
        database.migrate()
    with pytest.raises(SystemCheckError, match=r"cannot upgrade \(inventory\)"):
        call_command("migrate", skip_checks=False, verbosity=0)


def test_a_database_of_a_newer_version_is_refused(monkeypatch, recorder):
    """Its columns may need values that this version does not write."""
    monkeypatch.setattr(database.connections, "close_all", lambda: None)
    assert unknown_migrations(connection) == []
    recorder.record_applied("an_app_that_was_removed", "0001_initial")
    recorder.record_applied("jobs", "9999_of_tomorrow")

    assert unknown_migrations(connection) == ["jobs.9999_of_tomorrow"]
    with pytest.raises(StartError, match=r"newer version than this one \(jobs\.9999_of_tomorrow\)"):
        database.migrate()
    with pytest.raises(SystemCheckError, match="newer version than this one"):
        call_command("migrate", skip_checks=False, verbosity=0)


def test_what_a_database_lacks_is_said_and_nothing_is_noted(recorder):
    assert lacking(connection) == ""
    recorder.record_unapplied("inventory", SQUASHED)
    recorder.record_unapplied("jobs", "0003_input_digests")

    assert lacking(connection) == (
        "The database lacks 1 migrations, jobs.0003_input_digests first: run ./manage.py migrate."
    )
    assert ("inventory", SQUASHED) not in recorder.applied_migrations()


def test_that_a_migration_stands_for_all_that_it_replaces_is_noted(monkeypatch, recorder):
    monkeypatch.setattr(database.connections, "close_all", lambda: None)
    recorder.record_unapplied("inventory", SQUASHED)

    assert database.migrate() == 0

    assert ("inventory", SQUASHED) in recorder.applied_migrations()


def test_a_database_that_lacks_the_last_one_that_is_replaced_goes_on_with_that(recorder):
    last = "0013_sources_of_new_resources"
    names = (
        name
        for app, name in MigrationExecutor(connection).loader.disk_migrations
        if app == "inventory"
    )
    missing = sorted(name for name in names if name >= last)
    for name in (*missing, SQUASHED):
        recorder.record_unapplied("inventory", name)

    assert half_replaced(connection) == []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    assert [migration.name for migration, _ in plan] == missing
    assert missing[0] == last
