"""Pages of jobs, and of what belongs to each job of a page."""

from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from gateway.core.graphql.paging import OrderKey, Page, Window
from jobs.models import Job, JobEvent
from jobs.row.selectors import job_list
from jobs.schema.related import RelatedPage, introduce, partial_of, siblings

NEWEST_FIRST = OrderKey("created_at", descending=True)
OLDEST_FIRST = OrderKey("created_at")
AS_RECORDED = OrderKey("pk")


class JobPage(Page[Job]):
    """A page of jobs that know each other."""

    def fetch(self) -> list[Job]:
        return introduce(super().fetch())


class ChildPage(RelatedPage[Job]):
    """The children of one job; those of all its siblings know each other too."""

    def fetch(self) -> list[Job]:
        found = super().fetch()
        if found and "siblings" not in found[0].__dict__:
            fetched = [getattr(job, self._kept_as, found) for job in siblings(self._row)]
            introduce([child for children in fetched for child in children])
        return found


def event_page(job: Job, window: Window, *, user: Any) -> RelatedPage[JobEvent]:
    """What happened to ``job``; nothing where ``user`` sees only some of its children."""
    partial = partial_of(job, user=user)
    rows = JobEvent.objects.exclude(job__in=list(partial)) if partial else JobEvent.objects.all()
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
        prefetch_related_objects(siblings(job), Prefetch("retried_from", job_list(user=user)))
    return job.retried_from
