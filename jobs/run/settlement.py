"""Records the outcome of a step: the job ends, waits, or has another attempt.

Each settlement is one fenced transaction. A job that was canceled during the step ends as CANCELED
instead of waiting.

A settlement may itself fail. Then ``settle_internal_error`` ends the job, if necessary without the
event, the delegate and the parent. An unfinished job would be claimed again, and call its cloud
again, until its deadline.
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
from jobs.run.report import (
    describe_requests,
    describe_wait,
    describe_work,
    has_acted,
    refresh_memory,
)

log = logging.getLogger(__name__)

# The database does not answer; its other errors are faults of the statement.
DATABASE_UNAVAILABLE = (OperationalError, InterfaceError)
# These codes do not become OUTCOME_UNKNOWN if there is a doubt.
CODES_KEPT_IN_DOUBT = (INTERNAL, PERMISSION_DENIED)
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
    """Start another attempt if the failure is retryable and there is time for it; else fail.

    If only our own back-off ends after the deadline, the last look is performed at the deadline. If
    the cloud asks for a longer wait, it is called again only if it has accepted a request of the
    job, or may have carried one out: the last look shows the effect.
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
    """End the job. The exception is logged with an id; the job's error names the id.

    Raises LeaseLost, and OperationalError or InterfaceError if the database does not answer.
    """
    failure = internal_failure(error, context=job.operation)
    try:
        _fail(job, lease, failure)
    except (LeaseLost, *DATABASE_UNAVAILABLE):
        raise
    except Exception as worse:
        log_unexpected(log, worse, context=f"ending {job.operation}")
        columns = error_columns(failure)
        if not fail_alone(job.pk, lease.rows, message=failure.message, **columns):
            raise LeaseLost(lease.job_id) from worse


def internal_failure(error: Exception, *, context: str) -> OperationFailed:
    """Log ``error`` with an id; returns a failure that names the id."""
    error_id = log_unexpected(log, error, context=context)
    message = f"An unexpected error ended it. The gateway's log has the details under {error_id}."
    return OperationFailed(INTERNAL, message)


def settle_database_error(job: Job, lease: Lease, error: DatabaseError | InterfaceError) -> None:
    """Start another attempt after an error of the database, but only once; then end the job.

    Raises OperationalError or InterfaceError if the database still does not answer; then the lease
    lapses, as after a crash.
    """
    connection.close_if_unusable_or_obsolete()
    error_id = log_unexpected(log, error, context=job.operation)
    message = f"The database failed. The gateway's log has the details under {error_id}."
    is_first = job.error_code != INTERNAL
    settle_failure(job, lease, OperationFailed(INTERNAL, message, retryable=is_first))


def settle_overdue(job: Job, lease: Lease, failure: OperationFailed | None = None) -> None:
    """``failure``: of the last look. A final one replaces DEADLINE_EXCEEDED."""
    if failure is not None and not failure.retryable:
        _fail(job, lease, failure)
        return
    message = f"It was not done by its deadline.{describe_wait(job)}"
    if failure is not None and not isinstance(failure, DeadlinePassed):
        message += f" The last look failed: {failure.message}"
    elif job.error_message:
        message += f" The latest attempt failed: {job.error_message}"
    _fail(job, lease, OperationFailed(DEADLINE_EXCEEDED, message))


def settle_denied(job: Job, lease: Lease, denied: OperationFailed) -> None:
    """The requester has lost the right to the job. Nothing is undone; the error lists the work."""
    _fail(job, lease, denied, done=describe_work(job))


def settle_canceled(job: Job, lease: Lease) -> None:
    """Nothing is undone. A doubt that is left is the job's error, OUTCOME_UNKNOWN."""
    message, columns = f"Canceled. {describe_work(job)}", {}
    refresh_memory(job)
    if remains := remains_of(job):
        message = f"{message} {remains}"
    if doubt := doubt_about(job):
        message = f"{message} {doubt}"
        columns = error_columns(OperationFailed(OUTCOME_UNKNOWN, doubt))
    _end(job, lease, JobState.CANCELED, message=message, **columns)


def _fail(job: Job, lease: Lease, failure: OperationFailed, *, done: str | None = None) -> None:
    """``done``: replaces ``describe_requests`` in the message."""
    refresh_memory(job)
    if done := describe_requests(job, failure) if done is None else done:
        failure = OperationFailed(failure.code, f"{failure.message} {done}")
    if failure.code != OUTCOME_UNKNOWN and (doubt := doubt_about(job)):
        code = failure.code if failure.code in CODES_KEPT_IN_DOUBT else OUTCOME_UNKNOWN
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
    columns |= {"interrupted": False}  # it is about the next step, and there is none
    if not move_job(job.pk, state, message=message, lease=lease, held=job, **columns):
        raise LeaseLost(lease.job_id)


@in_transaction
def _wait(
    job: Job, lease: Lease, seconds: float, kind: EventKind, message: str | None, **columns: Any
) -> None:
    """Release the lease for ``seconds``; end the job instead if it was canceled."""
    run_after = min(_time_in(seconds), job.deadline_at)
    columns |= {"run_after": run_after, "lease_owner": None, "lease_until": None}
    if not lease.try_update((JobState.RUNNING,), **columns):
        job.error_message = columns.get("error_message", job.error_message)
        _wait_for_cancel(job, lease)
        return
    if message is not None and _is_new_event(job, kind, message):
        record_event(job_id=job.pk, kind=kind, message=message)
    after = max(0.0, (run_after - timezone.now()).total_seconds())
    send = partial(dispatch.dispatch_job, lease.job_id, priority=job.priority, after=after)
    transaction.on_commit(send)


def _wait_for_cancel(job: Job, lease: Lease) -> None:
    """The job was canceled during the step. If there is a doubt, one more step looks first."""
    refresh_memory(job)
    if not doubt_about(job):
        settle_canceled(job, lease)
        return
    columns = {"run_after": timezone.now(), "lease_owner": None, "lease_until": None}
    lease.update(error_message=job.error_message, **columns)
    transaction.on_commit(partial(dispatch.dispatch_job, lease.job_id, priority=job.priority))


def _is_new_event(job: Job, kind: EventKind, message: str) -> bool:
    latest = job.events.order_by("-pk").values_list("kind", "message").first()
    return latest != (kind.value, message)


def _time_in(seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=bounded_seconds(seconds) or 0.0)
