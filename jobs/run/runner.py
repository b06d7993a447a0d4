"""Performs one step of one job: claims it, calls its operation, settles the outcome.

::

    message ──> claim ──> CANCELING? ──> a last look if there is a doubt ──> CANCELED
                  │       has the requester lost the right? ──> FAILED (PERMISSION_DENIED)
                  │       overdue?  ──> operation(step), a last look ──> SUCCEEDED or FAILED
                  │       operation(step) ──> Done | Wait | OperationFailed ──> settlement
                  └─ no row: another worker has it, or it is not due

While an operation runs, no transaction is open and no pooled connection is held. Any other
exception, of the operation or of the settlement, ends the job as FAILED with INTERNAL.
"""

import logging

from django.utils import timezone

from gateway.core.db import release_connection
from gateway.core.logging import bound_job
from jobs.models import Job
from jobs.models.states import JobState
from jobs.operations.outcomes import Done, OperationFailed, Outcome, Wait
from jobs.operations.registry import doubt_about, find_operation, get_operation
from jobs.operations.step import Step
from jobs.row.lease import Lease, LeaseLost
from jobs.run import settlement, slots
from jobs.run.claims import JobRequest, claim_job, find_request
from jobs.run.heartbeat import heartbeat
from jobs.run.permissions import check_rights
from jobs.run.shares import Turn, step_shares

log = logging.getLogger(__name__)


def run_job(job_id: str) -> None:
    """Perform one step of the job if it is due and no other worker has it.

    If its requester has no share of this worker's threads left, it waits for one.
    """
    with bound_job(job_id):
        request = find_request(job_id)
        if request is None:
            return
        turn = Turn.of_job(job_id, request.priority)
        with step_shares.admit(request.requester, turn) as may_begin:
            if may_begin:
                _run_due(job_id, request)
            else:
                slots.offer_free_slot(request.scope)


def _run_due(job_id: str, request: JobRequest) -> None:
    claimed = claim_job(job_id, request.scope, has_parent=request.parent is not None)
    if claimed is None:
        return
    job, lease = claimed
    try:
        _perform_step_safely(job, lease)
    except LeaseLost:
        log.warning("Another worker has taken the job over; this one leaves it alone.")
    finally:
        if job.scope is not None:
            slots.dispatch_next(job.scope)


def _perform_step_safely(job: Job, lease: Lease) -> None:
    """As ``_perform_step``; an unexpected exception ends the job, or starts another attempt if the
    database failed.
    """
    try:
        _perform_step(job, lease)
    except LeaseLost:
        raise
    except settlement.DATABASE_UNAVAILABLE as error:
        settlement.settle_database_error(job, lease, error)
    except Exception as error:  # noqa: BLE001 - logged there
        settlement.settle_internal_error(job, lease, error)


def _perform_step(job: Job, lease: Lease) -> None:
    if job.state == JobState.CANCELING:
        _cancel(job, lease)
        return
    try:
        check_rights(job)
    except OperationFailed as denied:
        settlement.settle_denied(job, lease, denied)
        return
    if job.is_overdue(timezone.now()):
        _look_last(job, lease)
    else:
        _run_operation(job, lease)


def _cancel(job: Job, lease: Lease) -> None:
    """If there is a doubt and the requester has the right, a last look comes first."""
    if doubt_about(job):
        try:
            check_rights(job)
            _call_operation(job, lease, last_look=True)
        except OperationFailed as failure:
            log.info("The last look of a canceled job failed: %s", failure.message)
    settlement.settle_canceled(job, lease)


def _look_last(job: Job, lease: Lease) -> None:
    """The last look: a request that was sent in time may have succeeded. The step does not act."""
    if find_operation(job.operation) is None:
        settlement.settle_overdue(job, lease)
        return
    try:
        outcome = _call_operation(job, lease, last_look=True)
    except OperationFailed as failure:
        settlement.settle_overdue(job, lease, failure)
    else:
        if isinstance(outcome, Done):
            settlement.settle_done(job, lease, outcome)
        else:
            settlement.settle_overdue(job, lease)


def _run_operation(job: Job, lease: Lease) -> None:
    try:
        outcome = _call_operation(job, lease)
    except OperationFailed as failure:
        settlement.settle_failure(job, lease, failure)
    else:
        if isinstance(outcome, Done):
            settlement.settle_done(job, lease, outcome)
        else:
            settlement.settle_wait(job, lease, outcome)


def _call_operation(job: Job, lease: Lease, *, last_look: bool = False) -> Outcome:
    run = get_operation(job.operation).run
    with heartbeat.keep(lease):
        release_connection()
        outcome = run(Step(job, lease, last_look=last_look))
    if not isinstance(outcome, Done | Wait):
        raise TypeError(f"{job.operation} returned {outcome!r} instead of Done or Wait.")
    return outcome
