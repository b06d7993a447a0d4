"""Counts and durations of jobs, read from the database: the same in every process.

The numbers of finished jobs only grow, as Prometheus requires of a counter: rows are kept.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F, Min, Sum
from django.utils import timezone

from jobs.models import Job
from jobs.models.states import FINISHED, JobState
from jobs.row.selectors import due_jobs


@dataclass(frozen=True, slots=True)
class Durations:
    """Sums over the jobs of one operation that ended in one state. Times in seconds.

    ``waited``: from submission to the first step; ``ran``: from there to the end. ``begun``: the
    number of jobs with a first step; the others were canceled or refused before it.
    """

    operation: str
    state: str
    ended: int
    begun: int
    waited: float
    ran: float


@dataclass(frozen=True, slots=True)
class Backlog:
    """The number of due jobs that no worker has claimed; for how long the oldest has been due."""

    due: int
    oldest_seconds: float


def count_by_state() -> dict[str, int]:
    """The number of jobs in each state, parents included."""
    counted = Job.objects.order_by().values_list("state").annotate(Count("pk"))
    return {state.value: 0 for state in JobState} | dict(counted)


def durations() -> list[Durations]:
    """By operation and final state. Parents are left out: they perform no step."""
    waited = ExpressionWrapper(F("started_at") - F("created_at"), output_field=DurationField())
    ran = ExpressionWrapper(F("finished_at") - F("started_at"), output_field=DurationField())
    rows = (
        Job.objects.filter(state__in=FINISHED, run_after__isnull=False)
        .order_by("operation", "state")
        .values("operation", "state")
        .annotate(
            ended=Count("pk"),
            begun=Count("started_at"),
            waited_in_all=Sum(waited),
            ran_in_all=Sum(ran),
        )
    )
    return [
        Durations(
            operation=row["operation"],
            state=row["state"],
            ended=row["ended"],
            begun=row["begun"],
            waited=_seconds(row["waited_in_all"]),
            ran=_seconds(row["ran_in_all"]),
        )
        for row in rows
    ]


def backlog(now: datetime | None = None) -> Backlog:
    now = now or timezone.now()
    found = due_jobs(now).aggregate(due=Count("pk"), oldest=Min("run_after"))
    oldest = found["oldest"]
    return Backlog(found["due"], (now - oldest).total_seconds() if oldest else 0.0)


def _seconds(total: timedelta | None) -> float:
    return total.total_seconds() if total else 0.0
