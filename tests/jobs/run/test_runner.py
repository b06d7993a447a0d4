import logging
import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.db.models import F
from django.utils import timezone

from jobs.models import Job
from jobs.models.states import FINISHED, JobState
from jobs.operations.outcomes import Done, OperationFailed, Wait
from jobs.run.claims import claim_job
from jobs.run.runner import run_job
from tests.jobs.factories import in_seconds, make_job, make_parent

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_step_that_does_the_whole_work(define, kinds):
    steps = define(lambda _step: Done("It is stopped.", result={"state": "STOPPED"}))
    job = make_job(arguments={"force": True}, target="a-machine", scope="a-provider")

    run_job(str(job.pk))

    (step,) = steps
    assert (step.job_id, step.target, step.scope) == (str(job.pk), "a-machine", "a-provider")
    assert (step.arguments, step.memory, step.attempt) == ({"force": True}, {}, 1)
    assert (step.deadline, step.interrupted) == (job.deadline_at, False)
    job.refresh_from_db()
    assert (job.state, job.result, job.progress) == ("SUCCEEDED", {"state": "STOPPED"}, 100)
    assert (job.attempts, job.step) == (1, 1)
    assert (job.lease_owner, job.lease_until) == (None, None)
    assert job.created_at < job.started_at < job.finished_at
    assert kinds(job) == ["RUNNING", "SUCCEEDED"]
    assert job.events.latest("pk").message == "It is stopped."


def test_a_claim_holds_the_job_for_a_lease(settings):
    settings.JOB_LEASE_SECONDS = 20
    job = make_job(operation="test.other")
    Job.objects.update(deadline_at=F("run_after"))  # so that no operation is needed
    earliest = in_seconds(20)

    claimed, lease = claim_job(str(job.pk), job.scope)

    assert (claimed.state, claimed.step) == ("RUNNING", 1)
    assert (claimed.lease_owner, lease.owner) == (lease.owner, claimed.lease_owner)
    assert earliest <= claimed.lease_until <= in_seconds(20)


def test_of_many_claims_at_once_one_wins(define):
    define(lambda _step: Done("Done."))
    job = make_job()
    won = []
    together = threading.Barrier(8)

    def claim():
        together.wait(timeout=60)
        if claim_job(str(job.pk), job.scope) is not None:
            won.append(True)
        connections.close_all()

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert won == [True]
    job.refresh_from_db()
    assert job.step == 1


@pytest.mark.parametrize("state", FINISHED)
def test_a_job_that_has_ended_is_not_run(state, define):
    steps = define(lambda _step: Done("Done."))
    job = make_job(state)

    run_job(str(job.pk))

    assert steps == []
    assert Job.objects.get(pk=job.pk).state == state


@pytest.mark.parametrize(
    "columns",
    [
        lambda: {"run_after": in_seconds(60)},
        lambda: {"lease_owner": "another", "lease_until": in_seconds(60)},
        lambda: {"run_after": None},
    ],
    ids=["not due", "leased", "a parent"],
)
def test_a_job_that_is_not_ours_to_take_is_left_alone(columns, define):
    steps = define(lambda _step: Done("Done."))
    job = make_job(**columns())

    run_job(str(job.pk))

    assert steps == []
    job.refresh_from_db()
    assert (job.state, job.step) == ("QUEUED", 0)


def test_a_job_that_was_deleted_is_no_error(define):
    define(lambda _step: Done("Done."))
    job = make_job()
    key = str(job.pk)
    job.delete()

    run_job(key)


def test_a_dead_worker_s_job_is_taken_up_and_the_operation_is_told(define, kinds):
    steps = define(lambda _step: Done("Done."))
    job = make_job(
        JobState.RUNNING,
        memory={"asked": True},
        lease_owner="dead",
        lease_until=timezone.now() - timedelta(seconds=1),
    )

    run_job(str(job.pk))

    (step,) = steps
    assert step.interrupted
    assert step.memory == {"asked": True}
    job.refresh_from_db()
    assert (job.state, job.attempts, job.step) == ("SUCCEEDED", 1, 2)
    assert kinds(job) == ["INTERRUPTED", "SUCCEEDED"]


