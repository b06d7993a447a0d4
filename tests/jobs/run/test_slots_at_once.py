"""A slot is freed while a job looks for one: in any order, the job runs or is dispatched."""

import pytest
from django.db import connection

from gateway.core import redis
from jobs import dispatch
from jobs.models import Job
from jobs.operations.outcomes import Done
from jobs.run.runner import run_job
from jobs.submit.cancel import cancel
from tests.interleaving import interleaved
from tests.jobs.factories import make_job

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="SQLite has one write lock, so nothing interleaves",
    ),
]


@pytest.fixture(autouse=True)
def _one_slot(define, settings):
    settings.JOBS_PER_PROVIDER = 1
    define(lambda _step: Done("Done."))


@pytest.fixture
def messages(monkeypatch):
    """The jobs that were dispatched and whose message no worker has taken up."""
    waiting = []
    monkeypatch.setattr(
        dispatch, "dispatch_job", lambda job_id, **_: waiting.append(job_id) or True
    )
    return waiting


def unfinished():
    return {str(key) for key in Job.objects.filter(state="QUEUED").values_list("pk", flat=True)}


def run_all(messages):
    """Run the jobs as a worker that takes up every message."""
    while messages:
        run_job(messages.pop(0))


def two_jobs():
    one, another = make_job(scope="one"), make_job(scope="one")
    return lambda: run_job(str(one.pk)), lambda: run_job(str(another.pk))


def a_job_and_one_that_is_canceled():
    """The canceled one waits before a third, and was dispatched."""
    one, canceled, third = (make_job(scope="one") for _ in range(3))

    def meet():
        run_job(str(canceled.pk))
        run_job(str(third.pk))
        cancel(job=canceled)

    return lambda: run_job(str(one.pk)), meet


@pytest.mark.parametrize("pair", [two_jobs, a_job_and_one_that_is_canceled])
@pytest.mark.parametrize("swapped", [False, True])
def test_no_job_waits_for_a_slot_that_is_free(pair, swapped, messages):
    def prepare():
        Job.objects.all().delete()
        redis.client().flushall()
        messages.clear()
        first, second = pair()
        return (second, first) if swapped else (first, second)

    moments = 0
    for errors in interleaved(prepare):
        moments += 1
        run_all(messages)
        assert not errors or [type(error).__name__ for error in errors] == ["Conflict"]
        assert unfinished() == set(), f"stopped at {moments}"
    assert moments > 1
