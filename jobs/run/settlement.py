"""What becomes of a job when a step has ended: it ends, waits, or is tried again.

Each is one fenced transaction. A job that somebody has asked to stop meanwhile does not go on: it
ends as CANCELED where it would have waited.

A settlement may itself fail. ``settle_internal_error`` then ends the job, if need be without the
event, the listeners and the parent that belong to its end: a job that stays unfinished would be
taken up again, and ask its cloud again, until its deadline.
"""

import logging
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from gateway.core.http.retry_after import bounded_seconds
from gateway.core.text import storable_json
from gateway.core.transactions import in_transaction
from gateway.core.unexpected import log_unexpected
from jobs import dispatch
from jobs.models import EventKind, Job
from jobs.models.error_codes import DEADLINE_EXCEEDED, INTERNAL, OUTCOME_UNKNOWN, PERMISSION_DENIED
from jobs.models.states import JobState
from jobs.operations.outcomes import DeadlinePassed, Done, OperationFailed, Wait
from jobs.operations.registry import doubt_about, remains_of
from jobs.operations.step import progress_columns
from jobs.row.events import record_event
from jobs.row.lease import Lease, LeaseLost
from jobs.row.transitions import fail_alone, move_job
from jobs.run.backoff import seconds_before_retry
from jobs.run.report import done_until_now, has_acted, read_memory, reported, waited_for

log = logging.getLogger(__name__)

# The database does not answer, or not now; every other error of it is a fault of the statement.
DATABASE_AWAY = (OperationalError, InterfaceError)
# The codes that a job keeps although it may have made something without knowing it.
KEPT_IN_DOUBT = (INTERNAL, PERMISSION_DENIED)
NO_ERROR = {"error_code": "", "error_message": "", "error_retryable": False}


def settle_done(job: Job, lease: Lease, outcome: Done) -> None:
    _end(
        job,
        lease,
        JobState.SUCCEEDED,
        message=outcome.message,
        progress=100,
        result=storable_json(outcome.result),
        **NO_ERROR,
    )


def settle_wait(job: Job, lease: Lease, outcome: Wait) -> None:
    columns = progress_columns(outcome.progress)
    _wait(job, lease, outcome.seconds, EventKind.WAITING, outcome.message, **columns)


def settle_failure(job: Job, lease: Lease, failure: OperationFailed) -> None:
    """Try again when that may help and there is time for it before the deadline; else fail.

    Where only our own back-off takes too long, the last look is taken at the deadline. A cloud that
    asks to wait for longer is not asked again. If it has accepted a request of the job, or may
    have carried one out, the last look shows what became of it.
    """
    if failure.retryable:
        seconds = seconds_before_retry(attempt=job.attempts, retry_after=failure.retry_after)
        left = max(0.0, (job.deadline_at - timezone.now()).total_seconds())
        may_go_on = seconds < left or failure.retry_after is None
        if may_go_on or has_acted(job):
            _retry(job, lease, failure, min(seconds, left))
            return
    _fail(job, lease, failure)


def settle_internal_error(job: Job, lease: Lease, error: Exception) -> None:
    """End the job. The log gets the exception, the requester the id under which it stands there.

    Raises LeaseLost, and what a database raises that does not answer.
    """
    failure = internal_failure(error, context=job.operation)
    try:
        _fail(job, lease, failure)
    except (LeaseLost, *DATABASE_AWAY):
        raise
    except Exception as worse:
        log_unexpected(log, worse, context=f"ending {job.operation}")
        columns = error_columns(failure)
        if not fail_alone(job.pk, lease.rows, message=failure.message, **columns):
            raise LeaseLost(lease.job_id) from worse


def internal_failure(error: Exception, *, context: str) -> OperationFailed:
    """Log ``error``; returns the failure that names the id under which it stands in the log."""
    error_id = log_unexpected(log, error, context=context)
    message = f"An unexpected error ended it. The gateway's log has the details under {error_id}."
    return OperationFailed(INTERNAL, message)


def settle_database_error(job: Job, lease: Lease, error: DatabaseError | InterfaceError) -> None:
    """A statement failed that may succeed at another time: try again once, then end the job.

    Raises what the database raises if it still does not answer: then the lease lapses, as after a
    crash.
    """
    connection.close_if_unusable_or_obsolete()
    error_id = log_unexpected(log, error, context=job.operation)
    message = f"The database failed. The gateway's log has the details under {error_id}."
    is_first = job.error_code != INTERNAL
    settle_failure(job, lease, OperationFailed(INTERNAL, message, retryable=is_first))


