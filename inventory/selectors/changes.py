"""The changes of objects, newest first."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from gateway.core.names import check_known
from inventory.access import visible_changes
from inventory.models import Change, Observed
from inventory.resources import Resource, all_resources, resource_named
from inventory.resources.base import How
from inventory.resources.history import noted
from inventory.selectors.conditions import conditions
from jobs.api import Job, visible_jobs

NEWEST_FIRST = ("-at", "-pk")
NONE = Q(pk__in=[])


def resource_of(change: Change) -> Resource:
    """The resource of the object that changed."""
    return resource_named(change.source.resource)


def field_name(change: Change) -> str:
    """As the schema names the column."""
    return name_in_schema(resource_of(change), change.field)


def name_in_schema(resource: Resource, column: str) -> str:
    first, *others = resource.fact_of(column).split("_")
    return first + "".join(map(str.title, others))


@dataclass(frozen=True, slots=True, kw_only=True)
class Actors:
    """Jobs that ``user`` may see: those of these users, and these jobs. Both: primary keys."""

    user: Any
    users: Collection[int] = ()
    own: Collection[UUID] = ()

    @property
    def jobs(self) -> QuerySet[Job]:
        either = Q(requested_by__in=self.users) | Q(pk__in=self.own)
        return visible_jobs(user=self.user).filter(either)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFilters:
    """Each narrows the list to the named ones; None narrows nothing, an empty list leaves none.

    ``providers``: public ids. ``resources``: plurals. ``rows``: the objects. ``fields``: as the
    schema names them. ``actors``: whose jobs made them. ``tags``: all of which the objects have
    now. ``since`` is the first moment that counts, ``until`` the first that does not.
    """

    providers: Collection[str] | None = None
    resources: Collection[str] | None = None
    rows: Collection[Observed] | None = None
    fields: Collection[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    actors: Actors | None = None
    tags: Sequence[tuple[str, str | None]] = ()

    @property
    def conditions(self) -> list[Q]:
        of_columns: dict[str, Any] = {
            "provider__public_id__in": self.providers,
            "source__resource__in": self.resources,
            "at__gte": self.since,
            "at__lt": self.until,
        }
        found = [Q(**{name: one}) for name, one in of_columns.items() if one is not None]
        if self.rows is not None:
            each = (Q(source=row.source_id, row_id=row.pk) for row in self.rows)
            found.append(reduce(or_, each, NONE))
        if self.fields is not None:
            found.append(Q(field__in=_names_of(self.fields)))
        if self.actors is not None:
            found.append(Q(job_id__in=self.actors.jobs.values("pk")))
        if self.tags:
            found.append(_tagged(self.tags, self.resources))
        return found


def _tagged(tags: Sequence[tuple[str, str | None]], plurals: Collection[str] | None) -> Q:
    """Changes of objects that have all of these tags now."""
    found = NONE
    for one in all_resources():
        names = [name for name, each in one.filters.items() if each.how is How.PAIRS]
        if one.history and names and (plurals is None or one.plural in plurals):
            rows = one.model.objects.filter(*conditions(one, {names[0]: tags}, ()))
            found |= Q(source__resource=one.plural, row_id__in=rows.values("pk"))
    return found


def _names_of(fields: Collection[str]) -> set[str]:
    """The names, as changes have them, that the schema shows as these."""
    return {
        each.name
        for one in all_resources()
        for each in noted(one)
        if name_in_schema(one, each.name) in fields
    }


def check_change_fields(fields: Collection[str], resources: Iterable[Resource]) -> None:
    """Raises InvalidInput unless changes of these fields are noted of one of the ``resources``."""
    of = list(resources)
    known = {name_in_schema(one, each.name) for one in of for each in noted(one)}
    limited = len(of) < len(all_resources())
    several = f" of {' or '.join(one.nouns[1] for one in of)}" if limited else ""
    check_known(fields, known, noun="field with changes", of=several, field="filter.field")


def change_list(*, user: Any, filters: ChangeFilters = ChangeFilters()) -> QuerySet[Change]:
    """The changes that ``user`` may see, their sources loaded; unordered."""
    changes = visible_changes(user).filter(*filters.conditions)
    return changes.select_related("source__provider")


def jobs_of(changes: Iterable[Change], *, user: Any) -> dict[UUID, Job]:
    """The jobs that made the changes, as far as ``user`` may see them; by their keys."""
    keys = {change.job_id for change in changes if change.job_id is not None}
    if not keys:
        return {}
    return visible_jobs(user=user).select_related("requested_by").in_bulk(keys)


class ActorsLookup:
    """The jobs of several changes: one query for all, when the first is asked."""

    def __init__(self, changes: Collection[Change]) -> None:
        self._changes = changes
        self._jobs: dict[UUID, Job] | None = None

    def job_of(self, change: Change, *, user: Any) -> Job | None:
        if self._jobs is None:
            self._jobs = jobs_of(self._changes, user=user)
        return None if change.job_id is None else self._jobs.get(change.job_id)


def join_actors(changes: Collection[Change]) -> None:
    """Have the changes look up their jobs together."""
    lookup = ActorsLookup(changes)
    for change in changes:
        change.actors = lookup


def load_rows(changes: Iterable[Change]) -> list[list[Observed]]:
    """Give each of the changes, whose sources are loaded, the ``row`` of its object: one query for
    each resource. None: it is deleted by now. Returns the rows of each resource.
    """
    by_resource: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_resource[change.source.resource].append(change)
    loaded: list[list[Observed]] = []
    for plural, found in by_resource.items():
        rows = resource_named(plural).model.objects.select_related("source__provider", "provider")
        known = rows.in_bulk({change.row_id for change in found})
        loaded.append(list(known.values()))
        for change in found:
            change.row = known.get(change.row_id)
    return loaded


@dataclass(slots=True)
class Latest:
    """The latest changes of an object, newest first, one more than was asked for where there are
    more; and how many there are in all.
    """

    changes: list[Change] = field(default_factory=list)
    total: int = 0


class ChangesLookup:
    """The latest changes of a page of objects of one type: one query for all, when the first is
    asked.
    """

    def __init__(self, rows: Sequence[Observed]) -> None:
        self._rows = rows
        self._found: dict[int, dict[int, Latest]] = {}

    def of(self, row: Observed, *, first: int) -> Latest:
        if first not in self._found:
            self._found[first] = self._latest(first)
        return self._found[first][row.pk]

    def _latest(self, first: int) -> dict[int, Latest]:
        rows = {row.pk: row for row in self._rows}
        found = {pk: Latest() for pk in rows}
        sources = {row.source_id for row in self._rows}
        number = Window(
            RowNumber(), partition_by=F("row_id"), order_by=[F("at").desc(), F("pk").desc()]
        )
        total = Window(Count("pk"), partition_by=F("row_id"))
        # A source is of one resource, so that the keys are of its rows.
        changes = Change.objects.filter(source__in=sources, row_id__in=list(found)).annotate(
            number=number, total=total
        )
        for change in changes.filter(number__lte=first + 1).order_by(*NEWEST_FIRST):
            change.row = rows[change.row_id]
            change.source = change.row.source
            latest = found[change.row_id]
            latest.changes.append(change)
            latest.total = change.total
        join_actors([change for latest in found.values() for change in latest.changes])
        return found
