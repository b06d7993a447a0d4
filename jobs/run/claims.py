"""Claims a job for one step.

The UPDATE is the claim: of several workers that try at once, one changes the row.
"""

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from gateway.core.transactions import in_transaction
from jobs.conf import (
    SHORTEST_TURN_SECONDS,
    UNKNOWN_OPERATION_SECONDS,
    lease_seconds,
    longest_turn_before,
)
from jobs.models import EventKind, Job
from jobs.models.states import UNFINISHED, JobState
from jobs.operations.registry import operation_names
from jobs.row.events import record_event
from jobs.row.lease import Lease, process_name
from jobs.row.selectors import due_jobs
from jobs.row.transitions import conclude, note_state
from jobs.run import slots

log = logging.getLogger(__name__)

Claim = tuple[Job, Lease]

# SQL by hand, in one statement: it delays every step, and the ORM takes three times as long to
# write the row and to read it back. The conditions are those of ``selectors.due_jobs`` and
# ``Job.is_overdue``. A canceled job needs no known operation and no free slot to end. An overdue
# job needs a slot for its last look; a worker that does not know its operation ends it without one.
TABLE, KEY = Job._meta.db_table, Job._meta.pk  # noqa: SLF001 - Django's documented API
CLAIM = f"""
UPDATE {TABLE} SET
    state = CASE state WHEN '{JobState.QUEUED}' THEN '{JobState.RUNNING}' ELSE state END,
    attempts = CASE attempts WHEN 0 THEN 1 ELSE attempts END,
    started_at = COALESCE(started_at, %(now)s),
    interrupted = (lease_owner IS NOT NULL),
    lease_owner = %(owner)s, lease_until = %(until)s, step = step + 1
WHERE id = %(id)s
    AND state IN ({", ".join(f"'{state}'" for state in UNFINISHED)})
    AND run_after <= %(now)s AND (lease_until IS NULL OR lease_until < %(now)s)
    AND (state = '{JobState.CANCELING}' OR (
        operation NOT IN ({{known}}) AND (
            (lease_owner IS NOT NULL AND deadline_at <= %(now)s) OR (lease_owner IS NULL AND (
                run_after >= deadline_at OR run_after <= %(longest_turn_before)s)))
    ) OR (
        operation IN ({{known}})
        AND (scope IS NULL OR %(most)s > (
            SELECT COUNT(*) FROM {TABLE} taken
            WHERE taken.scope = {TABLE}.scope
                AND taken.lease_owner IS NOT NULL AND taken.lease_until >= %(now)s))))
RETURNING *
"""  # noqa: S608 - names of our own


# By hand for the same reason: it comes before each claim.
REQUEST = f"SELECT requested_by_id, priority, scope FROM {TABLE} WHERE id = %s"  # noqa: S608 - as above


class JobRequest(NamedTuple):
    """The key of a job's requester, its priority and its scope."""

    requester: int | None
    priority: int
    scope: str | None


def find_request(job_id: str) -> JobRequest | None:
    """None if there is no such job."""
    with connection.cursor() as cursor:
        cursor.execute(REQUEST, [KEY.get_db_prep_value(uuid.UUID(job_id), connection)])
        found = cursor.fetchone()
    return JobRequest(*found) if found else None


def claim_job(job_id: str, scope: str | None) -> Claim | None:
    """Claim the job for one step; None if it is not due, or its operation is not known here.

    ``scope``: the job's. A due job whose scope has no free slot enters the waiting list. If the job
    is not due, a free slot is offered to the next job on that list.
    """
    return _try_to_claim(job_id, scope) or _look_again(job_id, scope)


@in_transaction
def _try_to_claim(job_id: str, scope: str | None) -> Claim | None:
    now = timezone.now()
    slots.lock_scope(scope)
    job = next(iter(Job.objects.raw(*_claim(job_id, now))), None)
    if job is None:
        return None
    _move_deadline(job, now)
    if job.interrupted:
        message = "Its worker stopped responding; another one continues it."
        record_event(job_id=job.pk, kind=EventKind.INTERRUPTED, message=message)
    if job.step == 1:
        note_state(job, message="Begun.")
        conclude([job])
    return job, Lease(str(job.pk), process_name(), job.step)


def _look_again(job_id: str, scope: str | None) -> Claim | None:
    """Find out why there was no claim: a due job of a known operation found no free slot."""
    job = due_jobs(timezone.now()).filter(pk=uuid.UUID(job_id)).first()
    if job is None:
        slots.offer_free_slot(scope)
        return None
    if job.operation not in operation_names():
        _leave_to_others(job)
        slots.offer_free_slot(scope)
        return None
    slots.enter_waiting_list(job)
    return _try_to_claim(job_id, scope)  # a slot may have been freed before the job was on the list


def _move_deadline(job: Job, now: datetime) -> None:
    """Add the time that the job waited for a worker, or for a slot of its scope."""
    if job.interrupted or job.is_overdue(now) or job.run_after is None:
        return
    waited = now - job.run_after
    if waited.total_seconds() >= SHORTEST_TURN_SECONDS:
        job.deadline_at += waited
        Job.objects.filter(pk=job.pk).update(deadline_at=job.deadline_at)


def _claim(job_id: str, now: datetime) -> tuple[str, dict[str, Any]]:
    """The statement and its parameters."""
    operations = {f"operation_{number}": name for number, name in enumerate(operation_names())}
    known = ", ".join(f"%({name})s" for name in operations) or "''"
    as_time = connection.ops.adapt_datetimefield_value
    return CLAIM.format(known=known), {
        "id": KEY.get_db_prep_value(uuid.UUID(job_id), connection),
        "now": as_time(now),
        "longest_turn_before": as_time(longest_turn_before(now)),
        "until": as_time(now + timedelta(seconds=lease_seconds())),
        "owner": process_name(),
        "most": slots.most_at_once(),
        **operations,
    }


def _leave_to_others(job: Job) -> None:
    """Delay a due job whose operation this worker does not know: it is of an older release."""
    later = timezone.now() + timedelta(seconds=UNKNOWN_OPERATION_SECONDS)
    if due_jobs(timezone.now()).filter(pk=job.pk).update(run_after=later):
        log.warning("Its operation is unknown to this worker; it is left to the others.")
