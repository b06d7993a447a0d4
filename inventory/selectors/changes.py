"""What changed, newest first."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from inventory.access import visible_changes
from inventory.models import Change, Observed
from inventory.resources import Resource, all_resources, resource_named

NEWEST_FIRST = ("-at", "-pk")
NONE = Q(pk__in=[])


def resource_of(change: Change) -> Resource:
    """The resource of the object that changed."""
    return resource_named(change.source.resource)


def field_name(change: Change) -> str:
    """As the schema names the column."""
    return _in_schema(resource_of(change), change.field)


def _in_schema(resource: Resource, column: str) -> str:
    first, *others = resource.fact_of(column).split("_")
    return first + "".join(map(str.title, others))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFilters:
    """Each narrows the list to the named ones; None narrows nothing, an empty list leaves none.

    ``providers``: public ids. ``resources``: plurals. ``rows``: the objects. ``fields``: as the
    schema names them. ``since`` is the first moment that counts, ``until`` the first that does not.
    """

    providers: Collection[str] | None = None
    resources: Collection[str] | None = None
    rows: Collection[Observed] | None = None
    fields: Collection[str] | None = None
    since: datetime | None = None
    until: datetime | None = None

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
            found.append(Q(field__in=_columns_of(self.fields)))
        return found


def _columns_of(fields: Collection[str]) -> set[str]:
    """The columns with a history that the schema shows under these names."""
    return {
        column
        for one in all_resources()
        for column in one.history
        if _in_schema(one, column) in fields
    }


def change_list(*, user: Any, filters: ChangeFilters = ChangeFilters()) -> QuerySet[Change]:
    """The changes that ``user`` may see, their sources loaded; unordered."""
    changes = visible_changes(user).filter(*filters.conditions)
    return changes.select_related("source__provider")


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
        return found
