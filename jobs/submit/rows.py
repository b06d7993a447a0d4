"""Inserts the rows of new jobs, and dispatches the jobs when the transaction commits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from gateway.core.accounts.acting import credential_kept
from gateway.core.errors import Conflict, NotSupported
from gateway.core.text import storable
from gateway.core.transactions import in_transaction, repeated
from jobs import dispatch
from jobs.conf import deadline_seconds as usual_deadline_seconds
from jobs.models import Job
from jobs.models.error_codes import CONFLICT
from jobs.models.priority import Priority
from jobs.models.states import JobState
from jobs.operations.identity import IDENTITY, UNIDENTIFIED
from jobs.operations.registry import get_operation, operation_label
from jobs.operations.sealed_arguments import seal
from jobs.row.selectors import unfinished_job_of
from jobs.row.transitions import conclude, insert_row
from jobs.submit.idempotency import Request

# The columns.
LONGEST_TARGET_NAME, LONGEST_SCOPE_NAME, LONGEST_KIND = 300, 100, 50
# After each failure the job that held the target may have ended before it was read.
INSERT_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a job's target and scope, and the kind of the scope, at its submission.

    They are stored with the job, because the rows may be deleted later.
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
            "target_name": storable(self.target)[:LONGEST_TARGET_NAME],
            "scope_name": storable(self.scope)[:LONGEST_SCOPE_NAME],
            "scope_kind": storable(self.kind)[:LONGEST_KIND],
        }


NAMELESS = Names()


class Part(NamedTuple):
    """One child of a parent. ``scope``: if it is not that of the parent.

    ``refusal``: why it cannot be done at all; empty: it can.
    """

    target: str | None
    arguments: Mapping[str, Any]
    scope: str | None = None
    retried_from: Job | None = None
    names: Names = NAMELESS
    identity: Mapping[str, Any] = UNIDENTIFIED
    refusal: str = ""


class TargetBusy(Conflict):
    """``job`` is unfinished and holds the same lock of the target."""

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
    """A job that is due now, not yet inserted. Raises UnknownOperation."""
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
        input_digest="",
        memory={IDENTITY: dict(identity)} if identity else {},
        **names.columns,
        **columns,
    )


def insert(job: Job, then: Callable[[], object] | None = None) -> None:
    """``then``: as of ``insert_row``. Raises TargetBusy."""
    for attempt in count(1):
        try:
            insert_row(job, message="Accepted.", then=then)
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
        _insert_failed(child, CONFLICT, busy.message)


def _insert_failed(child: Job, code: str, message: str) -> None:
    child.state = JobState.FAILED
    child.error_code, child.error_message = code, message
    child.finished_at = timezone.now()
    insert_row(child, message=message)


def _find_holder(job: Job) -> Job | None:
    if job.target is None:
        return None
    return unfinished_job_of(job.target, lock=job.lock)


def insert_once(request: Request | None, insert: Callable[[], Job]) -> Job:
    """The job of an earlier, equal request; else the one that ``insert`` inserts.

    ``insert`` sets the request's columns. If it fails, an equal request may have been faster.
    """
    if request is None:
        return insert()
    if (earlier := request.find_job()) is not None:
        return earlier
    try:
        return insert()
    except (IntegrityError, Conflict):
        if (earlier := request.find_job()) is not None:
            return earlier
        raise


@repeated
def insert_one(job: Job, request: Request | None) -> Job:
    _set_key(job, request)
    # A worker can begin while the event is published.
    insert(job, then=partial(dispatch.dispatch_job, str(job.pk), priority=job.priority))
    return job


@in_transaction
def insert_family(
    parent: Job,
    children: Sequence[Part],
    request: Request | None,
    deadline_seconds: float | None,
    *,
    note: str = "",
) -> Job:
    _set_key(parent, request)
    parent.run_after = None
    insert_row(parent, message=f"Accepted, as {len(children)} jobs. {note}".strip())
    pairs = [(_child_of(parent, part, deadline_seconds), part.refusal) for part in children]
    # Two transactions with the same targets wait for each other's inserts, so in one order.
    for child, refusal in sorted(pairs, key=lambda pair: pair[0].target or ""):
        if refusal:
            _insert_failed(child, NotSupported.code, refusal)
        else:
            insert_child(child)
    made = [child for child, _refusal in pairs]
    queued = [str(child.pk) for child in made if not child.is_finished]
    transaction.on_commit(partial(dispatch.dispatch_jobs, queued, priority=Priority.BULK))
    if len(queued) < len(children) or not children:
        conclude([child for child in made if child.is_finished], parents=[parent.pk])
        return Job.objects.select_related("requested_by").get(pk=parent.pk)
    return parent


def _child_of(parent: Job, part: Part, deadline_seconds: float | None) -> Job:
    return new_job(
        operation=parent.operation,
        arguments=part.arguments,
        requested_by=parent.requested_by,
        scope=part.scope or parent.scope,
        deadline_seconds=deadline_seconds,
        parent=parent,
        priority=Priority.BULK,
        names=part.names,
        identity=part.identity,
        target=part.target,
        retried_from=part.retried_from,
    )


def _set_key(job: Job, request: Request | None) -> None:
    for column, value in (request.columns if request else {}).items():
        setattr(job, column, value)