def settle_overdue(job: Job, lease: Lease, failure: OperationFailed | None = None) -> None:
    """``failure``: what the last look met. One that is final says more than the deadline does."""
    if failure is not None and not failure.retryable:
        _fail(job, lease, failure)
        return
    message = f"It was not done by its deadline.{waited_for(job)}"
    if failure is not None and not isinstance(failure, DeadlinePassed):
        message += f" The last look failed: {failure.message}"
    elif job.error_message:
        message += f" The latest attempt failed: {job.error_message}"
    _fail(job, lease, OperationFailed(DEADLINE_EXCEEDED, message))


def settle_denied(job: Job, lease: Lease, denied: OperationFailed) -> None:
    """Its requester lost the right to it: nothing is undone, and what had been done is said."""
    _fail(job, lease, denied, done=done_until_now(job))


def settle_canceled(job: Job, lease: Lease) -> None:
    """Nothing is undone. What it may have made without knowing it is the job's error."""
    message, columns = f"Canceled. {done_until_now(job)}", {}
    read_memory(job)
    if remains := remains_of(job):
        message = f"{message} {remains}"
    if doubt := doubt_about(job):
        message = f"{message} {doubt}"
        columns = error_columns(OperationFailed(OUTCOME_UNKNOWN, doubt))
    _end(job, lease, JobState.CANCELED, message=message, **columns)


def _fail(job: Job, lease: Lease, failure: OperationFailed, *, done: str | None = None) -> None:
    """``done``: what the message lists as done, in place of what the job has reported."""
    read_memory(job)
    if done := reported(job, failure) if done is None else done:
        failure = OperationFailed(failure.code, f"{failure.message} {done}")
    if failure.code != OUTCOME_UNKNOWN and (doubt := doubt_about(job)):
        code = failure.code if failure.code in KEPT_IN_DOUBT else OUTCOME_UNKNOWN
        failure = OperationFailed(code, f"{failure.message} {doubt}")
    if remains := remains_of(job):
        failure.message = f"{failure.message} {remains}"
    _end(job, lease, JobState.FAILED, message=failure.message, **error_columns(failure))


def _retry(job: Job, lease: Lease, failure: OperationFailed, seconds: float) -> None:
    why = failure.message.rstrip(".")
    message = f"Attempt {job.attempts} failed: {why}. Again in {seconds:.1f} s."
    columns = {"attempts": job.attempts + 1, **error_columns(failure)}
    _wait(job, lease, seconds, EventKind.RETRYING, message, **columns)


def error_columns(failure: OperationFailed) -> dict[str, Any]:
    return {
        "error_code": failure.code,
        "error_message": failure.message,
        "error_retryable": failure.retryable,
    }


def _end(job: Job, lease: Lease, state: JobState, *, message: str, **columns: Any) -> None:
    columns |= {"interrupted": False}  # it concerns the next step, and there is none
    if not move_job(job.pk, state, message=message, lease=lease, held=job, **columns):
        raise LeaseLost(lease.job_id)


@in_transaction
def _wait(
    job: Job, lease: Lease, seconds: float, kind: EventKind, message: str | None, **columns: Any
) -> None:
    """Release the lease until then, unless somebody has asked for the job to stop."""
    run_after = min(_moment(seconds), job.deadline_at)
    columns |= {"run_after": run_after, "lease_owner": None, "lease_until": None}
    if not lease.rows.filter(state=JobState.RUNNING).update(**columns):
        job.error_message = columns.get("error_message", job.error_message)
        _wait_for_cancel(job, lease)
        return
    if message is not None and _is_news(job, kind, message):
        record_event(job_id=job.pk, kind=kind, message=message)
    after = max(0.0, (run_after - timezone.now()).total_seconds())
    ring = partial(dispatch.ring, lease.job_id, priority=job.priority, after=after)
    transaction.on_commit(ring)


def _wait_for_cancel(job: Job, lease: Lease) -> None:
    """Somebody has asked for the job to stop. One more step looks for what it may have made."""
    read_memory(job)
    if not doubt_about(job):
        settle_canceled(job, lease)
        return
    columns = {"run_after": timezone.now(), "lease_owner": None, "lease_until": None}
    lease.update(error_message=job.error_message, **columns)
    transaction.on_commit(partial(dispatch.ring, lease.job_id, priority=job.priority))


def _is_news(job: Job, kind: EventKind, message: str) -> bool:
    latest = job.events.order_by("-pk").values_list("kind", "message").first()
    return latest != (kind.value, message)


def _moment(seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=bounded_seconds(seconds) or 0.0)
