"""A worker that lost its lease changes nothing, however late it wakes up."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.models import Job
from jobs.operations.outcomes import Done, OperationFailed, Wait
from jobs.operations.step import Step
from jobs.row import lease
from jobs.row.lease import LeaseLost, process_name
from jobs.run.claims import claim_job
from jobs.run.runner import run_job
from tests.jobs.factories import make_job

pytestmark = pytest.mark.django_db(transaction=True)

COLUMNS = [field.attname for field in Job._meta.fields]


def lose_lease(job_id):
    """The lease lapses, and another worker claims the job and notes something."""
    Job.objects.filter(pk=job_id).update(lease_until=timezone.now() - timedelta(seconds=1))
    job, lease = claim_job(job_id, None)
    Step(job, lease).remember(other_worker="was here")


def row(job_id):
    return Job.objects.values(*COLUMNS).get(pk=job_id)


@pytest.mark.parametrize(
    "outcome",
    [
        Done("It is stopped.", result={"late": True}),
        Wait(0, "Waiting.", progress=50),
        OperationFailed("TIMEOUT", "No answer.", retryable=True),
        OperationFailed("NOT_FOUND", "It is gone."),
        ZeroDivisionError(),
    ],
    ids=["done", "wait", "retry", "failure", "crash"],
)
def test_how_the_step_of_a_late_worker_ends_is_not_written(
    outcome, define, sent_messages, kinds, caplog
):
    after_takeover = {}

    def wake_up_late(step):
        lose_lease(step.job_id)
        after_takeover["row"] = row(step.job_id)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    define(wake_up_late)
    job = make_job()

    with caplog.at_level(logging.WARNING):
        run_job(str(job.pk))

    assert row(job.pk) == after_takeover["row"]
    assert kinds(job) == ["RUNNING", "INTERRUPTED"]
    assert sent_messages() == []
    assert "Another worker has taken the job over" in caplog.text


@pytest.mark.parametrize(
    "write", [lambda step: step.remember(late=True), lambda step: step.report("Late.", 90)]
)
def test_a_late_worker_learns_of_it_when_it_writes(write, define, kinds, caplog):
    raised = []

    def wake_up_late(step):
        lose_lease(step.job_id)
        try:
            write(step)
        except LeaseLost:
            raised.append(True)
            raise
        pytest.fail("it must not go on")

    define(wake_up_late)
    job = make_job()

    with caplog.at_level(logging.WARNING):
        run_job(str(job.pk))

    assert raised == [True]
    job.refresh_from_db()
    assert (job.memory, job.progress) == ({"other_worker": "was here"}, 0)
    assert kinds(job) == ["RUNNING", "INTERRUPTED"]


def test_a_lapsed_lease_that_nobody_took_is_still_good(define):
    def oversleep(step):
        Job.objects.filter(pk=step.job_id).update(lease_until=timezone.now() - timedelta(hours=1))
        return Done("It is stopped.")

    define(oversleep)
    job = make_job()

    run_job(str(job.pk))

    job.refresh_from_db()
    assert job.state == "SUCCEEDED"


def test_a_process_has_one_name_that_fits_its_column():
    assert process_name() == process_name()
    assert len(process_name()) <= Job._meta.get_field("lease_owner").max_length


def test_threads_that_ask_first_at_once_get_one_name():
    lease._process_name.cache_clear()
    together = threading.Barrier(16)

    def ask():
        together.wait(timeout=60)
        return lease.process_name()

    with ThreadPoolExecutor(16) as pool:
        names = {asked.result() for asked in [pool.submit(ask) for _ in range(16)]}

    assert len(names) == 1
