import pytest

from gateway.core.errors import Conflict
from jobs.models import Job
from jobs.models.states import FINISHED, JobState
from jobs.run.claims import claim_job
from jobs.run.runner import run_job
from jobs.submit.cancel import cancel
from tests.jobs.factories import in_seconds, make_job, make_parent, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_queued_job_is_canceled_at_once(sent_messages, kinds):
    job = make_job()

    canceled = cancel(job=job, canceled_by=make_user())

    assert (canceled.state, canceled.step) == ("CANCELED", 0)
    assert canceled.finished_at is not None
    assert kinds(job) == ["CANCELED"]
    assert "Nothing had been done" in job.events.get().message
    assert sent_messages() == []


def test_a_waiting_job_is_woken_up_and_ends_without_another_step(define, sent_messages, kinds):
    steps = define(lambda _step: pytest.fail("it must not run"))
    job = make_job(JobState.RUNNING, run_after=in_seconds(600))

    canceled = cancel(job=job, canceled_by=None)
    sent = sent_messages()
    run_job(str(job.pk))

    assert canceled.state == "CANCELING"
    assert sent == [(str(job.pk), False)]
    job.refresh_from_db()
    assert job.state == "CANCELED"
    assert kinds(job) == ["CANCELING", "CANCELED"]
    assert steps == []


def test_a_job_in_a_step_is_canceling_until_the_step_has_ended(define):
    define(lambda _step: None)
    job = make_job()
    claim_job(str(job.pk), job.scope)

    canceled = cancel(job=job)
    run_job(str(job.pk))  # its bell: the lease is another's

    assert canceled.state == "CANCELING"
    assert canceled.lease_owner is not None
    assert Job.objects.get(pk=job.pk).state == "CANCELING"


def test_the_last_event_says_what_had_been_done():
    job = make_job(JobState.RUNNING, memory={"external_id": "i-123"})
    job.events.create(kind="PROGRESS", message="Asked the cloud for a machine.")

    cancel(job=job)
    run_job(str(job.pk))

    message = job.events.latest("pk").message
    assert message == "Canceled. Done before that: Asked the cloud for a machine."


def test_canceling_twice_is_one_cancel(kinds):
    job = make_job(JobState.RUNNING)

    cancel(job=job)
    again = cancel(job=job)

    assert again.state == "CANCELING"
    assert kinds(job) == ["CANCELING"]


@pytest.mark.parametrize("state", FINISHED)
def test_a_job_that_has_ended_cannot_be_canceled(state, kinds):
    job = make_job(state)

    with pytest.raises(Conflict, match=f"It has ended already: {state}"):
        cancel(job=job)

    assert Job.objects.get(pk=job.pk).state == state
    assert kinds(job) == []


def test_a_job_that_ended_since_it_was_read_cannot_either():
    job = make_job()
    Job.objects.update(state=JobState.SUCCEEDED)

    with pytest.raises(Conflict):
        cancel(job=job)


def test_a_canceled_parent_takes_its_children_with_it(sent_messages, kinds):
    parent = make_parent(JobState.QUEUED, JobState.RUNNING, JobState.SUCCEEDED)

    canceled = cancel(job=parent)

    queued, running, done = parent.children.order_by("created_at", "pk")
    assert (queued.state, running.state, done.state) == ("CANCELED", "CANCELING", "SUCCEEDED")
    assert (canceled.state, canceled.progress) == ("CANCELING", 66)
    assert sent_messages() == [(str(running.pk), False)]

    run_job(str(running.pk))

    parent.refresh_from_db()
    assert parent.state == "CANCELED"
    assert parent.result == {"succeeded": 1, "failed": 0, "canceled": 2}
    assert kinds(parent) == ["CANCELING", "CANCELED"]


def test_a_parent_of_queued_children_is_canceled_at_once(kinds):
    parent = make_parent(JobState.QUEUED, JobState.QUEUED, state=JobState.QUEUED)

    canceled = cancel(job=parent)

    assert (canceled.state, canceled.progress) == ("CANCELED", 100)
    assert kinds(parent) == ["CANCELING", "CANCELED"]


def test_a_parent_that_has_ended_cannot_be_canceled():
    parent = make_parent(JobState.FAILED, state=JobState.FAILED)

    with pytest.raises(Conflict):
        cancel(job=parent)


def test_a_canceled_child_is_counted_by_its_parent():
    parent = make_parent(JobState.QUEUED, JobState.SUCCEEDED)

    cancel(job=parent.children.get(state=JobState.QUEUED))

    parent.refresh_from_db()
    assert parent.state == "CANCELED"  # nothing failed
    assert parent.result == {"succeeded": 1, "failed": 0, "canceled": 1}


def test_the_delegate_hears_of_a_job_that_is_canceled_before_it_began(finished):
    job = make_job()

    cancel(job=job)

    assert finished == [[(job.pk, "CANCELED", None)]]


def test_the_delegate_is_called_once_for_a_family_that_is_canceled(finished):
    """It locks rows in an order of its own, which several calls would break."""
    parent = make_parent(JobState.QUEUED, JobState.QUEUED, state=JobState.QUEUED)
    children = parent.children.all()

    cancel(job=parent)

    (call,) = finished
    assert {(key, state) for key, state, _ in call} == {
        (job.pk, "CANCELED") for job in (*children, parent)
    }
