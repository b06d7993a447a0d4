"""Cancels a job and its children."""

from collections.abc import Sequence
from functools import partial

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from gateway.core.errors import Conflict
from gateway.core.transactions import in_transaction
from jobs import dispatch
from jobs.delegate import get_delegate
from jobs.models import Job
from jobs.models.states import FINISHED, UNFINISHED, JobState
from jobs.row.locks import lock_jobs
from jobs.row.partial_view import partial_view
from jobs.row.transitions import change_state, conclude
from jobs.row.visibility import visible_children


def cancel(*, job: Job, canceled_by: User | None = None) -> Job:
    """Cancel ``job``; returns it as it is then. A second cancel changes nothing.

    A job that has not begun is CANCELED at once; another one is CANCELING until its step has ended.
    The children that ``canceled_by`` sees are canceled with their parent. Raises Conflict if the
    job has ended, or all of these children have; and what ``check_cancel`` raises. Without
    ``canceled_by`` no rights are checked.
    """
    if canceled_by is not None:
        check_cancel(job, canceled_by)
    who = f" by {canceled_by.get_username()}" if canceled_by else ""
    view = partial_view(job, user=canceled_by) if canceled_by else None
    if view is not None and view.state in FINISHED:
        raise _ended(view.state)
    canceled = _cancel_parent(job, canceled_by, who) if job.is_parent else _cancel_alone(job, who)
    job = Job.objects.get(pk=job.pk)
    if job.is_finished and not canceled:
        raise _ended(job.state)
    return job


def check_cancel(job: Job, user: User) -> None:
    """Raises what the delegate's ``check_cancel`` raises."""
    children = visible_children(job, user=user).filter(state__in=UNFINISHED)
    scopes = {job.scope, *children.values_list("scope", flat=True).distinct()}
    get_delegate().check_cancel(job, {scope for scope in scopes if scope is not None}, user)


def _ended(state: str) -> Conflict:
    return Conflict(f"It has ended already: {state}.", field="id")


@in_transaction
def _cancel_alone(job: Job, who: str) -> bool:
    """Returns whether the job was unfinished."""
    moved = _cancel_one(job, who)
    if moved is None:
        return False
    _dispatch([moved])
    conclude([moved])
    return True


@in_transaction
def _cancel_parent(parent: Job, canceled_by: User | None, who: str) -> bool:
    """Cancel the children first, the oldest first; the parent is derived once, at the end."""
    children = parent.children.all()
    if canceled_by is not None:
        children = visible_children(parent, user=canceled_by)
    unfinished = lock_jobs(children.filter(state__in=UNFINISHED))
    moving = Job.objects.filter(pk__in=unfinished).order_by("created_at", "pk")
    moved = [job for child in moving if (job := _cancel_one(child, who)) is not None]
    _dispatch(moved)
    message = f"Cancel requested{who}."
    canceled = change_state(parent.pk, JobState.CANCELING, message=message) is not None
    conclude(moved, parents=[parent.pk] if canceled else [])
    return canceled


def _cancel_one(job: Job, who: str) -> Job | None:
    """The job as it is then; None if it has ended, or is being canceled."""
    canceled = change_state(
        job.pk,
        JobState.CANCELED,
        message=f"Canceled{who} before it began. Nothing had been done.",
        only_from=JobState.QUEUED,
    )
    return canceled or change_state(
        job.pk,
        JobState.CANCELING,
        message=f"Cancel requested{who}.",
        only_from=JobState.RUNNING,
        run_after=timezone.now(),  # a waiting job is due now, to end
    )


def _dispatch(moved: Sequence[Job]) -> None:
    """On commit, dispatch the jobs that were RUNNING, so that a worker ends them."""
    if canceling := [str(job.pk) for job in moved if job.state == JobState.CANCELING]:
        transaction.on_commit(partial(dispatch.dispatch_jobs, canceling))
