"""Reads of jobs and schedules: those that a user may see, and jobs that are due."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from gateway.core.accounts.credential import provider_limit
from jobs.delegate import get_delegate
from jobs.models import Job, Schedule
from jobs.models.states import FINISHED, UNFINISHED, JobState
from jobs.row.partial_view import in_states
from jobs.row.visibility import sees_all, visible_jobs

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilters:
    """None does not filter; an empty list matches no job.

    ``created_from`` is inclusive, ``created_until`` exclusive.
    """

    states: Sequence[JobState] | None = None
    operations: Sequence[str] | None = None
    scopes: Sequence[str] | None = None
    targets: Sequence[str] | None = None
    requester_ids: Sequence[int] | None = None
    created_from: datetime | None = None
    created_until: datetime | None = None


def job_list(
    *, user: AbstractBaseUser | AnonymousUser, filters: JobFilters | None = None
) -> QuerySet[Job]:
    """The visible jobs that match ``filters``, with their requesters and parents, unordered."""
    filters = filters or JobFilters()
    wanted: dict[str, Any] = {
        "operation__in": filters.operations,
        "scope__in": filters.scopes,
        "target__in": filters.targets,
        "requested_by__in": filters.requester_ids,
        "created_at__gte": filters.created_from,
        "created_at__lt": filters.created_until,
    }
    conditions = {name: values for name, values in wanted.items() if values is not None}
    rows = visible_jobs(user=user).filter(**conditions)
    if filters.states is not None:
        rows = in_states(rows, filters.states, user=user)
    return rows.select_related("requested_by", "parent")


def current_job_keys(
    *, user: AbstractBaseUser | AnonymousUser, ended_since: datetime, most: int
) -> list[uuid.UUID]:
    """The visible jobs that ended since then, in this order, and the unfinished ones, newest first.

    ``most``: the limit for each of the two: the last ones that ended, and the newest unfinished.
    For a user who sees only some children of a parent, the parent ends with the last of these.
    """
    ended = JobFilters(states=tuple(FINISHED))
    recently = visible_jobs(user=user).filter(finished_at__gte=ended_since)
    of_recent = recently.filter(parent__isnull=False).values("parent")
    done = job_list(user=user, filters=ended).filter(
        Q(finished_at__gte=ended_since) | Q(pk__in=of_recent)
    )
    latest = done.order_by(F("finished_at").desc(nulls_first=True), "-pk")
    unfinished = job_list(user=user, filters=JobFilters(states=tuple(UNFINISHED)))
    newest = unfinished.order_by("-created_at", "-pk")
    return [
        *reversed(latest.values_list("pk", flat=True)[:most]),
        *newest.values_list("pk", flat=True)[:most],
    ]


def unknown_scopes(*, user: AbstractBaseUser | AnonymousUser, scopes: Sequence[str]) -> set[str]:
    """Those of ``scopes`` to which the user has no access and of which they see no job.

    A scope that no longer exists, a disconnected provider, is known by its jobs.
    """
    unknown = set(scopes)
    unknown -= get_delegate().scope_access(user).known(unknown)
    if unknown:
        jobs = visible_jobs(user=user).filter(scope__in=unknown)
        unknown -= set(jobs.order_by().values_list("scope", flat=True).distinct())
    return unknown


def operations_seen(
    *, user: AbstractBaseUser | AnonymousUser, operations: Collection[str]
) -> set[str]:
    """Those of the ``operations`` of which the user sees a job."""
    jobs = visible_jobs(user=user).filter(operation__in=operations)
    return set(jobs.order_by().values_list("operation", flat=True).distinct())


def job_get(*, user: AbstractBaseUser | AnonymousUser, job_id: str) -> Job | None:
    """The job; None if it does not exist, or ``user`` may not see it."""
    try:
        key = uuid.UUID(job_id)
    except ValueError:
        return None
    return job_list(user=user).filter(pk=key).first()


def unfinished_job_of(target: str, *, lock: str) -> Job | None:
    """The job that holds this lock of ``target``, if any."""
    return Job.objects.filter(target=target, lock=lock, state__in=UNFINISHED).first()


def due_jobs(now: datetime) -> QuerySet[Job]:
    """Unfinished jobs whose next step may begin now and that no worker has claimed."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
    return Job.objects.filter(free, state__in=UNFINISHED, run_after__lte=now)


def in_turn(rows: QuerySet[Row], user: str, *order: str) -> QuerySet[Row]:
    """``rows`` by ``order``, the first of each ``user`` (a column) before the second of any.

    So a limit takes rows of every user, even if one user has many. It reads and sorts all rows.
    """
    columns = [F(name).asc() for name in order]
    number = Window(RowNumber(), partition_by=F(user), order_by=columns)
    return rows.order_by(number, *order)


def parents_left_behind() -> QuerySet[Job]:
    """Unfinished parents whose children have all finished."""
    unfinished = Job.objects.filter(parent=OuterRef("pk"), state__in=UNFINISHED)
    return Job.objects.filter(~Exists(unfinished), state__in=UNFINISHED, run_after__isnull=True)


def schedule_list(*, user: AbstractBaseUser | AnonymousUser) -> QuerySet[Schedule]:
    """The schedules that ``user`` may see, with their owners, unordered: all for a superuser, else
    their own. A token that is limited to some providers sees none.
    """
    if not user.is_authenticated or provider_limit(user) is not None:
        return Schedule.objects.none()
    schedules = Schedule.objects.select_related("owner")
    if sees_all(user):
        return schedules
    return schedules.filter(owner=user.pk)


def schedule_get(*, user: AbstractBaseUser | AnonymousUser, schedule_id: str) -> Schedule | None:
    """The schedule; None if it does not exist, or ``user`` may not see it."""
    try:
        key = uuid.UUID(schedule_id)
    except ValueError:
        return None
    return schedule_list(user=user).filter(pk=key).first()
