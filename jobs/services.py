"""What others ask of jobs: submit one or many, cancel one, try one again.

The row is written first; the message goes out when the transaction commits and carries the job's
id alone. So no job is lost with the broker, and no worker hears of one that is not there.

``idempotency_key``, wherever it is taken, makes a request that is made twice one request: see
``jobs.idempotency``. The requester must be known then.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from gateway.core.errors import Conflict
from gateway.core.transactions import in_transaction
from jobs import bell
from jobs.families import insert_family, insert_one
from jobs.idempotency import KeyReused, name_request, once
from jobs.identity import UNIDENTIFIED
from jobs.locks import lock_jobs
from jobs.models import Job
from jobs.partial import partial_view
from jobs.retries import retry
from jobs.states import FINISHED, UNFINISHED, JobState
from jobs.submission import NAMELESS, Names, Part, TargetBusy, new_job
from jobs.transitions import change_state, conclude
from jobs.visibility import visible_children

__all__ = [
    "KeyReused",
    "Names",
    "Part",
    "TargetBusy",
    "cancel",
    "find_submitted",
    "find_submitted_many",
    "retry",
    "submit",
    "submit_many",
]


def submit(
    *,
    operation: str,
    arguments: Mapping[str, Any],
    requested_by: User | None,
    target: str | None = None,
    scope: str | None = None,
    deadline_seconds: float | None = None,
    idempotency_key: str | None = None,
    names: Names = NAMELESS,
    asked: Mapping[str, Any] | None = None,
    identity: Mapping[str, Any] = UNIDENTIFIED,
) -> Job:
    """Promise one job; it is QUEUED when this returns, whatever becomes of the broker.

    ``arguments`` are JSON values; a secret text among them is a ``jobs.sealed.Secret``. ``asked``:
    what the requester asked for, where the arguments were derived from it; an idempotency key
    stands for that. ``identity``: JSON values that the steps find in ``step.identity``. Raises
    TargetBusy; KeyReused; InvalidInput for what cannot be a key; UnknownOperation for a name that
    is not registered here.
    """
    about = _request_of_one(operation, target, scope, arguments if asked is None else asked)
    request = name_request(requester=requested_by, key=idempotency_key, about=about)
    job = new_job(
        operation=operation,
        arguments=arguments,
        requested_by=requested_by,
        scope=scope,
        deadline_seconds=deadline_seconds,
        names=names,
        identity=identity,
        target=target,
    )
    return once(request, partial(insert_one, job, request))


def find_submitted(
    *,
    operation: str,
    asked: Mapping[str, Any],
    requested_by: User | None,
    target: str | None = None,
    scope: str | None = None,
    idempotency_key: str | None = None,
) -> Job | None:
    """The job that the same call of ``submit`` made: to ask before the arguments are derived.

    Raises KeyReused; InvalidInput for what cannot be a key.
    """
    about = _request_of_one(operation, target, scope, asked)
    request = name_request(requester=requested_by, key=idempotency_key, about=about)
    return request.find_job() if request else None


def _request_of_one(
    operation: str, target: str | None, scope: str | None, asked: Mapping[str, Any]
) -> dict[str, Any]:
    """What a key of ``submit`` stands for."""
    return {"operation": operation, "target": target, "scope": scope, "arguments": asked}


def submit_many(
    *,
    operation: str,
    children: Sequence[Part],
    requested_by: User | None,
    arguments: Mapping[str, Any] | None = None,
    scope: str | None = None,
    deadline_seconds: float | None = None,
    idempotency_key: str | None = None,
    note: str = "",
    names: Names = NAMELESS,
    asked: Mapping[str, Any] | None = None,
) -> Job:
    """Promise a job for each of ``children``; returns their parent.

    All are inserted or none. A parent without children is SUCCEEDED at once; ``note`` is added to
    its first event. A child whose target is busy is FAILED from the start, with the code
    CONFLICT; the others run. ``arguments`` are the parent's: it runs nothing itself, but with
    ``operation`` and ``scope`` they are what an idempotency key stands for, since the children
    that the same request means may be others at another time. ``asked``: as in ``submit``.
    """
    wanted = arguments if asked is None else asked
    about = _many_request(operation=operation, scope=scope, arguments=wanted)
    request = name_request(requester=requested_by, key=idempotency_key, about=about)
    parent = new_job(
        operation=operation,
        arguments=arguments or {},
        requested_by=requested_by,
        scope=scope,
        deadline_seconds=deadline_seconds,
        names=names,
    )
    insert_all = partial(insert_family, parent, children, request, deadline_seconds, note=note)
    return once(request, insert_all)


def find_submitted_many(
    *,
    operation: str,
    arguments: Mapping[str, Any],
    requested_by: User | None,
    scope: str | None = None,
    idempotency_key: str | None = None,
) -> Job | None:
    """The parent that the same call of ``submit_many`` made: to ask before finding its children.

    Raises KeyReused; InvalidInput for what cannot be a key.
    """
    about = _many_request(operation=operation, scope=scope, arguments=arguments)
    request = name_request(requester=requested_by, key=idempotency_key, about=about)
    return request.find_job() if request else None


def _many_request(
    *, operation: str, scope: str | None, arguments: Mapping[str, Any] | None
) -> dict[str, Any]:
    """What a key of ``submit_many`` stands for."""
    return {"operations": operation, "scope": scope, "arguments": arguments or {}}


def cancel(*, job: Job, canceled_by: User | None = None) -> Job:
    """Ask for ``job`` to stop; returns it as it is then. Canceling twice is one cancel.

    One that has not begun is CANCELED at once; else it is CANCELING until its worker has let go.
    A parent's children are canceled with it, as far as ``canceled_by`` sees them. Raises Conflict
    when it has ended already, or all of those children have.
    """
    who = f" by {canceled_by.get_username()}" if canceled_by else ""
    view = partial_view(job, user=canceled_by) if canceled_by else None
    if view is not None and view.state in FINISHED:
        raise _ended(view.state)
    canceled = _cancel_parent(job, canceled_by, who) if job.is_parent else _cancel_alone(job, who)
    job = Job.objects.get(pk=job.pk)
    if job.is_finished and not canceled:
        raise _ended(job.state)
    return job


def _ended(state: str) -> Conflict:
    return Conflict(f"It has ended already: {state}.", field="id")


@in_transaction
def _cancel_alone(job: Job, who: str) -> bool:
    """Whether there was something to cancel."""
    moved = _cancel_one(job, who)
    if moved is None:
        return False
    _wake([moved])
    conclude([moved])
    return True


@in_transaction
def _cancel_parent(parent: Job, canceled_by: User | None, who: str) -> bool:
    """Children first, the oldest first; their parent follows once, at the end."""
    children = parent.children.all()
    if canceled_by is not None:
        children = visible_children(parent, user=canceled_by)
    unfinished = lock_jobs(children.filter(state__in=UNFINISHED))
    moving = Job.objects.filter(pk__in=unfinished).order_by("created_at", "pk")
    moved = [job for child in moving if (job := _cancel_one(child, who)) is not None]
    _wake(moved)
    message = f"Cancel requested{who}."
    canceled = change_state(parent.pk, JobState.CANCELING, message=message) is not None
    conclude(moved, parents=[parent.pk] if canceled else [])
    return canceled


def _cancel_one(job: Job, who: str) -> Job | None:
    """The job as it is then; None: there was nothing to cancel."""
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
        run_after=timezone.now(),  # one that waits is woken up to end
    )


def _wake(moved: Sequence[Job]) -> None:
    """When this is committed, have a worker end each of the jobs that were RUNNING."""
    if to_wake := [str(job.pk) for job in moved if job.state == JobState.CANCELING]:
        transaction.on_commit(partial(bell.ring_all, to_wake))
