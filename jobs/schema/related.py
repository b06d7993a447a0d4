"""Pages of the rows that belong to each row of a page, without a query for each.

The rows of one page are linked as siblings. The first one that needs related rows, the events of a
job for example, fetches those of all siblings.
"""

from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Count, Model, Prefetch, QuerySet, prefetch_related_objects

from gateway.core.graphql.paging import M, OrderKey, Page, Window
from jobs.models import Job
from jobs.models.states import JobState
from jobs.row.partial_view import PartialView, partial_views
from jobs.row.selectors import job_list
from jobs.row.visibility import parent_of

R = TypeVar("R", bound=Model)


def link_siblings(rows: list[R]) -> list[R]:
    """Link the rows as siblings."""
    for row in rows:
        row.__dict__["siblings"] = rows
    return rows


def siblings(row: R) -> list[R]:
    """The rows that were fetched together with this one, itself included."""
    found: list[R] = row.__dict__.get("siblings", [row])
    return found


def as_seen(job: Job, *, user: Any) -> Job | PartialView:
    """The job, or its partial view: the source of the columns that a parent derives."""
    return partial_of(job, user=user).get(job.pk, job)


def partial_of(job: Job, *, user: Any) -> dict[UUID, PartialView]:
    """The partial views of the job's siblings, by key; read once for all siblings."""
    kept: dict[UUID, PartialView] | None = job.__dict__.get("partial")
    if kept is None:
        family = siblings(job)
        kept = partial_views(family, user=user)
        for one in family:
            one.__dict__["partial"] = kept
    return kept


def parent_seen(job: Job, *, user: Any) -> Job | None:
    """The job's parent, if ``user`` may see it; it is linked to the parents of the siblings."""
    parent = parent_of(job, user=user)
    if parent is not None and "siblings" not in parent.__dict__:
        link_siblings([one.parent for one in siblings(job) if one.parent is not None])
    return parent


def created_ids(job: Job, *, user: Any) -> dict[UUID, list[str]]:
    """The global ids of the objects that each of the job's siblings created, by the sibling's key.

    For a parent, those of the children that ``user`` sees; one query for all parents.
    """
    makers = makers_of(job, user=user)
    return {key: [one for maker in found for one in maker.created] for key, found in makers.items()}


def makers_of(job: Job, *, user: Any) -> dict[UUID, list[Job]]:
    """The jobs that may have created objects for each of the job's siblings, by the sibling's key.

    That is the sibling itself; for a parent, its children that ``user`` sees. One query for all
    parents, sent once.
    """
    family = siblings(job)
    kept: dict[UUID, list[Job]] | None = job.__dict__.get("makers")
    if kept is not None:
        return kept
    found = {one.pk: [] if one.is_parent else [one] for one in family}
    parents = [one.pk for one in family if one.is_parent]
    if parents:
        children = job_list(user=user).filter(parent__in=parents)
        # Most children succeed and create nothing.
        children = children.exclude(created=[], state=JobState.SUCCEEDED.value)
        for child in children.order_by("created_at", "pk"):
            if child.parent_id is not None:
                found[child.parent_id].append(child)
    for one in family:
        one.__dict__["makers"] = found
    return found


class RelatedPage(Page[M]):
    """A page of the rows in ``relation`` of one row; ``link`` is the reverse field.

    The first page and the total are fetched for all siblings of the row.
    """

    def __init__(
        self,
        row: Model,
        rows: QuerySet[M],
        *,
        relation: str,
        link: str,
        order: OrderKey,
        window: Window,
    ) -> None:
        super().__init__(rows.filter(**{link: row}), order=order, window=window)
        self._row = row
        self._rows_of_all = rows
        self._relation = relation
        self._link = link

    def fetch(self) -> list[M]:
        if not self._window.is_beginning:
            return super().fetch()
        kept_as = self._kept_as
        if not hasattr(self._row, kept_as):
            rows = self._rows_of_all.order_by(*self._order.ordering)[: self._count + 1]
            sliced = Prefetch(self._relation, rows, to_attr=kept_as)
            prefetch_related_objects(siblings(self._row), sliced)
        found: list[M] = getattr(self._row, kept_as)
        return found

    @property
    def _kept_as(self) -> str:
        return f"first_{self._count}_{self._relation}"

    @cached_property
    def total_count(self) -> int:
        kept_as = f"count_of_{self._relation}"
        if not hasattr(self._row, kept_as):
            family = [sibling.pk for sibling in siblings(self._row)]
            rows = self._rows_of_all.order_by().filter(**{f"{self._link}__in": family})
            counts = dict(rows.values_list(self._link).annotate(Count("pk")))
            for sibling in siblings(self._row):
                setattr(sibling, kept_as, counts.get(sibling.pk, 0))
        count: int = getattr(self._row, kept_as)
        return count
