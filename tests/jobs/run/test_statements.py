"""The statements of a job's submission and of a step: few, by hand, and as the ORM reads them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs.models import Job
from jobs.models.states import JobState
from jobs.operations.outcomes import Done
from jobs.row import transitions
from jobs.row.statements import FIELDS
from jobs.run.claims import claim_job, find_request
from jobs.run.runner import run_job
from jobs.submit.services import submit
from tests.jobs.factories import OPERATION, make_job, make_parent, make_user

pytestmark = pytest.mark.django_db(transaction=True)

ON_POSTGRESQL = connection.vendor == "postgresql"
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def values_of(job):
    return {field.attname: getattr(job, field.attname) for field in FIELDS}


def count(made):
    """How many statements there are, without those that begin or end a transaction, and with."""
    texts = [query["sql"] for query in made]
    return len([text for text in texts if not text.startswith(CONTROL)]), len(texts)


@pytest.mark.skipif(not ON_POSTGRESQL, reason="SQLite has no changes in WITH")
@pytest.mark.parametrize("scope", [None, "a-provider"])
def test_a_job_is_submitted_by_one_statement_and_done_by_five(define, scope):
    define(lambda _step: Done("It is stopped."))

    with CaptureQueriesContext(connection) as submission:
        job = submit(operation=OPERATION, arguments={}, requested_by=make_user(), scope=scope)
    made = [query for query in submission if "jobs_job" in query["sql"]]
    with CaptureQueriesContext(connection) as step:
        run_job(str(job.pk))

    assert len(made) == 1
    assert "jobs_jobevent" in made[0]["sql"]
    # The share of its requester; the claim; the requester's rights; the end and, in its
    # transaction, whether there is a webhook.
    assert count(step) == (5, 7)
    job.refresh_from_db()
    assert job.state == "SUCCEEDED"


def test_a_claimed_job_is_as_the_orm_reads_it(define):
    define(lambda _step: Done("Done."))
    due = timezone.now() - timedelta(minutes=3)
    job = make_job(
        arguments={"text": "it's 100 % \u00fc", "number": [1, 2.5, None]},
        memory={"note": {"at": 1}},
        target="a-machine",
        scope="a-provider",
        requested_by=make_user(),
        created_at=due,
        run_after=due,
        deadline_seconds=60.5,
        deadline_at=due + timedelta(seconds=60.5),
        parent=make_parent(JobState.QUEUED),
    )

    claimed, _lease = claim_job(str(job.pk), job.scope)

    stored = Job.objects.get(pk=job.pk)
    assert values_of(claimed) == values_of(stored)
    assert not claimed._state.adding
    # The three minutes do not count.
    waited = stored.deadline_at - job.deadline_at
    assert timedelta(minutes=3) <= waited < timedelta(minutes=3, seconds=60)


def test_a_submitted_job_is_as_the_orm_reads_it(define):
    define(lambda _step: Done("Done."))

    job = submit(
        operation=OPERATION,
        arguments={"text": "it's 100 % \u00fc", "number": [1, 2.5, None]},
        requested_by=make_user(),
        target="a-machine",
        scope="a-provider",
        idempotency_key="key",
        identity={"uuid": "x"},
    )

    assert values_of(job) == values_of(Job.objects.get(pk=job.pk))
    assert not job._state.adding


@pytest.mark.parametrize("name", ["it's", "100 %", "%(id)s", "{known}"])
def test_the_name_of_an_operation_is_a_text(define, name):
    steps = define(lambda _step: Done("Done."), name=name)
    job = make_job(operation=name)

    run_job(str(job.pk))

    assert len(steps) == 1


def test_a_claim_whose_parent_cannot_be_derived_is_none(define, monkeypatch, kinds):
    """The claim of a child and the state of its parent are one transaction."""
    define(lambda _step: Done("Done."))
    parent = make_parent(JobState.QUEUED, state=JobState.QUEUED)
    child = parent.children.get()
    assert find_request(str(child.pk)).parent is not None

    def fail(_parent_id):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(transitions, "_derive", fail)
        with pytest.raises(RuntimeError):
            run_job(str(child.pk))

    child.refresh_from_db()
    assert (child.state, child.lease_owner, kinds(child)) == ("QUEUED", None, [])
    run_job(str(child.pk))
    parent.refresh_from_db()
    assert parent.state == "SUCCEEDED"
    assert kinds(parent) == ["RUNNING", "SUCCEEDED"]


@pytest.mark.parametrize("has_parent", [True, False])
def test_an_interrupted_step_is_noted_with_the_claim(define, kinds, has_parent):
    define(lambda _step: Done("Done."))
    job = make_job(JobState.RUNNING, lease_owner="gone", lease_until=timezone.now())

    claimed, _lease = claim_job(str(job.pk), None, has_parent=has_parent)

    assert claimed.interrupted
    assert kinds(job) == ["INTERRUPTED"]
