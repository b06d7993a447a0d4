import logging
import time

import pytest
from django.db import transaction

from gateway.core import redis
from gateway.core.logging import LineFormatter
from gateway.run.ports import free_port
from jobs.models import EventKind
from jobs.row.events import announce, record_event
from tests.jobs.factories import make_job

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def heard():
    """What listeners are told, after everything before it."""
    listener = redis.client().pubsub(ignore_subscribe_messages=True)
    listener.subscribe("jobs")
    listener.get_message(timeout=1)

    def _heard():
        redis.client().publish("jobs", "the end")
        told = []
        while (message := listener.get_message(timeout=1)) is not None:
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


def test_a_redis_that_is_down_is_logged_once_and_not_asked_for_each_event(settings, caplog):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    redis.client.cache_clear()

    started = time.monotonic()
    with caplog.at_level(logging.WARNING):
        for number in range(100):
            announce(str(number))

    assert len(caplog.records) == 1
    assert "Nobody is told about changes of jobs" in caplog.text
    assert time.monotonic() - started < 2  # milliseconds on an idle machine


def test_every_event_is_a_log_line_that_carries_the_job_s_id(caplog):
    job = make_job()
    formatter = LineFormatter()
    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(formatter.format(record))
    logging.getLogger("jobs.row.events").addHandler(handler)

    with caplog.at_level(logging.INFO, "jobs.row.events"), transaction.atomic():
        record_event(job_id=job.pk, kind=EventKind.PROGRESS, message="Asked the cloud.")
        assert lines == []  # what is not committed has not happened

    logging.getLogger("jobs.row.events").removeHandler(handler)
    assert [line.split(" ", 2)[2] for line in lines] == [
        f"INFO jobs.row.events job={job.pk} PROGRESS: Asked the cloud."
    ]
