"""One step of one job: claim it, call its operation, settle what came of it.

::

    bell ──> claim ──> CANCELING? ──> a last look for what it may have made ──> CANCELED
               │       may its requester still ask for it? ── no ──> FAILED (PERMISSION_DENIED)
               │       overdue?   ──> operation(step), a last look ──> SUCCEEDED or FAILED
               │       operation(step) ──> Done | Wait | OperationFailed ──> settlement
               └─ no row: somebody else has it, or it is not due

No transaction is open and, where connections are pooled, none is held while an operation runs.
Any other exception, of the operation or of the settlement, ends the job as FAILED with INTERNAL.
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
from jobs.run.claims import claim_job, requester_of
from jobs.run.heartbeat import heartbeat
from jobs.run.permissions import check_rights
from jobs.run.shares import Turn, step_shares

log = logging.getLogger(__name__)


def run_job(job_id: str) -> None:
    """Take one step of the job if it is due and nobody else has it.

    One whose requester has no share of this worker left waits for it.
    """
    with bound_job(job_id):
        known = requester_of(job_id)
        if known is None:
            return
        turn = Turn.of_job(job_id, known.priority)
        with step_shares.begun(known.requester, turn) as may_begin:
            if may_begin:
                _run_due(job_id, known.scope)
            else:
                slots.pass_on(known.scope)


def _run_due(job_id: str, scope: str | None) -> None:
    claimed = claim_job(job_id, scope)
    if claimed is None:
        return
    job, lease = claimed
    try:
        _take_step_safely(job, lease)
    except LeaseLost:
        log.warning("Another worker has taken the job over; this one leaves it alone.")
    finally:
        if job.scope is not None:
            slots.ring_next(job.scope)


def _take_step_safely(job: Job, lease: Lease) -> None:
    """As ``_take_step``; an exception of ours ends the job, or is tried again if the database
    failed.
    """
    try:
        _take_step(job, lease)
    except LeaseLost:
        raise
    except settlement.DATABASE_AWAY as error:
        settlement.settle_database_error(job, lease, error)
    except Exception as error:  # noqa: BLE001 - logged there
        settlement.settle_internal_error(job, lease, error)


def _take_step(job: Job, lease: Lease) -> None:
    if job.state == JobState.CANCELING:
        _cancel(job, lease)
        return
    try:
        check_rights(job)
    except OperationFailed as denied:
        settlement.settle_denied(job, lease, denied)
        return
    if job.is_overdue(timezone.now()):
        _look_once_more(job, lease)
    else:
        _run_operation(job, lease)


def _cancel(job: Job, lease: Lease) -> None:
    """What the job may have made is looked for first, if its requester may still ask for it."""
    if doubt_about(job):
        try:
            check_rights(job)
            _call_operation(job, lease, last_look=True)
        except OperationFailed as failure:
            log.info("The last look of a canceled job failed: %s", failure.message)
    settlement.settle_canceled(job, lease)


def _look_once_more(job: Job, lease: Lease) -> None:
    """What was asked for in time may have been done since the latest look. Nothing is asked now."""
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
