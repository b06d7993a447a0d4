"""The one place that changes a job's state.

Every transition is one guarded UPDATE: it names the states it may come from, and changes no row
when the job is in another. What belongs to it happens in the same transaction: the event, the
listeners of a job that ends, and the state of its parent.
"""

import logging
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from gateway.core.unexpected import log_unexpected
from jobs.events import record_event
from jobs.fence import Lease
from jobs.listeners import tell_finished
from jobs.models import EventKind, Job
from jobs.parents import Tally
from jobs.states import FINISHED, JobState, states_before

log = logging.getLogger(__name__)


def move_job(
    job_id: UUID,
    to: JobState,
    *,
    message: str,
    lease: Lease | None = None,
    held: Job | None = None,
    only_from: JobState | None = None,
    derive: bool = True,
    **columns: Any,
) -> bool:
    """Move a job to the state ``to``, setting ``columns`` too; ``message`` goes into the event.

    False, and nothing is written, when its state does not lead there (or is not ``only_from``), or
    when ``lease`` is lost.
    ``held``: the job's row as the holder of ``lease`` has it; it is brought up to date, and not
    read again. ``derive``: bring its parent up to date; who moves many children does so once, at
    the end.
    """
    if to in FINISHED:
        columns |= {"finished_at": timezone.now(), "lease_owner": None, "lease_until": None}
    rows = lease.rows if lease else Job.objects.filter(pk=job_id)
    before = states_before(to) if only_from is None else (only_from,)
    with transaction.atomic():
        if not rows.filter(state__in=before).update(state=to.value, **columns):
            return False
        job = Job.objects.get(pk=job_id) if held is None else _with(held, state=to.value, **columns)
        after_move(job, message=message, derive=derive)
    return True


def _with(job: Job, **columns: Any) -> Job:
    for name, value in columns.items():
        setattr(job, name, value)
    return job


def after_move(job: Job, *, message: str, derive: bool = True) -> None:
    """What belongs to the transition that ``job`` has just made, in the same transaction."""
    record_event(job_id=job.pk, kind=EventKind(job.state), message=message)
    if job.is_finished:
        tell_finished(job)
    if derive and job.parent_id is not None and job.state != JobState.CANCELING:
        derive_parent(job.parent_id)


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
        partial(record_event, job_id=ended.pk, kind=EventKind.FAILED, message=message),
        partial(tell_finished, ended),
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


def derive_parent(parent_id: UUID) -> None:
    """Bring a parent's state and progress up to date with its children's.

    A parent is locked after its children, never before: no deadlock, and of two children that end
    at once the second one waits here and sees both.
    """
    with transaction.atomic():
        parent = Job.objects.select_for_update(no_key=True).get(pk=parent_id)
        if parent.is_finished:
            return
        counted = parent.children.order_by().values_list("state").annotate(Count("pk"))
        tally = Tally.of(counted)
        if parent.state == JobState.QUEUED and tally.has_begun:
            move_job(parent_id, JobState.RUNNING, message="Begun.", started_at=timezone.now())
        _follow(parent, tally)


def _follow(parent: Job, tally: Tally) -> None:
    state = tally.final_state(canceled=parent.state == JobState.CANCELING)
    if state is None:
        if parent.progress != tally.progress:
            Job.objects.filter(pk=parent.pk).update(progress=tally.progress)
        return
    columns: dict[str, Any] = {"progress": tally.progress, "result": tally.result}
    if state is JobState.FAILED:
        columns |= {"error_code": "CHILDREN_FAILED", "error_message": f"Of its jobs: {tally}"}
    move_job(parent.pk, state, message=str(tally), **columns)
