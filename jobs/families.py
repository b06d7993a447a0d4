"""Inserts a job, or a parent with its children, and has workers called when that is committed."""

from collections.abc import Sequence
from functools import partial

from django.db import transaction

from jobs import bell
from jobs.events import record_event
from jobs.idempotency import Request
from jobs.models import EventKind, Job
from jobs.priority import Priority
from jobs.submission import Part, insert, insert_child, new_job
from jobs.transitions import derive_parent


def insert_one(job: Job, request: Request | None) -> Job:
    _name(job, request)
    insert(job)
    transaction.on_commit(partial(bell.ring, str(job.pk), priority=job.priority))
    return job


def insert_family(
    parent: Job,
    children: Sequence[Part],
    request: Request | None,
    deadline_seconds: float | None,
    *,
    note: str = "",
) -> Job:
    _name(parent, request)
    parent.run_after = None
    parent.save(force_insert=True)
    message = f"Accepted, as {len(children)} jobs. {note}".strip()
    record_event(job_id=parent.pk, kind=EventKind.QUEUED, message=message)
    queued = []
    for part in children:
        child = new_job(
            operation=parent.operation,
            arguments=part.arguments,
            requested_by=parent.requested_by,
            scope=part.scope or parent.scope,
            deadline_seconds=deadline_seconds,
            parent=parent,
            priority=Priority.BULK,
            names=part.names,
            target=part.target,
            retried_from=part.retried_from,
        )
        if insert_child(child):
            queued.append(str(child.pk))
    transaction.on_commit(partial(bell.ring_all, queued, priority=Priority.BULK))
    if len(queued) < len(children) or not children:
        derive_parent(parent.pk)
        parent.refresh_from_db()
    return parent


def _name(job: Job, request: Request | None) -> None:
    for column, value in (request.columns if request else {}).items():
        setattr(job, column, value)
