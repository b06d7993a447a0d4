import logging

import pytest
from django.db import transaction

from gateway.core import announcements, redis
from gateway.core.announcements import announce
from gateway.core.logging import LineFormatter
from gateway.run.ports import free_port
from jobs.models import EventKind
from jobs.models.states import FINISHED, JobState
from jobs.row.events import record_event
from jobs.row.transitions import move_job
from tests.jobs.factories import make_job

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def heard():
    """Returns the messages that listeners have received up to now."""
    listener = redis.client().pubsub(ignore_subscribe_messages=True)
    listener.subscribe("jobs")
    listener.get_message(timeout=60)

    def _heard():
        redis.client().publish("jobs", "the end")
        told = []
        while (message := listener.get_message(timeout=60)) is not None:
            if message["data"] == "the end":
                break
            told.append(message["data"])
        return told

    yield _heard
    listener.close()


def test_an_event_is_written_and_the_job_s_id_announced_on_commit(heard):
    job = make_job()

    with transaction.atomic():
        record_event(job_id=job.pk, kind=EventKind.PROGRESS, message="Half done.")
        before_commit = heard()

    event = job.events.get()
    assert (event.kind, event.message) == ("PROGRESS", "Half done.")
    assert before_commit == []
    assert heard() == [str(job.pk)]


def test_what_is_rolled_back_is_not_announced(heard):
    job = make_job()

    with transaction.atomic():
        record_event(job_id=job.pk, kind=EventKind.PROGRESS, message="Half done.")
        transaction.set_rollback(True)

    assert not job.events.exists()
    assert heard() == []


@pytest.fixture
def _long_quiet(monkeypatch):
    """After a failure nothing is sent for longer than the test takes on a busy machine."""
    unsent = announcements._Unsent()
    monkeypatch.setattr(announcements, "QUIET_SECONDS", 600)
    monkeypatch.setattr(announcements, "_quiet_until", 0.0)
    monkeypatch.setattr(announcements, "_unsent", unsent)
    yield
    unsent._timer.cancel()


@pytest.mark.usefixtures("_long_quiet")
def test_a_redis_that_is_down_is_logged_once_and_not_asked_for_each_event(
    settings, caplog, monkeypatch
):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    redis.client.cache_clear()
    asked = []
    pool = redis.client().connection_pool
    connect = pool.get_connection
    monkeypatch.setattr(pool, "get_connection", lambda *words: asked.append(words) or connect())

    with caplog.at_level(logging.WARNING):
        for number in range(100):
            announce("jobs", [str(number)])

    assert len(asked) == 1
    assert len(caplog.records) == 1
    assert "Changes are not published" in caplog.text


@pytest.fixture
def lines(caplog):
    """The lines of the log as they are printed, without their time."""
    formatter, found = LineFormatter(), []
    handler = logging.Handler()
    handler.emit = lambda record: found.append(formatter.format(record).split(" ", 2)[2])
    logging.getLogger("jobs.row.events").addHandler(handler)
    with caplog.at_level(logging.DEBUG, "jobs.row.events"):
        yield found
    logging.getLogger("jobs.row.events").removeHandler(handler)


def test_every_event_is_a_log_line_that_carries_the_job_s_id(lines):
    job = make_job()

    with transaction.atomic():
        record_event(job_id=job.pk, kind=EventKind.PROGRESS, message="Asked the cloud.")
        assert lines == []  # what is not committed has not happened

    assert lines == [f"DEBUG jobs.row.events job={job.pk} PROGRESS: Asked the cloud."]


@pytest.mark.parametrize("state", FINISHED)
def test_the_end_of_a_job_is_logged_with_its_operation(lines, state):
    job = make_job(state=JobState.CANCELING, operation="virtual_machine.stop")

    move_job(job.pk, state, message="Stopped.")

    assert lines == [f"INFO jobs.row.events job={job.pk} virtual_machine.stop {state}: Stopped."]
