"""Taking a job for one step.

The UPDATE is the claim: of many that try at once, the database lets one through.
"""

import logging
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, PositiveIntegerField, Q, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from jobs import slots
from jobs.events import record_event
from jobs.fence import Lease, process_name
from jobs.models import EventKind, Job
from jobs.registry import operation_names
from jobs.selectors import due_jobs
from jobs.states import JobState
from jobs.timing import UNKNOWN_OPERATION_SECONDS, lease_seconds
from jobs.transitions import after_move

log = logging.getLogger(__name__)

Claim = tuple[Job, Lease]


def claim_job(job_id: str) -> Claim | None:
    """Take the job for one step, or None: it is not due, not known here, or another's.

    One that is due while its scope has no free slot waits for one.
    """
    return _try_to_claim(job_id) or _look_again(job_id)


def _try_to_claim(job_id: str) -> Claim | None:
    now = timezone.now()
    with transaction.atomic():
        slots.lock_scope_of(job_id)
        claimable = due_jobs(now).filter(_ours_to_take(now), pk=uuid.UUID(job_id))
        if not claimable.update(**_claim_columns(now)):
            return None
        job = Job.objects.get(pk=job_id)
        if job.interrupted:
            message = "The worker that ran it fell silent; another one goes on."
            record_event(job_id=job.pk, kind=EventKind.INTERRUPTED, message=message)
        if job.step == 1:
            after_move(job, message="Begun.")
    return job, Lease(str(job.pk), process_name(), job.step)


def _look_again(job_id: str) -> Claim | None:
    """Why there was no claim. A due job of a known operation found its scope full."""
    job = due_jobs(timezone.now()).filter(pk=uuid.UUID(job_id)).first()
    if job is None:
        return None
    if job.operation not in operation_names():
        _leave_to_others(job)
        return None
    slots.wait_for_slot(job)
    return _try_to_claim(job_id)  # a slot that was freed before it waited rang for nobody


def _ours_to_take(now: datetime) -> Q:
    """To end a job for good, a worker need not know its operation, nor ask its cloud."""
    ends = Q(state=JobState.CANCELING) | Q(deadline_at__lte=now)
    return ends | (Q(operation__in=operation_names()) & slots.has_free_slot(now))


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


def _leave_to_others(job: Job) -> None:
    """Put off a due job that this worker, older than its submitter, does not know how to do."""
    later = timezone.now() + timedelta(seconds=UNKNOWN_OPERATION_SECONDS)
    if due_jobs(timezone.now()).filter(pk=job.pk).update(run_after=later):
        log.warning("Its operation is unknown to this worker; it is left to the others.")
