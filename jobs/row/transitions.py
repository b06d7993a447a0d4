"""Changes the state of jobs; no other module does.

Every transition is one guarded UPDATE: it names the states that it may come from, and changes no
row if the job is in another one. The same transaction writes the event and the state of the
parent, and calls the delegate with all jobs that end. The delegate comes last, because it locks
rows of other tables: see "The order of locks" in docs/architecture.md.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from gateway.core.transactions import in_transaction
from gateway.core.unexpected import log_unexpected
from gateway.core.webhooks.events import record_webhook_event
from jobs.delegate import get_delegate
from jobs.models import EventKind, Job
from jobs.models.error_codes import CHILDREN_FAILED
from jobs.models.states import FINISHED, JobState, states_before
from jobs.row.events import change_with_event, publish_event, record_event
from jobs.row.lease import Lease
from jobs.row.parents import Tally
from jobs.row.statements import insert_statement, update_statement

log = logging.getLogger(__name__)

FINISHED_EVENT = "job.finished"  # of webhooks


@in_transaction
def move_job(job_id: UUID, to: JobState, **options: Any) -> bool:
    """Change the state of a job, and what follows from it, in a transaction of its own.

    ``options`` are those of ``change_state``. Returns False if nothing was changed.
    """
    job = change_state(job_id, to, **options)
    if job is not None:
        conclude([job])
    return job is not None


def change_state(
    job_id: UUID,
    to: JobState,
    *,
    message: str,
    lease: Lease | None = None,
    held: Job | None = None,
    only_from: JobState | None = None,
    **columns: Any,
) -> Job | None:
    """Change the state of a job to ``to``, and ``columns``; ``message`` is the event's.

    Returns the job with its new values. Returns None, and writes nothing, if no transition leads
    there from its state (or its state is not ``only_from``), or if ``lease`` is lost. The caller is
    in a transaction, and calls ``conclude`` at its end with all jobs that it moved.
    ``held``: the job as the holder of ``lease`` has it; it is updated and not read again.
    """
    if to in FINISHED:
        columns |= {"finished_at": timezone.now(), "lease_owner": None, "lease_until": None}
    columns |= {"state": to.value}
    change, values = update_statement(
        job_id,
        columns,
        held=lease.fence if lease else None,
        states=states_before(to) if only_from is None else (only_from,),
    )
    kind = EventKind(to)
    if not change_with_event(change, values, job_id=job_id, kind=kind, message=message):
        return None
    job = Job.objects.get(pk=job_id) if held is None else _with(held, **columns)
    publish_event(job_id=job_id, kind=kind, message=message, operation=job.operation)
    return job


def _with(job: Job, **columns: Any) -> Job:
    for name, value in columns.items():
        setattr(job, name, value)
    return job


def insert_row(job: Job, *, message: str, then: Callable[[], object] | None = None) -> None:
    """Insert a new job with the event of its state. Raises IntegrityError.

    The caller's transaction, if it is in one, goes on after the error. ``then`` is called when the
    transaction commits, before the event is published.
    """
    insert, values = insert_statement(job)
    kind = EventKind(job.state)
    is_alone = connection.vendor == "postgresql" and not connection.in_atomic_block
    with nullcontext() if is_alone else transaction.atomic():
        change_with_event(insert, values, job_id=job.pk, kind=kind, message=message)
        if then is not None:
            transaction.on_commit(then)
        publish_event(job_id=job.pk, kind=kind, message=message, operation=job.operation)
    job._state.adding, job._state.db = False, connection.alias  # noqa: SLF001 - as Django's save does


def note_state(job: Job, *, message: str) -> None:
    """Record the event of the transition that ``job`` has just made."""
    kind = EventKind(job.state)
    record_event(job_id=job.pk, kind=kind, message=message, operation=job.operation)


def conclude(moved: Sequence[Job], *, parents: Iterable[UUID] = ()) -> None:
    """Derive the parents' states and call the delegate: once, at the end of a transaction.

    ``moved``: all jobs that the transaction moved. ``parents``: further parents to derive.
    """
    ended = [job for job in moved if job.is_finished]
    followed = {
        job.parent_id
        for job in moved
        if job.parent_id is not None and job.state != JobState.CANCELING
    }
    for parent_id in sorted(followed.union(parents)):
        ended += _derive(parent_id)
    _notify_finished(ended)


def _notify_finished(jobs: Sequence[Job]) -> None:
    """Record the event and call the delegate, after which nothing is locked."""
    if jobs:
        record_webhook_event(FINISHED_EVENT, [str(job.pk) for job in jobs], per_event=1)
        get_delegate().jobs_finished(jobs)


def fail_alone(job_id: UUID, rows: QuerySet[Job], *, message: str, **columns: Any) -> bool:
    """Move a job to FAILED although its regular transition raises; False if it is not in ``rows``.

    The event, the delegate and the parent are each tried separately, and errors are logged. The
    sweep derives a parent for which that failed.
    """
    columns |= {"finished_at": timezone.now(), "lease_owner": None, "lease_until": None}
    moved = rows.filter(pk=job_id, state__in=states_before(JobState.FAILED))
    if not moved.update(state=JobState.FAILED.value, **columns):
        return False
    ended = Job.objects.get(pk=job_id)
    following = [
        partial(note_state, ended, message=message),
        partial(_notify_finished, [ended]),
    ]
    if ended.parent_id is not None:
        following.append(partial(derive_parent, ended.parent_id))
    for follow in following:
        try:
            with transaction.atomic():
                follow()
        except Exception as error:  # noqa: BLE001 - the job has ended; the log has the rest
            log_unexpected(log, error, context=f"after the end of job {ended.pk}")
    return True


@in_transaction
def derive_parent(parent_id: UUID) -> None:
    """Derive a parent's state and progress from its children's."""
    conclude([], parents=[parent_id])


def _derive(parent_id: UUID) -> list[Job]:
    """As ``derive_parent``, without the delegate. Returns the parent if it ends, and its own.

    A parent is locked after its children, never before, so there is no deadlock. If two children
    end at once, the second one waits here and sees both.
    """
    parent = Job.objects.select_for_update(no_key=True).get(pk=parent_id)
    if parent.is_finished:
        return []
    counted = parent.children.order_by().values_list("state").annotate(Count("pk"))
    tally = Tally.of(counted)
    if parent.state == JobState.QUEUED and tally.has_begun:
        change_state(parent_id, JobState.RUNNING, message="Begun.", started_at=timezone.now())
    ended = _follow(parent, tally)
    if ended is None:
        return []
    return [ended] if ended.parent_id is None else [ended, *_derive(ended.parent_id)]


def _follow(parent: Job, tally: Tally) -> Job | None:
    """Returns the parent if it ends."""
    state = tally.final_state(canceled=parent.state == JobState.CANCELING)
    if state is None:
        if parent.progress != tally.progress:
            Job.objects.filter(pk=parent.pk).update(progress=tally.progress)
        return None
    columns: dict[str, Any] = {"progress": tally.progress, "result": tally.result}
    if state is JobState.FAILED:
        columns |= {"error_code": CHILDREN_FAILED, "error_message": tally.failure}
    if state is JobState.CANCELED and parent.state == JobState.RUNNING:
        change_state(parent.pk, JobState.CANCELING, message="All that was left was canceled.")
    return change_state(parent.pk, state, message=str(tally), **columns)
