"""Pages of jobs, and of what belongs to each job of a page.

Fifty jobs on a page that are each asked for their events would be fifty queries. The jobs of one
page know each other (they are siblings), so the first that is asked fetches for all of them.
"""

from functools import cached_property
from typing import Any

from django.db.models import Count, Prefetch, QuerySet, prefetch_related_objects

from gateway.core.graphql.paging import M, OrderKey, Page, Window
from jobs.models import Job, JobEvent
from jobs.selectors import job_list

NEWEST_FIRST = OrderKey("created_at", descending=True)
OLDEST_FIRST = OrderKey("created_at")
AS_RECORDED = OrderKey("pk")


class JobPage(Page[Job]):
    """A page of jobs that know each other."""

    def fetch(self) -> list[Job]:
        return _introduce(super().fetch())


class RelatedPage(Page[M]):
    """A page of the rows behind ``relation`` of one job; ``link`` is the relation's other end.

    Its first page and its total are fetched for all siblings of the job.
    """

    def __init__(
        self,
        job: Job,
        rows: QuerySet[M],
        *,
        relation: str,
        link: str,
        order: OrderKey,
        window: Window,
    ) -> None:
        super().__init__(rows.filter(**{link: job}), order=order, window=window)
        self._job = job
        self._rows_of_all = rows
        self._relation = relation
        self._link = link

    def fetch(self) -> list[M]:
        if not self._window.is_beginning:
            return super().fetch()
        kept_as = self._kept_as
        if not hasattr(self._job, kept_as):
            rows = self._rows_of_all.order_by(*self._order.ordering)[: self._count + 1]
            sliced = Prefetch(self._relation, rows, to_attr=kept_as)
            prefetch_related_objects(_siblings(self._job), sliced)
        found: list[M] = getattr(self._job, kept_as)
        return found

    @property
    def _kept_as(self) -> str:
        return f"first_{self._count}_{self._relation}"

    @cached_property
    def total_count(self) -> int:
        kept_as = f"count_of_{self._relation}"
        if not hasattr(self._job, kept_as):
            family = [job.pk for job in _siblings(self._job)]
            rows = self._rows_of_all.order_by().filter(**{f"{self._link}__in": family})
            counts = dict(rows.values_list(self._link).annotate(Count("pk")))
            for job in _siblings(self._job):
                setattr(job, kept_as, counts.get(job.pk, 0))
        count: int = getattr(self._job, kept_as)
        return count


class ChildPage(RelatedPage[Job]):
    """The children of one job; those of all its siblings know each other too."""

    def fetch(self) -> list[Job]:
        found = super().fetch()
        if found and "siblings" not in found[0].__dict__:
            fetched = [getattr(job, self._kept_as, found) for job in _siblings(self._job)]
            _introduce([child for children in fetched for child in children])
        return found


def event_page(job: Job, window: Window) -> RelatedPage[JobEvent]:
    rows = JobEvent.objects.all()
    return RelatedPage(job, rows, relation="events", link="job", order=AS_RECORDED, window=window)


def child_page(job: Job, window: Window, *, user: Any) -> ChildPage:
    """The children, as far as ``user`` may see them."""
    rows = job_list(user=user)
    return ChildPage(
        job, rows, relation="children", link="parent", order=OLDEST_FIRST, window=window
    )


def retry_page(job: Job, window: Window, *, user: Any) -> ChildPage:
    """The jobs that tried this one again, as far as ``user`` may see them."""
    rows = job_list(user=user)
    return ChildPage(
        job,
        rows,
        relation="retries",
        link="retried_from",
        order=OLDEST_FIRST,
        window=window,
    )


def job_retried_by(job: Job, *, user: Any) -> Job | None:
    """The job that ``job`` tried again, if ``user`` may see it; looked up for all siblings."""
    if job.retried_from_id is not None and not Job.retried_from.is_cached(job):
        prefetch_related_objects(_siblings(job), Prefetch("retried_from", job_list(user=user)))
    return job.retried_from


def _introduce(jobs: list[Job]) -> list[Job]:
    """Let these jobs know each other."""
    for job in jobs:
        job.__dict__["siblings"] = jobs
    return jobs


def _siblings(job: Job) -> list[Job]:
    found: list[Job] = job.__dict__.get("siblings", [job])
    return found
