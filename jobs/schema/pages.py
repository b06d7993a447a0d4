"""Pages of jobs, and of the events, children and retries of each job."""

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from gateway.core.graphql.paging import OrderKey, Page, Window
from jobs.models import Job, JobEvent
from jobs.row.selectors import job_list
from jobs.schema.related import RelatedPage, link_siblings, partial_of, siblings

NEWEST_FIRST = OrderKey("created_at", descending=True)
OLDEST_FIRST = OrderKey("created_at")
AS_RECORDED = OrderKey("pk")


class JobPage(Page[Job]):
    """A page of jobs, linked as siblings."""

    def fetch(self) -> list[Job]:
        return link_siblings(super().fetch())


class ChildPage(RelatedPage[Job]):
    """The children of one job, linked to the children of its siblings."""

    def fetch(self) -> list[Job]:
        found = super().fetch()
        if found and "siblings" not in found[0].__dict__:
            fetched = [getattr(job, self._kept_as, found) for job in siblings(self._row)]
            link_siblings([child for children in fetched for child in children])
        return found


def event_page(job: Job, window: Window, *, user: Any) -> RelatedPage[JobEvent]:
    """The events of ``job``; none if ``user`` sees only some of its children."""
    partial = partial_of(job, user=user)
    rows = JobEvent.objects.exclude(job__in=list(partial)) if partial else JobEvent.objects.all()
    return RelatedPage(job, rows, relation="events", link="job", order=AS_RECORDED, window=window)


def child_page(job: Job, window: Window, *, user: Any) -> ChildPage:
    """The children that ``user`` may see."""
    rows = job_list(user=user)
    return ChildPage(
        job, rows, relation="children", link="parent", order=OLDEST_FIRST, window=window
    )


def retry_page(job: Job, window: Window, *, user: Any) -> ChildPage:
    """The retries of ``job`` that ``user`` may see."""
    rows = job_list(user=user)
    return ChildPage(
        job,
        rows,
        relation="retries",
        link="retried_from",
        order=OLDEST_FIRST,
        window=window,
    )


def retried_job(job: Job, *, user: Any) -> Job | None:
    """The job that ``job`` retries, if ``user`` may see it; read for all siblings."""
    if job.retried_from_id is not None and not Job.retried_from.is_cached(job):
        prefetch_related_objects(siblings(job), Prefetch("retried_from", job_list(user=user)))
    return job.retried_from
