"""Claims a job for one step.

The UPDATE is the claim: of several workers that try at once, one changes the row.
"""

import logging
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from gateway.core.transactions import in_transaction, repeated
from jobs.conf import (
    SHORTEST_TURN_SECONDS,
    UNKNOWN_OPERATION_SECONDS,
    lease_seconds,
    longest_turn_before,
)
from jobs.models import EventKind, Job
from jobs.models.states import UNFINISHED, JobState
from jobs.operations.registry import operation_names
from jobs.row.events import publish_event, record_event, with_event
from jobs.row.lease import Lease, process_name
from jobs.row.selectors import due_jobs
from jobs.row.statements import COLUMNS, TABLE, job_of
from jobs.row.transitions import conclude
from jobs.run import slots

log = logging.getLogger(__name__)

Claim = tuple[Job, Lease]
Claiming = Callable[[str, str | None], Claim | None]
KEY = Job._meta.pk  # noqa: SLF001 - Django's documented API

# SQL by hand, in one statement: it delays every step, and the ORM takes three times as long to
# write the row and to read it back. The conditions are those of ``selectors.due_jobs`` and
# ``Job.is_overdue``. A canceled job needs no known operation and no free slot to end. An overdue
# job needs a slot for its last look; a worker that does not know its operation ends it without one.
# The time that the job waited for a worker, or for a slot of its scope, moves its deadline.
CLAIM = f"""
UPDATE {TABLE} SET
    state = CASE state WHEN '{JobState.QUEUED}' THEN '{JobState.RUNNING}' ELSE state END,
    attempts = CASE attempts WHEN 0 THEN 1 ELSE attempts END,
    started_at = COALESCE(started_at, %(now)s),
    interrupted = (lease_owner IS NOT NULL),
    deadline_at = CASE
        WHEN lease_owner IS NULL AND run_after < deadline_at
            AND run_after > %(longest_turn_before)s AND run_after <= %(shortest_turn_before)s
        THEN {{later}} ELSE deadline_at END,
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
RETURNING {COLUMNS}
"""  # noqa: S608 - names of our own
LATER = {
    "postgresql": "deadline_at + (%(now)s - run_after)",
    # As Django's own expressions do it there.
    "sqlite": "django_format_dtdelta('+', deadline_at, django_timestamp_diff(%(now)s, run_after))",
}
BEGUN = "Begun."
INTERRUPTED = "Its worker stopped responding; another one continues it."
# The event of a claim, which not every claim has.
EVENT = f"""
id, %(now)s,
CASE WHEN interrupted THEN '{EventKind.INTERRUPTED}' ELSE state END,
CASE WHEN interrupted THEN '{INTERRUPTED}' ELSE '{BEGUN}' END
"""
HAS_EVENT = "interrupted OR step = 1"


# By hand for the same reason: it comes before each claim.
REQUEST = f"SELECT requested_by_id, priority, scope, parent_id FROM {TABLE} WHERE id = %s"  # noqa: S608 - as above


class JobRequest(NamedTuple):
    """The key of a job's requester, its priority, its scope, and the key of its parent."""

    requester: int | None
    priority: int
    scope: str | None
    parent: Any


def find_request(job_id: str) -> JobRequest | None:
    """None if there is no such job."""
    with connection.cursor() as cursor:
        cursor.execute(REQUEST, [KEY.get_db_prep_value(uuid.UUID(job_id), connection)])
        found = cursor.fetchone()
    return JobRequest(*found) if found else None


def claim_job(job_id: str, scope: str | None, *, has_parent: bool = True) -> Claim | None:
    """Claim the job for one step; None if it is not due, or its operation is not known here.

    ``scope``: the job's. A due job whose scope has no free slot enters the waiting list. If the job
    is not due, a free slot is offered to the next job on that list. ``has_parent`` False: only the
    job's own row changes, so on PostgreSQL the claim is one round trip.
    """
    is_alone = not has_parent and connection.vendor == "postgresql"
    claim = _claim_alone if is_alone else _claim_in_transaction
    return claim(job_id, scope) or _look_again(job_id, scope, claim)


def _claim(job_id: str, scope: str | None) -> Claim | None:
    row = _write_claim(job_id, scope)
    if row is None:
        return None
    job = job_of(row)
    if job.interrupted:
        _note(job, EventKind.INTERRUPTED, INTERRUPTED)
    if job.step == 1:
        _note(job, EventKind(job.state), BEGUN)
        conclude([job])
    return job, Lease(str(job.pk), process_name(), job.step)


_claim_alone = repeated(_claim)
_claim_in_transaction = in_transaction(_claim)


def _write_claim(job_id: str, scope: str | None) -> Sequence[Any] | None:
    """The job's row if it was claimed; on PostgreSQL with its event."""
    statement = _statement(connection.vendor, operation_names(), scope is not None)
    with connection.cursor() as cursor:
        cursor.execute(statement, _parameters(job_id, scope))
        if scope is not None and connection.vendor == "postgresql":
            cursor.nextset()  # the first result is that of the lock
        row: Sequence[Any] | None = cursor.fetchone()
    return row


def _note(job: Job, kind: EventKind, message: str) -> None:
    note = publish_event if connection.vendor == "postgresql" else record_event
    note(job_id=job.pk, kind=kind, message=message, operation=job.operation)


@lru_cache(maxsize=4)
def _statement(vendor: str, operations: Sequence[str], has_scope: bool) -> str:
    known = ", ".join(map(_literal, operations)) or "''"
    claim = CLAIM.format(known=known, later=LATER[vendor])
    if vendor != "postgresql":
        return claim
    claim = with_event(claim, EVENT, only=HAS_EVENT)
    return f"{slots.LOCK}; {claim}" if has_scope else claim


def _literal(text: str) -> str:
    """A text in SQL that takes parameters."""
    return "'{}'".format(text.replace("'", "''").replace("%", "%%"))


def _parameters(job_id: str, scope: str | None) -> dict[str, Any]:
    now = timezone.now()
    as_time = connection.ops.adapt_datetimefield_value
    return {
        "id": KEY.get_db_prep_value(uuid.UUID(job_id), connection),
        "scope": scope,
        "now": as_time(now),
        "longest_turn_before": as_time(longest_turn_before(now)),
        "shortest_turn_before": as_time(now - timedelta(seconds=SHORTEST_TURN_SECONDS)),
        "until": as_time(now + timedelta(seconds=lease_seconds())),
        "owner": process_name(),
        "most": slots.most_at_once(),
    }


def _look_again(job_id: str, scope: str | None, claim: Claiming) -> Claim | None:
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
    return claim(job_id, scope)  # a slot may have been freed before the job was on the list


def _leave_to_others(job: Job) -> None:
    """Delay a due job whose operation this worker does not know: it is of an older release."""
    later = timezone.now() + timedelta(seconds=UNKNOWN_OPERATION_SECONDS)
    if due_jobs(timezone.now()).filter(pk=job.pk).update(run_after=later):
        log.warning("Its operation is unknown to this worker; it is left to the others.")
