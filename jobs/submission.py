"""A job's row, made and inserted: alone, or as a part of a parent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from gateway.core.accounts.acting import credential_kept
from gateway.core.errors import Conflict
from jobs.events import record_event
from jobs.identity import IDENTITY, UNIDENTIFIED
from jobs.models import EventKind, Job
from jobs.outcomes import CONFLICT, storable_text
from jobs.registry import get_operation, operation_label
from jobs.sealed import seal
from jobs.selectors import unfinished_job_of
from jobs.states import JobState
from jobs.timing import deadline_seconds as usual_deadline_seconds
from jobs.transitions import note_state

# The columns.
LONGEST_TARGET_NAME, LONGEST_SCOPE_NAME, LONGEST_KIND = 300, 100, 50
# After each failure the job that held the target may have ended before it could be named.
INSERT_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Names:
    """What a job's target and scope are called at its submission, and of which kind the scope is.

    They are stored with the job: the rows may be gone when somebody reads it.
    """

    target: str = ""
    scope: str = ""
    kind: str = ""

    @classmethod
    def of(cls, job: Job) -> "Names":
        return cls(job.target_name, job.scope_name, job.scope_kind)

    @property
    def columns(self) -> dict[str, str]:
        return {
            "target_name": storable_text(self.target)[:LONGEST_TARGET_NAME],
            "scope_name": storable_text(self.scope)[:LONGEST_SCOPE_NAME],
            "scope_kind": storable_text(self.kind)[:LONGEST_KIND],
        }


NAMELESS = Names()


class Part(NamedTuple):
    """One job of several. ``scope``: its own, where it is not its parent's."""

    target: str | None
    arguments: Mapping[str, Any]
    scope: str | None = None
    retried_from: Job | None = None
    names: Names = NAMELESS
    identity: Mapping[str, Any] = UNIDENTIFIED


class TargetBusy(Conflict):
    """An unfinished job holds the target: ``job``. There is one at most for each lock."""

    def __init__(self, job: Job) -> None:
        super().__init__(
            f"The job {job.public_id} ({operation_label(job.operation)}) is still {job.state} on "
            "it. Wait until it has ended, or cancel it."
        )
        self.job = job


def new_job(
    *,
    operation: str,
    arguments: Mapping[str, Any],
    requested_by: User | None,
    scope: str | None,
    deadline_seconds: float | None,
    names: Names = NAMELESS,
    identity: Mapping[str, Any] = UNIDENTIFIED,
    **columns: Any,
) -> Job:
    """A job that is due now, not inserted yet. Raises UnknownOperation."""
    now = timezone.now()
    seconds = deadline_seconds or usual_deadline_seconds()
    registered = get_operation(operation)
    return Job(
        operation=registered.name,
        lock=registered.lock,
        arguments=seal(arguments),
        scope=scope,
        requested_by=requested_by,
        requester_login=requested_by.get_username() if requested_by else "",
        credential=credential_kept(requested_by),
        created_at=now,
        run_after=now,
        deadline_seconds=seconds,
        deadline_at=now + timedelta(seconds=seconds),
        memory={IDENTITY: dict(identity)} if identity else {},
        **names.columns,
        **columns,
    )


def insert(job: Job) -> None:
    """Raises TargetBusy."""
    for attempt in count(1):
        try:
            with transaction.atomic():
                job.save(force_insert=True)
                record_event(job_id=job.pk, kind=EventKind.QUEUED, message="Accepted.")
        except IntegrityError:
            if (holder := _find_holder(job)) is not None:
                raise TargetBusy(holder) from None
            if job.target is None or attempt == INSERT_ATTEMPTS:
                raise
        else:
            return


def insert_child(child: Job) -> None:
    """Insert the child as QUEUED, or as FAILED because its target is busy."""
    try:
        insert(child)
    except TargetBusy as busy:
        child.state = JobState.FAILED
        child.error_code, child.error_message = CONFLICT, busy.message
        child.finished_at = timezone.now()
        child.save(force_insert=True)
        note_state(child, message=busy.message)


def _find_holder(job: Job) -> Job | None:
    if job.target is None:
        return None
    return unfinished_job_of(job.target, lock=job.lock)