def test_a_step_after_a_wait_was_not_interrupted(define):
    outcomes = iter([Wait(0), Done("Done.")])
    steps = define(lambda _step: next(outcomes))
    job = make_job()

    run_job(str(job.pk))
    run_job(str(job.pk))

    assert [step.interrupted for step in steps] == [False, False]
    job.refresh_from_db()
    assert (job.state, job.step) == ("SUCCEEDED", 2)


def test_a_job_past_its_deadline_takes_one_last_look(define, kinds):
    steps = define(lambda _step: Wait(1))
    job = make_job(JobState.RUNNING, deadline_at=timezone.now())

    run_job(str(job.pk))

    assert [step.last_look for step in steps] == [True]
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("FAILED", "DEADLINE_EXCEEDED")
    assert job.error_message == "It was not done by its deadline."
    assert kinds(job) == ["FAILED"]


def test_what_is_done_at_the_last_look_is_done(define):
    steps = define(lambda _step: Done("It is stopped."))
    job = make_job(
        JobState.RUNNING,
        deadline_at=timezone.now(),
        error_code="TIMEOUT",
        error_message="The cloud does not answer.",
        error_retryable=True,
    )

    run_job(str(job.pk))

    assert [step.last_look for step in steps] == [True]
    job.refresh_from_db()
    assert (job.state, job.error_code, job.error_message) == ("SUCCEEDED", "", "")


@pytest.mark.parametrize(
    ("failure", "code", "message"),
    [
        (
            OperationFailed("TIMEOUT", "No answer.", retryable=True),
            "DEADLINE_EXCEEDED",
            "It was not done by its deadline. The last look failed: No answer.",
        ),
        (OperationFailed("NOT_FOUND", "It is gone."), "NOT_FOUND", "It is gone."),
    ],
)
def test_a_last_look_that_fails_decides_too(define, failure, code, message):
    def fail(_step):
        raise failure

    define(fail)
    job = make_job(JobState.RUNNING, deadline_at=timezone.now())

    run_job(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.error_code, job.error_message) == ("FAILED", code, message)


def test_nothing_is_done_at_the_last_look(define):
    acts = []

    def act(step):
        step.about_to_act()
        acts.append(step)
        return Done("Done.")

    define(act)
    late = make_job(JobState.RUNNING, deadline_at=timezone.now())
    early = make_job(JobState.RUNNING)

    run_job(str(late.pk))
    run_job(str(early.pk))

    late.refresh_from_db()
    early.refresh_from_db()
    assert (late.state, late.error_code) == ("FAILED", "DEADLINE_EXCEEDED")
    assert (early.state, len(acts)) == ("SUCCEEDED", 1)


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING])
def test_the_deadline_does_not_run_while_a_job_only_waits_for_its_turn(define, state):
    """It waits for a worker, or for a slot. It was due an hour ago, with a minute left."""
    steps = define(lambda _step: Wait(5))
    due = in_seconds(-3600)
    job = make_job(state, created_at=due, run_after=due, deadline_at=due + timedelta(minutes=1))

    run_job(str(job.pk))

    assert [step.last_look for step in steps] == [False]
    job.refresh_from_db()
    assert job.state == "RUNNING"
    assert in_seconds(0) < job.deadline_at <= in_seconds(60)


def test_the_deadline_runs_while_a_worker_that_died_had_the_job(define):
    steps = define(lambda _step: Wait(5))
    job = make_job(
        JobState.RUNNING,
        run_after=in_seconds(-3600),
        deadline_at=in_seconds(-1),
        lease_owner="dead",
        lease_until=in_seconds(-1),
    )

    run_job(str(job.pk))

    assert [step.last_look for step in steps] == [True]
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("FAILED", "DEADLINE_EXCEEDED")


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING])
def test_what_nobody_took_up_for_a_day_is_not_done_any_more(define, state):
    steps = define(lambda _step: Wait(5))
    due = timezone.now() - timedelta(days=1, minutes=1)
    job = make_job(state, created_at=due, run_after=due, deadline_at=due + timedelta(minutes=15))

    run_job(str(job.pk))

    assert [step.last_look for step in steps] == [True]
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("FAILED", "DEADLINE_EXCEEDED")


