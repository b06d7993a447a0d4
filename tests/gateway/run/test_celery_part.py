from django.db import OperationalError

from gateway.core import migration_check
from gateway.run import celery_part


def waited(monkeypatch, *answers):
    """What was answered, in turn, until the worker began."""
    left = list(answers)

    def answer(_connection):
        found = left.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(migration_check, "lacking", answer)
    monkeypatch.setattr(celery_part, "LOOK_SECONDS", 0)
    celery_part._wait_for_migrations()
    return len(answers) - len(left)


def test_a_worker_waits_until_another_process_has_migrated_the_database(monkeypatch, caplog):
    assert waited(monkeypatch, "It lacks 2.", "It lacks 1.", "", "not asked") == 3
    assert caplog.messages == ["It lacks 2. The worker waits for it."]


def test_a_worker_waits_for_no_database_that_is_away(monkeypatch, caplog):
    assert waited(monkeypatch, OperationalError("refused"), "not asked") == 1
    assert caplog.messages == ["The database does not answer: refused"]
