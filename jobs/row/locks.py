"""Row locks on jobs. See "The order of locks" in docs/architecture.md."""

from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.lookups import IsNull

from jobs.models import Job


def lock_jobs(jobs: QuerySet[Job], *, skip_locked: bool = False) -> list[UUID]:
    """Lock all of ``jobs`` until the transaction ends, children before parents; returns their ids.

    Call it before several jobs are changed. ``skip_locked``: leave out those that another
    transaction has locked.
    """
    rows = jobs.select_for_update(no_key=True, of=("self",), skip_locked=skip_locked).only("pk")
    return [job.pk for job in rows.order_by(IsNull(F("parent"), True), "pk")]
