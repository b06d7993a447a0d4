"""A retry of a failed job is a new job, linked to the old one, with the present rights."""

import pytest

from gateway.core.errors import Conflict, NotFound
from jobs.models import Job
from jobs.models.states import JobState
from jobs.operations.outcomes import Done
from jobs.submit.idempotency import KeyReused
from jobs.submit.retry import retry
from jobs.submit.rows import TargetBusy
from tests.jobs.factories import OPERATION, in_seconds, make_job, make_parent, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _operation(define):
    define(lambda _step: Done("Done."))


@pytest.fixture
def ann():
    return make_user(is_superuser=True)  # who sees the jobs of others


@pytest.mark.parametrize("state", [JobState.FAILED, JobState.CANCELED])
def test_it_is_a_new_job_of_the_same_work(ann, state, sent_messages, kinds):
    failed = make_job(
        state,
        target="a-machine",
        scope="a-provider",
        arguments={"n": 1},
        memory={"asked_at": 1},
        error_code="TIMEOUT",
        error_message="Too slow.",
        requested_by=make_user(),
    )

    job = Job.objects.get(pk=retry(job=failed, requested_by=ann).pk)

    assert job != failed
    assert (job.state, job.retried_from, job.requested_by) == ("QUEUED", failed, ann)
    assert (job.operation, job.target, job.scope) == (OPERATION, "a-machine", "a-provider")
    assert (job.arguments, job.memory, job.attempts, job.error_code) == ({"n": 1}, {}, 0, "")
    assert list(failed.retries.all()) == [job]
    assert kinds(job) == ["QUEUED"]
    assert sent_messages() == [(str(job.pk), False)]


def test_it_has_as_much_time_as_the_first_one_had(ann):
    failed = make_job(JobState.FAILED, deadline_at=in_seconds(60))

    job = retry(job=failed, requested_by=ann)

    assert in_seconds(50) < job.deadline_at <= in_seconds(61)


@pytest.mark.parametrize(
    "state", [JobState.QUEUED, JobState.RUNNING, JobState.CANCELING, JobState.SUCCEEDED]
)
def test_what_did_not_fail_is_not_tried_again(ann, state):
    job = make_job(state, target="a-machine")

    with pytest.raises(Conflict, match="only what FAILED or was CANCELED") as raised:
        retry(job=job, requested_by=ann)

    assert raised.value.field == "id"
    assert Job.objects.get() == job


def test_a_busy_target_is_a_conflict(ann):
    failed = make_job(JobState.FAILED, target="a-machine")
    running = make_job(JobState.RUNNING, target="a-machine")

    with pytest.raises(TargetBusy) as raised:
        retry(job=failed, requested_by=ann)

    assert raised.value.job == running


def test_a_key_makes_it_one_new_job(ann):
    failed, other = (make_job(JobState.FAILED) for _ in range(2))

    first = retry(job=failed, requested_by=ann, idempotency_key="a-key")

    assert retry(job=failed, requested_by=ann, idempotency_key="a-key") == first
    with pytest.raises(KeyReused):
        retry(job=other, requested_by=ann, idempotency_key="a-key")


def test_the_delegate_may_object(ann, delegate):
    asked = []

    def check(_delegate, job, user):
        asked.append((job, user))
        raise NotFound("It is gone.", field="id")

    delegate.check_retry = check
    failed = make_job(JobState.FAILED)

    with pytest.raises(NotFound):
        retry(job=failed, requested_by=ann)

    assert asked == [(failed, ann)]
    assert Job.objects.get() == failed


def test_of_a_failed_parent_the_failed_parts_are_tried_again(ann):
    parent = make_parent(
        JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELED, state=JobState.FAILED
    )
    failed = parent.children.get(state="FAILED")

    again = retry(job=parent, requested_by=ann)

    assert (again.is_parent, again.retried_from, again.state) == (True, parent, "QUEUED")
    assert [child.retried_from for child in again.children.all()] == [failed]


def test_of_a_canceled_parent_also_those_that_were_canceled_with_it(ann):
    parent = make_parent(
        JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELED, state=JobState.CANCELED
    )

    again = retry(job=parent, requested_by=ann)

    states = {child.retried_from.state for child in again.children.all()}
    assert (again.children.count(), states) == (2, {"FAILED", "CANCELED"})


def test_a_parent_of_which_nothing_failed_is_not_tried_again(ann):
    parent = make_parent(JobState.SUCCEEDED, JobState.CANCELED, state=JobState.FAILED)

    with pytest.raises(Conflict, match="None of its jobs failed"):
        retry(job=parent, requested_by=ann)

    assert not Job.objects.filter(retried_from__isnull=False).exists()
