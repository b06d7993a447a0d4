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
from jobs.transitions import conclude


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
    made = [_child_of(parent, part, deadline_seconds) for part in children]
    # Two families with the same targets wait for each other's inserts: in one order, not in two.
    for child in sorted(made, key=lambda child: child.target or ""):
        insert_child(child)
    queued = [str(child.pk) for child in made if not child.is_finished]
    transaction.on_commit(partial(bell.ring_all, queued, priority=Priority.BULK))
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


def _name(job: Job, request: Request | None) -> None:
    for column, value in (request.columns if request else {}).items():
        setattr(job, column, value)