def test_what_a_job_waited_for_is_told_with_the_deadline(define):
    define(lambda _step: Wait(1, "The guest is deaf."))
    job = make_job()
    run_job(str(job.pk))
    Job.objects.filter(pk=job.pk).update(deadline_at=timezone.now(), run_after=timezone.now())

    run_job(str(job.pk))

    job.refresh_from_db()
    assert job.error_code == "DEADLINE_EXCEEDED"
    assert job.error_message == "It was not done by its deadline. The guest is deaf."


def test_the_latest_error_is_told_with_the_deadline(define):
    define(lambda _step: Wait(1))
    job = make_job(
        JobState.RUNNING,
        deadline_at=timezone.now(),
        error_code="TIMEOUT",
        error_message="The cloud does not answer.",
    )

    run_job(str(job.pk))

    job.refresh_from_db()
    assert job.error_code == "DEADLINE_EXCEEDED"
    assert job.error_message.endswith("The latest attempt failed: The cloud does not answer.")


def test_an_operation_that_this_worker_does_not_know_is_left_to_another(caplog, kinds):
    job = make_job(operation="test.from-a-newer-version")
    earliest = in_seconds(5)

    with caplog.at_level(logging.WARNING):
        run_job(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.step, job.lease_owner) == ("QUEUED", 0, None)
    assert earliest < job.run_after < in_seconds(15)
    assert kinds(job) == []
    assert "unknown to this worker" in caplog.text


def test_to_end_a_canceling_or_overdue_job_its_operation_need_not_be_known():
    canceling = make_job(JobState.CANCELING, operation="test.unknown")
    overdue = make_job(operation="test.unknown", deadline_at=in_seconds(-1))

    run_job(str(canceling.pk))
    run_job(str(overdue.pk))

    canceling.refresh_from_db()
    overdue.refresh_from_db()
    assert (canceling.state, overdue.state) == ("CANCELED", "FAILED")


def test_an_unexpected_exception_is_masked_logged_and_final(define, caplog):
    def explode(_step):
        raise KeyError("a-secret-detail")

    define(explode)
    job = make_job()

    run_job(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.error_code, job.error_retryable) == ("FAILED", "INTERNAL", False)
    assert "a-secret-detail" not in job.error_message
    assert "a-secret-detail" not in job.events.latest("pk").message
    assert "a-secret-detail" in caplog.text
    assert "Traceback" in caplog.text


def test_what_is_no_outcome_is_a_fault_of_ours(define, caplog):
    define(lambda _step: True)
    job = make_job()

    run_job(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.error_code) == ("FAILED", "INTERNAL")
    assert "returned True instead of Done or Wait" in caplog.text


def test_no_transaction_is_open_while_an_operation_runs(define):
    open_ones = []
    define(lambda _step: open_ones.append(connection.in_atomic_block) or Done("Done."))

    run_job(str(make_job().pk))

    assert open_ones == [False]


def test_a_parent_begins_and_ends_with_its_children(define, kinds):
    outcomes = iter([Done("Done."), OperationFailed("QUOTA_EXCEEDED", "No more machines.")])

    def end(_step):
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    define(end)
    parent = make_parent(JobState.QUEUED, JobState.QUEUED, state=JobState.QUEUED, step=0)
    first, second = parent.children.order_by("created_at", "pk")

    run_job(str(first.pk))
    parent.refresh_from_db()
    halfway = (parent.state, parent.progress, parent.result)
    run_job(str(second.pk))

    parent.refresh_from_db()
    assert halfway == ("RUNNING", 50, None)
    assert (parent.state, parent.progress) == ("FAILED", 100)
    assert parent.result == {"succeeded": 1, "failed": 1, "canceled": 0}
    assert (parent.error_code, parent.step) == ("CHILDREN_FAILED", 0)
    assert parent.started_at is not None
    assert kinds(parent) == ["RUNNING", "FAILED"]
