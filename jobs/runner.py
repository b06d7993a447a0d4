"""One step of one job: claim it, call its operation, settle what came of it.

::

    bell ──> claim ──> CANCELING? ──> CANCELED
               │       overdue?   ──> FAILED (DEADLINE_EXCEEDED)
               │       operation(step) ──> Done | Wait | OperationFailed ──> settlement
               └─ no row: somebody else has it, or it is not due

No transaction is open and, where connections are pooled, none is held while an operation runs.
"""

import logging
import uuid
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Case, F, PositiveIntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from gateway.core.db import release_connection
from gateway.core.logging import bound_job
from jobs import settlement
from jobs.events import record_event
from jobs.fence import Lease, LeaseLost, process_name
from jobs.heartbeat import heartbeat
from jobs.models import EventKind, Job
from jobs.outcomes import Done, OperationFailed, Outcome, Wait
from jobs.registry import get_operation, operation_names
from jobs.selectors import due_jobs
from jobs.states import JobState
from jobs.step import Step
from jobs.timing import UNKNOWN_OPERATION_SECONDS, lease_seconds
from jobs.transitions import after_move

log = logging.getLogger(__name__)


def run_job(job_id: str) -> None:
    """Take one step of the job if it is due and nobody else has it."""
    with bound_job(job_id):
        claimed = claim_job(job_id)
        if claimed is None:
            return
        try:
            _take_step(*claimed)
        except LeaseLost:
            log.warning("Another worker has taken the job over; this one leaves it alone.")


def claim_job(job_id: str) -> tuple[Job, Lease] | None:
    """Take the job for one step, or None: it is not due, not known here, or another's.

    The UPDATE is the claim: of many that try at once, the database lets one through.
    """
    now = timezone.now()
    due = due_jobs(now).filter(pk=uuid.UUID(job_id))
    with transaction.atomic():
        if not due.filter(_endable_here(now)).update(**_claim_columns(now)):
            _leave_to_others(due)
            return None
        job = Job.objects.get(pk=job_id)
        if job.interrupted:
            message = "The worker that ran it fell silent; another one goes on."
            record_event(job_id=job.pk, kind=EventKind.INTERRUPTED, message=message)
        if job.step == 1:
            after_move(job, message="Begun.")
    return job, Lease(str(job.pk), process_name(), job.step)


def _endable_here(now: datetime) -> Q:
    """To end a job for good, a worker need not know its operation."""
    known = Q(operation__in=operation_names())
    return known | Q(state=JobState.CANCELING) | Q(deadline_at__lte=now)


def _claim_columns(now: datetime) -> dict[str, object]:
    queued = Q(state=JobState.QUEUED)
    return {
        "state": Case(When(queued, then=Value(JobState.RUNNING.value)), default=F("state")),
        "attempts": Greatest(F("attempts"), Value(1), output_field=PositiveIntegerField()),
        "started_at": Coalesce(F("started_at"), Value(now)),
        "interrupted": Case(When(lease_owner__isnull=True, then=Value(False)), default=Value(True)),
        "lease_owner": process_name(),
        "lease_until": now + timedelta(seconds=lease_seconds()),
        "step": F("step") + 1,
    }


def _leave_to_others(due: QuerySet[Job]) -> None:
    """Put off a due job that this worker, older than its submitter, does not know how to do."""
    later = timezone.now() + timedelta(seconds=UNKNOWN_OPERATION_SECONDS)
    if due.exclude(operation__in=operation_names()).update(run_after=later):
        log.warning("Its operation is unknown to this worker; it is left to the others.")


def _take_step(job: Job, lease: Lease) -> None:
    if job.state == JobState.CANCELING:
        settlement.settle_canceled(job, lease)
    elif job.is_overdue(timezone.now()):
        settlement.settle_overdue(job, lease)
    else:
        _run_operation(job, lease)


def _run_operation(job: Job, lease: Lease) -> None:
    try:
        outcome = _call_operation(job, lease)
    except OperationFailed as failure:
        settlement.settle_failure(job, lease, failure)
    except (LeaseLost, OperationalError, InterfaceError):
        # Ours no more, or the database is away: like a crash, it is taken up after the lease.
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the job ends and the log tells
        settlement.settle_internal_error(job, lease, error)
    else:
        if isinstance(outcome, Done):
            settlement.settle_done(job, lease, outcome)
        else:
            settlement.settle_wait(job, lease, outcome)


def _call_operation(job: Job, lease: Lease) -> Outcome:
    run = get_operation(job.operation).run
    with heartbeat.keep(lease):
        release_connection()
        outcome = run(Step(job, lease))
    if not isinstance(outcome, Done | Wait):
        raise TypeError(f"{job.operation} returned {outcome!r} instead of Done or Wait.")
    return outcome
