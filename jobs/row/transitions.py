"""The one place that changes a job's state.

Every transition is one guarded UPDATE: it names the states it may come from, and changes no row
when the job is in another. What belongs to it happens in the same transaction: the event, the
state of its parent, and the listeners of all jobs that end. Listeners come last, because they lock
rows of other tables: see "The order of locks" in docs/architecture.md.
"""

import logging
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from gateway.core.transactions import in_transaction
from gateway.core.unexpected import log_unexpected
from jobs.delegate import get_delegate
from jobs.models import EventKind, Job
from jobs.models.error_codes import CHILDREN_FAILED
from jobs.models.states import FINISHED, JobState, states_before
from jobs.row.events import record_event
from jobs.row.lease import Lease
from jobs.row.parents import Tally

log = logging.getLogger(__name__)


@in_transaction
def move_job(job_id: UUID, to: JobState, **options: Any) -> bool:
    """Move a job to the state ``to``, and do what follows from that, in a transaction of its own.

    ``options`` are those of ``change_state``. False if that changes nothing.
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
    """Move a job to the state ``to``, setting ``columns`` too; ``message`` goes into the event.

    Returns the job as it is then. None, and nothing is written, when its state does not lead there
    (or is not ``only_from``), or when ``lease`` is lost. The caller is in a transaction, and passes
    all jobs that it moved to ``conclude`` at its end.
    ``held``: the job's row as the holder of ``lease`` has it; it is brought up to date, and not
    read again.
    """
    if to in FINISHED:
        columns |= {"finished_at": timezone.now(), "lease_owner": None, "lease_until": None}
    rows = lease.rows if lease else Job.objects.filter(pk=job_id)
    before = states_before(to) if only_from is None else (only_from,)
    if not rows.filter(state__in=before).update(state=to.value, **columns):
        return None
    job = Job.objects.get(pk=job_id) if held is None else _with(held, state=to.value, **columns)
    note_state(job, message=message)
    return job


def _with(job: Job, **columns: Any) -> Job:
    for name, value in columns.items():
        setattr(job, name, value)
    return job


def note_state(job: Job, *, message: str) -> None:
    """Record the event of the transition that ``job`` has just made."""
    kind = EventKind(job.state)
    record_event(job_id=job.pk, kind=kind, message=message, operation=job.operation)


def conclude(moved: Sequence[Job], *, parents: Iterable[UUID] = ()) -> None:
    """Bring parents up to date and call the listeners: once, at the end of a transaction.

    ``moved``: all jobs that the transaction moved. ``parents``: further ones to bring up to date.
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
    """Call the delegate. Nothing is locked after this in the same transaction."""
    if jobs:
        get_delegate().jobs_finished(jobs)


def fail_alone(job_id: UUID, rows: QuerySet[Job], *, message: str, **columns: Any) -> bool:
    """Move a job to FAILED although its regular transition raises; False if ``rows`` lacks it.

    Each thing that belongs to the transition is tried by itself, and one that fails is logged. The
    sweep derives a parent that was left behind.
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
    """Bring a parent's state and progress up to date with its children's."""
    conclude([], parents=[parent_id])


def _derive(parent_id: UUID) -> list[Job]:
    """As ``derive_parent``, without the listeners. Returns the parent if it ends.

    A parent is locked after its children, never before: no deadlock, and of two children that end
    at once the second one waits here and sees both.
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
    """The parent if it ends."""
    state = tally.final_state(canceled=parent.state == JobState.CANCELING)
    if state is None:
        if parent.progress != tally.progress:
            Job.objects.filter(pk=parent.pk).update(progress=tally.progress)
        return None
    columns: dict[str, Any] = {"progress": tally.progress, "result": tally.result}
    if state is JobState.FAILED:
        columns |= {"error_code": CHILDREN_FAILED, "error_message": tally.failure}
    return change_state(parent.pk, state, message=str(tally), **columns)
