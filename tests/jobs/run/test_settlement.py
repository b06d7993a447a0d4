"""The state of a job when its step has ended, through the runner."""

from datetime import timedelta

import pytest

from jobs.models import Job
from jobs.models.states import JobState
from jobs.operations.outcomes import Done, OperationFailed, Wait
from jobs.run.runner import run_job
from jobs.submit.cancel import cancel
from tests.jobs.factories import in_seconds, make_job

pytestmark = pytest.mark.django_db(transaction=True)


def failing(**options):
    def fail(_step):
        raise OperationFailed("TIMEOUT", "The cloud does not answer.", **options)

    return fail


@pytest.fixture
def run(define):
    """Takes one step of a new job with this operation; returns the job as it is then."""

    def _run(function, **columns):
        define(function)
        job = make_job(**columns)
        run_job(str(job.pk))
        return Job.objects.get(pk=job.pk)

    return _run


def test_a_wait_holds_no_lease_and_rings_when_it_is_over(run, sent_messages, kinds):
    earliest = in_seconds(30)

    job = run(lambda _step: Wait(30, "The cloud is stopping it.", progress=40))

    assert (job.state, job.progress, job.attempts) == ("RUNNING", 40, 1)
    assert earliest <= job.run_after <= in_seconds(30)
    assert (job.lease_owner, job.lease_until, job.finished_at) == (None, None, None)
    assert kinds(job) == ["RUNNING", "WAITING"]
    assert sent_messages() == [(str(job.pk), True)]


def test_a_wait_without_words_is_no_event(run, kinds):
    job = run(lambda _step: Wait(30))

    assert kinds(job) == ["RUNNING"]


def test_polls_that_say_the_same_are_one_event(run, kinds):
    job = run(lambda _step: Wait(0, "The cloud is stopping it."))

    for _ in range(3):
        run_job(str(job.pk))

    job.refresh_from_db()
    assert job.step == 4
    assert kinds(job) == ["RUNNING", "WAITING"]


def test_no_wait_lasts_beyond_the_deadline(run, sent_messages):
    deadline = in_seconds(10)

    job = run(lambda _step: Wait(3600), deadline_at=deadline)

    assert job.run_after == deadline
    assert sent_messages() == [(str(job.pk), True)]


def test_a_long_wait_is_dispatched_by_the_sweep(run, sent_messages):
    run(lambda _step: Wait(300))

    assert sent_messages() == []


def test_a_retryable_failure_is_tried_again(run, sent_messages, kinds):
    earliest = in_seconds(0.5)

    job = run(failing(retryable=True))

    assert (job.state, job.attempts) == ("RUNNING", 2)
    assert (job.error_code, job.error_retryable) == ("TIMEOUT", True)
    assert earliest <= job.run_after <= in_seconds(1)
    assert (job.lease_owner, job.finished_at) == (None, None)
    assert kinds(job) == ["RUNNING", "RETRYING"]
    assert job.events.latest("pk").message.startswith(
        "Attempt 1 failed: The cloud does not answer. Again in "
    )
    assert sent_messages() == [(str(job.pk), True)]


def test_the_next_attempt_knows_its_number_and_may_succeed(run, kinds):
    def succeed_later(step):
        if step.attempt == 1:
            raise OperationFailed("TIMEOUT", "The cloud does not answer.", retryable=True)
        return Done("It is stopped.")

    job = run(succeed_later)
    Job.objects.update(run_after=in_seconds(0))
    run_job(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.attempts) == ("SUCCEEDED", 2)
    assert (job.error_code, job.error_message, job.error_retryable) == ("", "", False)
    assert kinds(job) == ["RUNNING", "RETRYING", "SUCCEEDED"]


def test_the_cloud_s_retry_after_is_respected(run):
    earliest = in_seconds(40)

    job = run(failing(retryable=True, retry_after=40))

    assert earliest <= job.run_after < in_seconds(42)


def test_a_failure_that_will_not_pass_is_final(run, sent_messages, kinds):
    job = run(failing())

    assert (job.state, job.attempts, job.progress) == ("FAILED", 1, 0)
    assert (job.error_code, job.error_message, job.error_retryable) == (
        "TIMEOUT",
        "The cloud does not answer.",
        False,
    )
    assert job.finished_at is not None
    assert kinds(job) == ["RUNNING", "FAILED"]
    assert sent_messages() == []


