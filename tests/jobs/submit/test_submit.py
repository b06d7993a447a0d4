from functools import partial

import pytest
from django.db import OperationalError, transaction

from gateway.core.errors import Conflict
from jobs import dispatch
from jobs.models import Job
from jobs.models.states import FINISHED, UNFINISHED, JobState
from jobs.operations.outcomes import Done
from jobs.operations.registry import UnknownOperation
from jobs.row import events
from jobs.submit import rows
from jobs.submit.rows import Part, TargetBusy
from jobs.submit.services import submit, submit_many
from tests.jobs.factories import OPERATION, in_seconds, make_job, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _operation(define):
    define(lambda _step: Done("Done."))


def test_a_job_is_queued_with_all_that_it_needs(kinds):
    user = make_user()

    job = submit(
        operation=OPERATION,
        target="a-machine",
        scope="a-provider",
        arguments={"name": "web-1"},
        requested_by=user,
    )

    job = Job.objects.get(pk=job.pk)
    assert job.state == JobState.QUEUED
    assert (job.target, job.scope, job.requested_by) == ("a-machine", "a-provider", user)
    assert job.arguments == {"name": "web-1"}
    assert (job.attempts, job.step, job.progress, job.started_at) == (0, 0, 0, None)
    assert in_seconds(14 * 60) < job.deadline_at <= in_seconds(15 * 60)
    assert not job.is_parent
    assert kinds(job) == ["QUEUED"]


def test_it_is_dispatched_when_the_transaction_commits(sent_messages):
    with transaction.atomic():
        job = submit(operation=OPERATION, arguments={}, requested_by=None)
        before_commit = sent_messages()

    assert before_commit == []
    assert sent_messages() == [(str(job.pk), False)]


def test_of_a_rolled_back_submit_nothing_is_left(sent_messages):
    with transaction.atomic():
        submit(operation=OPERATION, arguments={}, requested_by=None)
        transaction.set_rollback(True)

    assert not Job.objects.exists()
    assert sent_messages() == []


def test_a_deadline_of_one_s_own():
    earliest = in_seconds(60)

    job = submit(operation=OPERATION, arguments={}, requested_by=None, deadline_seconds=60)

    assert earliest <= job.deadline_at <= in_seconds(60)


def test_an_operation_nobody_knows_is_refused(sent_messages):
    with pytest.raises(UnknownOperation):
        submit(operation="test.unheard", arguments={}, requested_by=None)

    assert not Job.objects.exists()
    assert sent_messages() == []


@pytest.mark.parametrize("state", UNFINISHED)
def test_a_busy_target_is_a_conflict_that_names_the_job(state, sent_messages):
    running = make_job(state, target="a-machine")

    with pytest.raises(TargetBusy) as raised:
        submit(operation=OPERATION, target="a-machine", arguments={}, requested_by=None)

    assert isinstance(raised.value, Conflict)
    assert raised.value.job == running
    assert running.public_id in raised.value.message
    assert "Test something" in raised.value.message
    assert Job.objects.get() == running
    assert sent_messages() == []


@pytest.mark.parametrize("state", FINISHED)
def test_a_target_is_free_again_when_its_job_has_ended(state):
    make_job(state, target="a-machine")

    job = submit(operation=OPERATION, target="a-machine", arguments={}, requested_by=None)

    assert job.state == JobState.QUEUED


def test_jobs_without_a_target_do_not_meet():
    for _ in range(2):
        submit(operation=OPERATION, arguments={}, requested_by=None)

    assert Job.objects.count() == 2


def test_many_are_a_parent_and_a_child_for_each(sent_messages, kinds):
    user = make_user()

    parent = submit_many(
        operation=OPERATION,
        children=[Part("machine-1", {"n": 1}), Part(None, {"n": 2}), Part(None, {"n": 3})],
        arguments={"count": 3},
        scope="a-provider",
        requested_by=user,
    )

    children = list(parent.children.order_by("created_at", "pk"))
    assert [(child.target, child.arguments) for child in children] == [
        ("machine-1", {"n": 1}),
        (None, {"n": 2}),
        (None, {"n": 3}),
    ]
    assert all((child.scope, child.requested_by) == ("a-provider", user) for child in children)
    assert parent.is_parent
    assert (parent.target, parent.state, parent.arguments) == (None, "QUEUED", {"count": 3})
    assert kinds(parent) == ["QUEUED"]
    assert sent_messages() == sorted((str(child.pk), False) for child in children)


