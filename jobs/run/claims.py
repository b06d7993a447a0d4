"""Taking a job for one step.

The UPDATE is the claim: of many that try at once, the database lets one through.
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

# By hand, and in one statement: a job waits for this, and the ORM takes three times as long to
# write down the same and to read the row back. The conditions are those of ``selectors.due_jobs``
# and of ``Job.is_overdue``. To end a canceled job, a worker need not know its
# operation, nor its scope have a slot free. An overdue one takes a last look, which takes a slot;
# a worker that does not know its operation ends it without.
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


# By hand for the same reason: it is asked before each claim.
REQUESTER = f"SELECT requested_by_id, priority, scope FROM {TABLE} WHERE id = %s"  # noqa: S608 - as above


class Known(NamedTuple):
    """Of a job: the key of its requester, its priority, its scope."""

    requester: int | None
    priority: int
    scope: str | None


def requester_of(job_id: str) -> Known | None:
    """None: there is no such job."""
    with connection.cursor() as cursor:
        cursor.execute(REQUESTER, [KEY.get_db_prep_value(uuid.UUID(job_id), connection)])
        found = cursor.fetchone()
    return Known(*found) if found else None


def claim_job(job_id: str, scope: str | None = None) -> Claim | None:
    """Take the job for one step, or None: it is not due, not known here, or another's.

    One that is due while its scope has no free slot waits for one. For one that takes no step
    another one of its ``scope`` is rung for.
    """
    return _try_to_claim(job_id) or _look_again(job_id, scope)


@in_transaction
def _try_to_claim(job_id: str) -> Claim | None:
    now = timezone.now()
    slots.lock_scope_of(job_id)
    job = next(iter(Job.objects.raw(*_claim(job_id, now))), None)
    if job is None:
        return None
    _move_deadline(job, now)
    if job.interrupted:
        message = "The worker that ran it fell silent; another one goes on."
        record_event(job_id=job.pk, kind=EventKind.INTERRUPTED, message=message)
    if job.step == 1:
        note_state(job, message="Begun.")
        conclude([job])
    return job, Lease(str(job.pk), process_name(), job.step)


def _look_again(job_id: str, scope: str | None) -> Claim | None:
    """Why there was no claim. A due job of a known operation found its scope full."""
    job = due_jobs(timezone.now()).filter(pk=uuid.UUID(job_id)).first()
    if job is None:
        slots.pass_on(scope)
        return None
    if job.operation not in operation_names():
        _leave_to_others(job)
        slots.pass_on(scope)
        return None
    slots.wait_for_slot(job)
    return _try_to_claim(job_id)  # a slot that was freed before it waited rang for nobody


def _move_deadline(job: Job, now: datetime) -> None:
    """Add the time that the job waited for its turn: for a worker, or for a slot of its scope."""
    if job.interrupted or job.is_overdue(now) or job.run_after is None:
        return
    waited = now - job.run_after
    if waited.total_seconds() >= SHORTEST_TURN_SECONDS:
        job.deadline_at += waited
        Job.objects.filter(pk=job.pk).update(deadline_at=job.deadline_at)


def _claim(job_id: str, now: datetime) -> tuple[str, dict[str, Any]]:
    """The statement, and its parameters as the database takes them."""
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
    """Put off a due job that this worker, older than its submitter, does not know how to do."""
    later = timezone.now() + timedelta(seconds=UNKNOWN_OPERATION_SECONDS)
    if due_jobs(timezone.now()).filter(pk=job.pk).update(run_after=later):
        log.warning("Its operation is unknown to this worker; it is left to the others.")