def test_a_retry_that_would_be_too_late_is_not_waited_for(run, sent_messages):
    job = run(failing(retryable=True, retry_after=60), deadline_at=in_seconds(30))

    assert (job.state, job.error_code, job.error_retryable) == ("FAILED", "TIMEOUT", True)
    assert sent_messages() == []


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Done("It is stopped."), "SUCCEEDED"),
        (Wait(5), "CANCELED"),
        (OperationFailed("TIMEOUT", "No answer.", retryable=True), "CANCELED"),
        (OperationFailed("NOT_FOUND", "It is gone."), "FAILED"),
    ],
)
def test_a_cancel_during_a_step_is_heeded_where_the_job_would_go_on(run, outcome, state):
    def cancel_meanwhile(step):
        cancel(job=Job.objects.get(pk=step.job_id))
        step.remember(asked=True)
        step.report("Asked the cloud to stop it.")
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    job = run(cancel_meanwhile)

    assert job.state == state
    assert job.lease_owner is None
    assert job.finished_at is not None
    if state == "CANCELED":
        done = "Canceled. Done before that: Asked the cloud to stop it."
        failed = " The latest attempt failed: No answer." if isinstance(outcome, Exception) else ""
        assert job.events.latest("pk").message == done + failed


def test_progress_is_kept_within_bounds(run):
    assert run(lambda _step: Wait(5, progress=170)).progress == 100


def test_a_canceled_job_keeps_the_progress_it_made(run):
    job = run(lambda _step: Wait(0, progress=40))
    cancel(job=job)

    run_job(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.progress) == (JobState.CANCELED, 40)


def test_our_own_back_off_ends_at_the_deadline_where_the_last_look_is_taken(run, monkeypatch):
    monkeypatch.setattr("jobs.run.backoff.BACKOFF_FIRST", 600)
    monkeypatch.setattr("jobs.run.backoff.BACKOFF_LONGEST", 600)
    deadline = in_seconds(60)

    job = run(failing(retryable=True), deadline_at=deadline)

    assert (job.state, job.error_code, job.attempts) == ("RUNNING", "TIMEOUT", 2)
    assert job.run_after == job.deadline_at == deadline


def test_an_end_that_is_no_success_reports_what_remains(define, kinds):
    def stop(step):
        step.remember(is_off=True)
        if step.arguments.get("fails"):
            raise OperationFailed("QUOTA_EXCEEDED", "Refused.")
        return Wait(0)

    def remains(job):
        return "The machine is off." if job.memory.get("is_off") else ""

    define(stop, remains=remains)
    failed, canceled = make_job(arguments={"fails": True}), make_job(arguments={})
    for job in (failed, canceled):
        run_job(str(job.pk))
    canceled.refresh_from_db()
    cancel(job=canceled)
    run_job(str(canceled.pk))

    failed.refresh_from_db()
    canceled.refresh_from_db()
    assert failed.error_message == "Refused. The machine is off."
    assert (canceled.state, canceled.error_code) == ("CANCELED", "")
    last = canceled.events.order_by("-pk").first()
    assert last.message == "Canceled. Nothing had been done. The machine is off."


LATE = {"retryable": True, "retry_after": 3600}


def accepted(step):
    step.report("The cloud accepted it.")


def unclear(step):
    step.note_unclear("No answer in time.")


@pytest.mark.parametrize(
    ("act", "named"),
    [
        (accepted, "The cloud accepted it."),
        (unclear, "A request may have been carried out: No answer in time."),
    ],
)
def test_what_was_accepted_is_looked_at_until_the_deadline_and_named(run, act, named):
    def throttled(step):
        if not step.last_look and step.attempt == 1:
            act(step)
        raise OperationFailed("RATE_LIMITED", "Slower.", **LATE)

    job = run(throttled)

    assert job.state == "RUNNING"
    assert job.deadline_at - job.run_after < timedelta(seconds=60)

    now = in_seconds(0)
    Job.objects.update(run_after=now, deadline_at=now)
    run_job(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.error_code) == ("FAILED", "DEADLINE_EXCEEDED")
    assert not job.error_retryable
    assert job.error_message.endswith(f"Slower. Done before that: {named}")


ACCEPTED = " Done before that: The cloud accepted it."
IN_DOUBT = f"{ACCEPTED} A request may have been carried out: No answer in time."


@pytest.mark.parametrize(
    ("error", "code", "end"),
    [
        (OperationFailed("NOT_FOUND", "It is gone."), "NOT_FOUND", IN_DOUBT),
        (OperationFailed("OUTCOME_UNKNOWN", "No answer in time."), "OUTCOME_UNKNOWN", ACCEPTED),
        (ZeroDivisionError(), "INTERNAL", IN_DOUBT),
    ],
)
def test_every_final_failure_names_what_was_accepted(run, error, code, end):
    def fail(step):
        accepted(step)
        unclear(step)
        raise error

    job = run(fail)

    assert (job.state, job.error_code) == ("FAILED", code)
    assert job.error_message.endswith(end)
    assert job.error_message.count("Done before that") == 1


def test_what_did_nothing_is_not_kept_until_its_deadline(run):
    job = run(failing(**LATE))

    assert (job.state, job.error_message) == ("FAILED", "The cloud does not answer.")
    assert job.error_retryable