def test_a_child_whose_target_is_busy_has_failed_and_the_others_run(sent_messages, kinds):
    make_job(JobState.RUNNING, target="machine-1")

    parent = submit_many(
        operation=OPERATION,
        children=[Part("machine-1", {}), Part("machine-2", {}, "another-provider")],
        scope="a-provider",
        requested_by=None,
    )

    busy, free = parent.children.order_by("created_at", "pk")
    assert (busy.state, busy.error_code) == ("FAILED", "CONFLICT")
    assert busy.finished_at is not None
    assert kinds(busy) == ["FAILED"]
    assert free.state == "QUEUED"
    assert (busy.scope, free.scope) == ("a-provider", "another-provider")
    assert (parent.state, parent.progress) == ("RUNNING", 50)
    assert sent_messages() == [(str(free.pk), False)]


def test_a_parent_whose_children_are_all_refused_has_failed(sent_messages):
    make_job(JobState.RUNNING, target="machine-1")

    parent = submit_many(operation=OPERATION, children=[Part("machine-1", {})], requested_by=None)

    assert parent.state == "FAILED"
    assert parent.result == {"succeeded": 0, "failed": 1, "canceled": 0}
    assert sent_messages() == []


def test_a_parent_without_children_has_succeeded_at_once(kinds, sent_messages):
    user = make_user()
    given = {"operation": OPERATION, "children": [], "requested_by": user, "idempotency_key": "k"}

    parent = submit_many(**given, note="No machine matches.")

    assert (parent.state, parent.progress, parent.is_parent) == ("SUCCEEDED", 100, True)
    assert parent.result == {"succeeded": 0, "failed": 0, "canceled": 0}
    assert parent.started_at <= parent.finished_at
    assert kinds(parent) == ["QUEUED", "RUNNING", "SUCCEEDED"]
    messages = list(parent.events.order_by("pk").values_list("message", flat=True))
    assert messages[0] == "Accepted, as 0 jobs. No machine matches."
    assert messages[-1] == "There was nothing to do."
    assert sent_messages() == []
    assert submit_many(**given).pk == parent.pk


@pytest.mark.parametrize("number", [None, 2])
def test_a_submission_that_a_conflict_ended_is_repeated(monkeypatch, sent_messages, kinds, number):
    """Once, and with one message for each job."""
    left = [1]

    def conflicting(insert, job, **options):
        if left:
            left.pop()
            raise OperationalError("could not serialize access") from Serialization()
        return insert(job, **options)

    monkeypatch.setattr(rows, "insert", partial(conflicting, rows.insert))
    parts = [Part(None, {})] * (number or 0)

    if number is None:
        job = submit(operation=OPERATION, arguments={}, requested_by=None)
    else:
        job = submit_many(operation=OPERATION, children=parts, requested_by=None)

    assert left == []
    assert Job.objects.count() == (1 if number is None else 1 + number)
    assert len(sent_messages()) == (number or 1)
    assert kinds(job) == ["QUEUED"]


class Serialization(Exception):
    """As psycopg's; SQLite's is one of its own."""

    sqlstate = "40001"


def test_a_job_is_dispatched_before_its_event_is_published(monkeypatch):
    """The worker need not wait for the second message."""
    sent = []
    monkeypatch.setattr(dispatch, "dispatch_job", lambda *_, **__: sent.append("dispatched"))
    monkeypatch.setattr(events, "announce", lambda *_: sent.append("published"))

    submit(operation=OPERATION, arguments={}, requested_by=None)
    with transaction.atomic():
        submit(operation=OPERATION, arguments={}, requested_by=None)
        assert len(sent) == 2

    assert sent == ["dispatched", "published"] * 2
