"""The webhook event ``job.finished``."""

import pytest
from django.utils import timezone

from gateway.core.webhooks import kinds
from gateway.core.webhooks.models import WebhookEvent
from jobs.models import Job
from jobs.models.states import JobState
from jobs.operations.outcomes import Done
from jobs.row.transitions import move_job
from jobs.run.runner import run_job
from jobs.submit.services import submit
from jobs.webhooks import JobFinished
from tests.gateway.core.webhooks.factories import deliveries, make_webhook
from tests.jobs.factories import OPERATION, make_job, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return make_user("ann")


@pytest.fixture
def webhook(ann):
    return make_webhook(ann, url="https://hooks.example.org/")


def test_a_job_that_ends_is_one_event(ann, webhook, define):
    define(lambda _step: Done(message="Done."))
    job = submit(operation=OPERATION, arguments={}, requested_by=ann)
    run_job(str(job.pk))

    [delivery] = deliveries(webhook)

    assert (delivery.kind, delivery.keys) == ("job.finished", [str(job.pk)])
    data = JobFinished().data(ann, delivery.keys, {})["job"]
    assert data["id"] == job.public_id
    assert (data["state"], data["operation"], data["error"]) == ("SUCCEEDED", OPERATION, None)
    assert data["requestedBy"] == "ann"


@pytest.mark.parametrize("state", [JobState.SUCCEEDED, JobState.FAILED])
def test_whatever_the_end_is_it_is_told_once(ann, webhook, state):
    job = make_job(JobState.RUNNING, requested_by=ann)

    assert move_job(job.pk, state, message="ended")
    assert not move_job(job.pk, state, message="ended")

    assert WebhookEvent.objects.get().keys == [str(job.pk)]


def test_others_jobs_are_not_told(webhook):
    job = make_job(JobState.RUNNING, requested_by=make_user("bob"))
    move_job(job.pk, JobState.SUCCEEDED, message="ended")

    assert deliveries(webhook) == []


def test_a_parent_is_about_the_providers_of_its_children(ann):
    parent = make_job(JobState.RUNNING, run_after=None, requested_by=ann)
    for scope in ("one", "two"):
        make_job(JobState.RUNNING, parent=parent, scope=scope, target=f"at-{scope}")

    [item] = JobFinished().items([str(parent.pk)])

    assert set(item.providers) == {"one", "two"}
    assert set(item.targets) == set()
    assert JobFinished().items([str(Job(created_at=timezone.now()).pk)]) == []


def test_it_is_registered():
    assert isinstance(kinds.kind_named("job.finished"), JobFinished)
