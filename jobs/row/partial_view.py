"""A parent as it is shown to a user who sees only some of its children.

It is shown as if the other children did not exist: its state, progress, result, error and times are
derived from the visible ones. Its own events are about all children, so they are hidden from that
user. A parent of which a user sees no child is shown as FAILED.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from gateway.core.accounts.credential import credential_of, provider_limit
from jobs.models import Job
from jobs.models.error_codes import CHILDREN_FAILED, PERMISSION_DENIED
from jobs.models.states import FINISHED, UNFINISHED, JobState
from jobs.row.parents import Tally
from jobs.row.visibility import sees_all, visible_by_scope

CANCELED = (JobState.CANCELING.value, JobState.CANCELED.value)


@dataclass(slots=True)
class PartialView:
    """A parent derived from its visible children; it has attributes like the columns of Job."""

    state: JobState = JobState.QUEUED
    counted: dict[str, int] = field(default_factory=dict)
    began: list[datetime] = field(default_factory=list)
    ended: list[datetime] = field(default_factory=list)

    @property
    def tally(self) -> Tally:
        return Tally.of(self.counted.items())

    @property
    def progress(self) -> int:
        return self.tally.progress

    @property
    def result(self) -> dict[str, int] | None:
        return self.tally.result if self.state in FINISHED else None

    @property
    def started_at(self) -> datetime | None:
        return min(self.began, default=None)

    @property
    def finished_at(self) -> datetime | None:
        return max(self.ended, default=None) if self.state in FINISHED else None

    @property
    def error_code(self) -> str:
        if self.state is not JobState.FAILED:
            return ""
        return CHILDREN_FAILED if self.counted else PERMISSION_DENIED

    @property
    def error_message(self) -> str:
        if self.error_code == CHILDREN_FAILED:
            return self.tally.failure
        return "What it is about is out of your reach now." if self.error_code else ""

    @property
    def error_retryable(self) -> bool:
        return False


def partial_views(jobs: Sequence[Job], *, user: Any) -> dict[UUID, PartialView]:
    """The partial views of those ``jobs`` of which ``user`` sees only some children, by key.

    One query if any job has children, and a second one if there is a partial view.
    """
    parents = [job.pk for job in jobs if job.is_parent]
    if not parents or sees_all(user):
        return {}
    found: defaultdict[UUID, PartialView] = defaultdict(PartialView)
    partial = {job.pk for job in jobs if job.is_parent and _is_of_another_token(job, user)}
    children = Job.objects.filter(parent__in=parents).annotate(is_seen=_is_seen(user)).order_by()
    groups = children.values_list("parent", "is_seen", "state").annotate(
        Count("pk"), Min("started_at"), Max("finished_at")
    )
    for parent, is_seen, state, count, began, ended in groups:
        if not is_seen:
            partial.add(parent)
            continue
        view = found[parent]
        view.counted[state] = count
        view.began += [began] if began else []
        view.ended += [ended] if ended else []
    if partial:
        states = Job.objects.filter(pk__in=partial).values_list("pk", visible_state(user))
        for parent, state in states:
            found[parent].state = JobState(state)
    return {key: found[key] for key in partial}


def partial_view(job: Job, *, user: Any) -> PartialView | None:
    """As ``partial_views``; None if ``user`` sees the job as it is."""
    return partial_views([job], user=user).get(job.pk)


def in_states(rows: QuerySet[Job], states: Sequence[JobState], *, user: Any) -> QuerySet[Job]:
    """The ``rows`` that are shown to ``user`` in one of ``states``."""
    values = [state.value for state in states]
    if sees_all(user):
        return rows.filter(state__in=values)
    children = Job.objects.filter(parent=OuterRef("pk")).alias(is_seen=_is_seen(user))
    is_partial = Q(run_after__isnull=True) & Exists(children.filter(is_seen=False))
    shown = Case(When(is_partial, then=visible_state(user)), default=F("state"))
    return rows.alias(shown_state=shown).filter(shown_state__in=values)


def visible_state(user: Any) -> Case:
    """SQL for a parent's state, derived from its visible children by the rules of ``Tally``."""
    seen = Job.objects.filter(visible_by_scope(user), parent=OuterRef("pk"))
    return Case(
        When(~Exists(seen), then=Value(JobState.FAILED.value)),
        When(
            Exists(seen.filter(state__in=[state.value for state in UNFINISHED])),
            then=Case(
                When(state__in=CANCELED, then=Value(JobState.CANCELING.value)),
                When(
                    ~Exists(seen.exclude(state=JobState.QUEUED.value)),
                    then=Value(JobState.QUEUED.value),
                ),
                default=Value(JobState.RUNNING.value),
            ),
        ),
        When(
            ~Exists(seen.exclude(state=JobState.SUCCEEDED.value)),
            then=Value(JobState.SUCCEEDED.value),
        ),
        When(state__in=CANCELED, then=Value(JobState.CANCELED.value)),
        When(
            ~Exists(seen.filter(state=JobState.FAILED.value)),
            then=Value(JobState.CANCELED.value),
        ),
        default=Value(JobState.FAILED.value),
        output_field=CharField(),
    )


def _is_seen(user: Any) -> Case:
    """SQL for whether ``user`` sees a child. A plain condition would be null for a null scope."""
    return Case(
        When(visible_by_scope(user), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )


def _is_of_another_token(job: Job, user: Any) -> bool:
    """Its events may name objects outside the scopes of a limited token."""
    return provider_limit(user) is not None and job.credential != str(credential_of(user))
