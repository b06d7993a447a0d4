import logging
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jobs.models import Job
from jobs.models.states import JobState
from jobs.row.lease import Lease
from jobs.run import heartbeat as heartbeat_module
from jobs.run.heartbeat import Heartbeat
from tests.jobs.factories import in_seconds, make_job

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def leased():
    """A job whose lease is about to lapse, and the lease."""
    job = make_job(JobState.RUNNING, lease_owner="me", lease_until=in_seconds(1), step=3)
    return job, Lease(str(job.pk), "me", 3)


def seconds_left(job):
    return (Job.objects.get(pk=job.pk).lease_until - timezone.now()).total_seconds()


def test_a_beat_extends_the_leases_that_are_kept(leased, settings):
    settings.JOB_LEASE_SECONDS = 30
    job, lease = leased
    heartbeat = Heartbeat()
    earliest = in_seconds(30)

    with heartbeat.keep(lease):
        heartbeat.beat()

    assert earliest <= Job.objects.get(pk=job.pk).lease_until <= in_seconds(30)


def test_a_lease_that_is_given_back_is_not_extended(leased):
    job, lease = leased
    heartbeat = Heartbeat()

    with heartbeat.keep(lease):
        pass
    heartbeat.beat()

    assert seconds_left(job) <= 1


def test_a_step_that_takes_too_long_loses_its_lease(leased, monkeypatch):
    monkeypatch.setattr(heartbeat_module, "STEP_SECONDS", 0)
    job, lease = leased
    heartbeat = Heartbeat()

    with heartbeat.keep(lease):
        heartbeat.beat()

    assert seconds_left(job) <= 1


def test_another_worker_s_lease_is_not_extended(leased):
    job, lease = leased
    Job.objects.filter(pk=job.pk).update(step=4, lease_owner="another")
    heartbeat = Heartbeat()

    with heartbeat.keep(lease):
        heartbeat.beat()

    assert seconds_left(job) <= 1


def test_one_thread_beats_for_all_leases_of_the_process(leased, settings):
    settings.JOB_LEASE_SECONDS = 0.3
    job, lease = leased
    long_ago = timezone.now() - timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(lease_until=long_ago)
    heartbeat = Heartbeat()

    with heartbeat.keep(lease), heartbeat.keep(Lease(str(job.pk), "me", 2)):
        threads = [t for t in threading.enumerate() if t is heartbeat._thread]
        give_up = time.monotonic() + 60
        while (until := Job.objects.get(pk=job.pk).lease_until) == long_ago:
            assert time.monotonic() < give_up
            time.sleep(0.02)

    assert len(threads) == 1
    assert threads[0].daemon
    assert until > long_ago + timedelta(minutes=59)


@contextmanager
def _job_table_gone():
    _execute("ALTER TABLE jobs_job RENAME TO jobs_gone")
    try:
        yield
    finally:
        _execute("ALTER TABLE jobs_gone RENAME TO jobs_job")


def _execute(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_database_that_refuses_is_logged_and_asked_again(leased, caplog):
    job, lease = leased
    heartbeat = Heartbeat()

    with heartbeat.keep(lease), caplog.at_level(logging.WARNING):
        with _job_table_gone():
            heartbeat.beat()
        heartbeat.beat()

    assert f"The lease on job {job.pk} was not extended" in caplog.text
    assert seconds_left(job) > 10
