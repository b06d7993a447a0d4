"""After the deadline, every operation looks once more: it sees a done action, and does no more."""

import pytest
from django.utils import timezone

from jobs.api import Job, run_job
from tests.clouds.engine import engines  # noqa: F401 - a fixture
from tests.inventory.operations.every import OPERATIONS, cloud_of, submit
from tests.inventory.operations.running import MOST_STEPS, take_step

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("engines"),
    # of a cloud's answers; how a step is stored, tests of jobs and of live reads ask both databases
    pytest.mark.any_database,
]


@pytest.fixture(params=OPERATIONS)
def operation(request):
    return request.param


@pytest.fixture
def cloud(operation, simulator_directory):
    return cloud_of(operation, simulator_directory)


def take_last_look(job):
    now = timezone.now()
    Job.objects.filter(pk=job.pk).update(run_after=now, deadline_at=now)
    run_job(str(job.pk))
    job.refresh_from_db()


def steps_to_the_end(job):
    for number in range(1, MOST_STEPS):
        take_step(job)
        if job.is_finished:
            assert job.state == "SUCCEEDED", job.error_message
            return number
    raise AssertionError(f"It did not end: {job.memory}")


def test_what_was_done_at_the_last_moment_succeeds(operation, cloud):
    steps = steps_to_the_end(submit(cloud, operation))
    job = submit(cloud, operation)
    for _ in range(steps - 1):
        take_step(job)
    before = cloud.effects
    assert not job.is_finished

    take_last_look(job)

    assert (job.state, job.error_code) == ("SUCCEEDED", "")
    assert cloud.effects == before


def test_the_last_look_never_acts(operation, cloud):
    steps = steps_to_the_end(submit(cloud, operation))
    for number in range(steps):
        job = submit(cloud, operation)
        for _ in range(number):
            take_step(job)
        before = cloud.effects

        take_last_look(job)

        assert cloud.effects == before, f"It acted after {number} steps."
        assert job.state == "SUCCEEDED" or job.error_code == "DEADLINE_EXCEEDED"
        if number == 0:
            assert job.state == "FAILED"
