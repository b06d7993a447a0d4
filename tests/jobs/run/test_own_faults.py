"""An internal error while a step is settled ends the job: it is not run again and again."""

import logging
import math
from itertools import product

import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection

from jobs.models import Job
from jobs.models.states import JobState
from jobs.operations.outcomes import Done, OperationFailed, Wait
from jobs.row import transitions
from jobs.run import runner, settlement
from jobs.run.runner import run_job
from jobs.sweep import sweep
from tests.jobs.factories import in_seconds, make_job, make_parent

pytestmark = pytest.mark.django_db(transaction=True)

ERRORS = [RuntimeError, OverflowError, DataError, IntegrityError]
OUTCOMES = [
    Done("It is stopped."),
    Wait(5, "The cloud is stopping it."),
    OperationFailed("TIMEOUT", "The cloud does not answer.", retryable=True),
    OperationFailed("NOT_FOUND", "It is gone."),
]


def ending_with(outcome):
    def end(_step):
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return end


def raising(error):
    def fail(*_arguments, **_options):
        raise error("a-secret-detail")

    return fail


def assert_ended_with_an_id(job, caplog):
    job.refresh_from_db()
    assert (job.state, job.error_code, job.error_retryable) == ("FAILED", "INTERNAL", False)
    assert (job.lease_owner, job.lease_until) == (None, None)
    assert job.finished_at is not None
    error_id = job.error_message.rstrip(".").split()[-1]
    assert f"Unexpected error {error_id}" in caplog.text
    assert "a-secret-detail" in caplog.text
    assert "a-secret-detail" not in job.error_message


@pytest.mark.parametrize("outcome", OUTCOMES, ids=repr)
@pytest.mark.parametrize("fault", [*product(["record_event", "_time_in"], ERRORS)])
def test_whatever_fails_while_an_outcome_is_stored_ends_the_job(
    define, monkeypatch, caplog, outcome, fault
):
    """``record_event`` stays broken: then the job ends without its event."""
    broken, error = fault
    steps = define(ending_with(outcome))
    job = make_job()
    claimed = runner.claim_job(str(job.pk), job.scope)
    monkeypatch.setattr(runner, "claim_job", lambda *_, **__: claimed)
    monkeypatch.setattr(settlement, broken, raising(error))
    if broken == "record_event":
        monkeypatch.setattr(transitions, broken, raising(error))
        monkeypatch.setattr(transitions, "change_with_event", raising(error))
    computes_a_time = isinstance(outcome, Wait) or getattr(outcome, "retryable", False)

    run_job(str(job.pk))

    assert len(steps) == 1
    if broken == "record_event" or computes_a_time:
        assert_ended_with_an_id(job, caplog)


@pytest.mark.parametrize("error", ERRORS)
def test_a_delegate_that_raises_ends_the_job(define, delegate, caplog, error):
    define(ending_with(Done("It is stopped.")))
    delegate.jobs_finished = raising(error)
    parent = make_parent(JobState.QUEUED, progress=10)
    child = parent.children.get()

    run_job(str(child.pk))

    assert_ended_with_an_id(child, caplog)
    assert child.events.latest("pk").kind == "FAILED"
    sweep()
    assert_ended_with_an_id(parent, caplog)


def test_a_parent_that_cannot_be_derived_ends_its_child_all_the_same(define, monkeypatch, caplog):
    define(ending_with(Done("It is stopped.")))
    parent = make_parent(JobState.QUEUED)
    child = parent.children.get()
    claimed = runner.claim_job(str(child.pk), child.scope)
    monkeypatch.setattr(runner, "claim_job", lambda *_, **__: claimed)
    monkeypatch.setattr(transitions, "_derive", raising(RuntimeError))

    run_job(str(child.pk))

    assert_ended_with_an_id(child, caplog)


@pytest.mark.parametrize("seconds", [math.inf, math.nan, -1.0, 1e300, "soon", None])
def test_no_wait_of_an_operation_s_own_making_leaves_the_job_in_a_loop(define, seconds):
    define(ending_with(Wait(seconds)))
    job = make_job()

    run_job(str(job.pk))

    job.refresh_from_db()
    assert job.lease_owner is None
    assert job.state == "RUNNING" or job.error_code == "INTERNAL"
    assert job.run_after <= job.deadline_at


@pytest.mark.parametrize("retry_after", [math.inf, math.nan, -1.0, 1e300, 10**400])
def test_any_retry_after_keeps_the_cause(define, retry_after):
    failure = OperationFailed("RATE_LIMITED", "Slow down.", True, retry_after=retry_after)
    define(ending_with(failure))
    job = make_job()

    run_job(str(job.pk))

    job.refresh_from_db()
    assert (job.error_code, job.error_message) == ("RATE_LIMITED", "Slow down.")
    assert job.lease_owner is None


def test_a_text_that_no_database_stores_is_stored_without_it(define):
    define(ending_with(OperationFailed("X" * 80, "a\x00b \ud800 c")))
    job = make_job()

    run_job(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.error_code) == ("FAILED", "X" * 50)
    assert job.error_message == "a\ufffdb \ufffd c"


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_statement_that_the_database_refuses_now_is_tried_again_once(
    define, kinds, caplog, error
):
    steps = define(raising(error))
    job = make_job()

    run_job(str(job.pk))
    job.refresh_from_db()
    first = (job.state, job.error_code, job.error_retryable, job.lease_owner)
    Job.objects.update(run_after=in_seconds(0))
    run_job(str(job.pk))

    assert first == ("RUNNING", "INTERNAL", True, None)
    assert len(steps) == 2
    assert_ended_with_an_id(job, caplog)
    assert kinds(job) == ["RUNNING", "RETRYING", "FAILED"]


def test_a_database_that_is_away_is_like_a_crash(define, monkeypatch, caplog):
    define(raising(OperationalError))
    job = make_job()
    claimed = runner.claim_job(str(job.pk), job.scope)
    monkeypatch.setattr(runner, "claim_job", lambda *_, **__: claimed)

    def refuse(*_arguments):
        raise OperationalError("the connection was lost")

    with (
        caplog.at_level(logging.ERROR),
        connection.execute_wrapper(refuse),
        pytest.raises(OperationalError),
    ):
        run_job(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.attempts) == ("RUNNING", 1)
    assert job.lease_owner is not None  # until it lapses
