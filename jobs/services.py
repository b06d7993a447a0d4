"""What others ask of jobs: submit one or many, cancel one.

The row is written first; the message goes out when the transaction commits and carries the job's
id alone. So no job is lost with the broker, and no worker hears of one that is not there.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from gateway.core.errors import Conflict
from jobs import bell
from jobs.events import record_event
from jobs.models import EventKind, Job
from jobs.outcomes import CONFLICT
from jobs.registry import get_operation, operation_label
from jobs.states import UNFINISHED, JobState
from jobs.timing import deadline_seconds as usual_deadline_seconds
from jobs.transitions import after_move, derive_parent, move_job

# After each failure the job that held the target may have ended before it could be named.
INSERT_ATTEMPTS = 5


class TargetBusy(Conflict):
    """An unfinished job holds the target: ``job``. One target has one such job at most."""

    def __init__(self, job: Job) -> None:
        super().__init__(
            f"The job {job.public_id} ({operation_label(job.operation)}) is still {job.state} on "
            "it. Wait until it has ended, or cancel it."
        )
        self.job = job


def submit(
    *,
    operation: str,
    arguments: Mapping[str, Any],
    requested_by: User | None,
    target: str | None = None,
    scope: str | None = None,
    deadline_seconds: float | None = None,
) -> Job:
    """Promise one job; it is QUEUED when this returns, whatever becomes of the broker.

    ``arguments`` are JSON values without secrets. Raises TargetBusy; UnknownOperation for a name
    that is not registered here.
    """
    job = _new_job(operation, arguments, requested_by, scope, deadline_seconds)
    job.target = target
    with transaction.atomic():
        _insert(job)
        transaction.on_commit(partial(bell.ring, str(job.pk)))
    return job


def submit_many(
    *,
    operation: str,
    children: Sequence[tuple[str | None, Mapping[str, Any]]],
    requested_by: User | None,
    arguments: Mapping[str, Any] | None = None,
    scope: str | None = None,
    deadline_seconds: float | None = None,
) -> Job:
    """Promise a job for each (target, arguments) of ``children``; returns their parent.

    All are inserted or none. A child whose target is busy is FAILED from the start, with the code
    CONFLICT; the others run. ``arguments`` are the parent's, for people: it runs nothing itself.
    """
    if not children:
        raise ValueError("A parent needs at least one child.")
    parent = _new_job(operation, arguments or {}, requested_by, scope, deadline_seconds)
    parent.run_after = None
    with transaction.atomic():
        parent.save(force_insert=True)
        message = f"Accepted, as {len(children)} jobs."
        record_event(job_id=parent.pk, kind=EventKind.QUEUED, message=message)
        queued = []
        for target, child_arguments in children:
            child = _new_job(operation, child_arguments, requested_by, scope, deadline_seconds)
            child.parent, child.target = parent, target
            if _insert_child(child):
                queued.append(str(child.pk))
        transaction.on_commit(partial(bell.ring_all, queued))
        if len(queued) < len(children):
            derive_parent(parent.pk)
            parent.refresh_from_db()
    return parent


def cancel(*, job: Job, canceled_by: User | None = None) -> Job:
    """Ask for ``job`` to stop; returns it as it is then. Canceling twice is one cancel.

    One that has not begun is CANCELED at once; else it is CANCELING until its worker has let go.
    A parent's children are canceled with it. Raises Conflict when it has ended already.
    """
    who = f" by {canceled_by.get_username()}" if canceled_by else ""
    to_wake: list[str] = []
    with transaction.atomic():
        cancel_it = _cancel_parent if job.is_parent else _cancel_one
        canceled = cancel_it(job, who, to_wake)
        transaction.on_commit(lambda: bell.ring_all(to_wake) if to_wake else None)
    job = Job.objects.get(pk=job.pk)
    if job.is_finished and not canceled:
        raise Conflict(f"It has ended already: {job.state}.", field="id")
    return job


def _new_job(
    operation: str,
    arguments: Mapping[str, Any],
    requested_by: User | None,
    scope: str | None,
    deadline_seconds: float | None,
) -> Job:
    now = timezone.now()
    return Job(
        operation=get_operation(operation).name,
        arguments=dict(arguments),
        scope=scope,
        requested_by=requested_by,
        created_at=now,
        run_after=now,
        deadline_at=now + timedelta(seconds=deadline_seconds or usual_deadline_seconds()),
    )


def _insert(job: Job) -> None:
    for attempt in count(1):
        try:
            with transaction.atomic():
                job.save(force_insert=True)
                record_event(job_id=job.pk, kind=EventKind.QUEUED, message="Accepted.")
        except IntegrityError:
            if (holder := _find_holder(job.target)) is not None:
                raise TargetBusy(holder) from None
            if job.target is None or attempt == INSERT_ATTEMPTS:
                raise
        else:
            return


def _find_holder(target: str | None) -> Job | None:
    if target is None:
        return None
    return Job.objects.filter(target=target, state__in=UNFINISHED).first()


def _insert_child(child: Job) -> bool:
    """Whether the child is QUEUED, rather than FAILED because its target is busy."""
    try:
        _insert(child)
    except TargetBusy as busy:
        child.state = JobState.FAILED
        child.error_code, child.error_message = CONFLICT, busy.message
        child.finished_at = timezone.now()
        child.save(force_insert=True)
        after_move(child, message=busy.message, derive=False)
        return False
    return True


def _cancel_one(job: Job, who: str, to_wake: list[str], *, derive: bool = True) -> bool:
    """Whether there was something to cancel; adds to ``to_wake`` a job whose worker must let go."""
    if move_job(
        job.pk,
        JobState.CANCELED,
        message=f"Canceled{who} before it began. Nothing had been done.",
        only_from=JobState.QUEUED,
        derive=derive,
    ):
        return True
    moved = move_job(
        job.pk,
        JobState.CANCELING,
        message=f"Cancel requested{who}.",
        only_from=JobState.RUNNING,
        run_after=timezone.now(),  # one that waits is woken up to end
    )
    if moved:
        to_wake.append(str(job.pk))
    return moved


def _cancel_parent(parent: Job, who: str, to_wake: list[str]) -> bool:
    """Children first, each in the order of its birth; their parent follows once, at the end."""
    for child in parent.children.filter(state__in=UNFINISHED).order_by("created_at", "pk"):
        _cancel_one(child, who, to_wake, derive=False)
    moved = move_job(parent.pk, JobState.CANCELING, message=f"Cancel requested{who}.")
    if moved:
        derive_parent(parent.pk)
    return moved
