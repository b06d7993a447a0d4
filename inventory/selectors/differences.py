"""The differences between the rows of two moments.

A row differs only if a version of it ended, or began, in between, or if its source began or ceased
to fail: only such rows are compared. The SQL is made of these tables::

    a    the rows of the earlier moment: row_id, name, h0 … (the columns with a history)
    b    those of the later one
    d    the differences: row_id, name, and kind
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import F, JSONField, Q, QuerySet

from inventory.live.api import SourceStatus
from inventory.models import PastRow
from inventory.resources import Resource
from inventory.resources.base import How
from inventory.resources.history import noted, noted_columns
from inventory.selectors.changes import name_in_schema
from inventory.selectors.keyset import KeysetOrder, OrderColumn
from inventory.selectors.past_sources import Past
from inventory.selectors.rows import rows_answered
from inventory.types import MISSING

ORDER = KeysetOrder((OrderColumn("name"), OrderColumn("row_id", number=True)))
EVERYTHING = Q(pk__isnull=False)
SEEN = (How.SEEN_SINCE, How.SEEN_BEFORE)


class Kind(StrEnum):
    """How an object differs."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """``field``: as the schema names it."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One object. ``before``, ``after``: its rows; None: there was none. ``place``: in ORDER."""

    kind: Kind
    before: Any
    after: Any
    fields: Sequence[FieldDifference]
    place: Sequence[Any]


class Differences:
    """Between the rows of ``before`` and those of ``after`` that are within ``limits``: see
    ``conditions``. An object that is gone, in either, counts as not there.
    """

    def __init__(
        self, resource: Resource, before: Past, after: Past, *, limits: Mapping[str, Any]
    ) -> None:
        self._resource = resource
        candidates = _candidates(resource, before, after, limits)
        self._before, self._after = (
            _present(resource, one, limits).filter(candidates) for one in (before, after)
        )

    def counts(self) -> Mapping[Kind, int]:
        """One statement."""
        found = self._run("SELECT kind, COUNT(*) FROM d GROUP BY kind", [])
        return dict.fromkeys(Kind, 0) | {Kind(kind): count for kind, count in found}

    def page(self, *, after: Sequence[Any] | None, most: int) -> list[Difference]:
        """The first ``most`` behind ``after``, a place: three statements."""
        condition, values = ("1 = 1", []) if after is None else ORDER.behind(after)
        found = self._run(
            f"SELECT kind, name, row_id FROM d WHERE {condition} "  # noqa: S608 - see below
            f"ORDER BY {ORDER.sql} LIMIT {int(most)}",
            values,
        )
        keys = [row_id for _kind, _name, row_id in found]
        rows = [
            {row.pk: row for row in one.filter(pk__in=keys)} for one in (self._before, self._after)
        ]
        return [self._difference(Kind(kind), name, key, *rows) for kind, name, key in found]

    def _difference(
        self, kind: Kind, name: str, key: int, before: Mapping[int, Any], after: Mapping[int, Any]
    ) -> Difference:
        old, new = before.get(key), after.get(key)
        fields = [*_fields(self._resource, old, new)] if kind is Kind.CHANGED else []
        return Difference(kind, old, new, fields, (name, key))

    def _run(self, select: str, values: Sequence[Any]) -> list[Any]:
        """All names in the SQL are our own; values are parameters."""
        tables = [_table(self._resource, one) for one in (self._before, self._after)]
        (a, of_a), (b, of_b) = tables
        differs = " OR ".join(self._differing())
        sql = (
            f"WITH a AS ({a}), b AS ({b}), d AS ("  # noqa: S608 - as above
            f"SELECT b.row_id, b.name, CASE WHEN a.row_id IS NULL THEN '{Kind.ADDED}' "
            f"ELSE '{Kind.CHANGED}' END AS kind FROM b LEFT JOIN a ON a.row_id = b.row_id "
            f"WHERE a.row_id IS NULL OR {differs} UNION ALL "
            f"SELECT a.row_id, a.name, '{Kind.REMOVED}' AS kind FROM a "
            f"LEFT JOIN b ON b.row_id = a.row_id WHERE b.row_id IS NULL) {select}"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [*of_a, *of_b, *values])
            return list(cursor.fetchall())

    def _differing(self) -> Iterator[str]:
        """SQLite keeps JSON as texts, with spaces or without."""
        is_not = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
        for number, column in enumerate(noted_columns(self._resource)):
            is_text = connection.vendor == "sqlite" and isinstance(
                self._resource.columns[column], JSONField
            )
            name = f"json(%s.h{number})" if is_text else f"%s.h{number}"
            yield f"{name.replace('%s', 'a')} {is_not} {name.replace('%s', 'b')}"


def _candidates(resource: Resource, before: Past, after: Past, limits: Mapping[str, Any]) -> Q:
    """The rows that may differ: those with a version that ended or began in between, and those of a
    source that failed at one of the moments. All rows, if the filter asks when rows were seen.
    """
    if _sees(resource, limits):
        return EVERYTHING
    sources = {one.source.pk for past in (before, after) for one in past.receipts}
    versions = PastRow.objects.filter(source_key__in=sources, until__gt=before.moment)
    begun = {"recorded_since__gt": before.moment, "recorded_since__lte": after.moment}
    began = Q(since__gt=before.moment, since__lte=after.moment)
    changed = versions.filter(Q(until__lte=after.moment) | began).values("row_key")
    present = resource.model.objects.filter(source__in=sources, **begun).values("pk")
    turned = {pk for pk, *_ in _conditions(before) ^ _conditions(after)}
    return Q(pk__in=changed.union(present)) | Q(source__in=turned)


def _conditions(past: Past) -> set[tuple[int, SourceStatus, bool]]:
    """By which the rows of a source are shown or not, and stale or not: see ``without_parts``."""
    return {(one.source.pk, one.status, one.source.failed) for one in past.receipts}


def _sees(resource: Resource, limits: Mapping[str, Any]) -> bool:
    by_name = resource.filters
    return any(
        by_name[name].how in SEEN or (by_name[name].how is How.NOT and _sees(resource, value))
        for name, value in limits.items()
    )


def _present(resource: Resource, past: Past, limits: Mapping[str, Any]) -> QuerySet[Any]:
    removed = resource.observation.removed if resource.observation else ""
    rows = rows_answered(resource, past.receipts, limits=limits, at=past.moment)
    return rows.exclude(state__in=[one for one in (MISSING, removed) if one])


def _table(resource: Resource, rows: QuerySet[Any]) -> tuple[str, Sequence[Any]]:
    columns = {f"h{number}": F(column) for number, column in enumerate(noted_columns(resource))}
    found = rows.order_by().annotate(row_id=F("pk"), **columns).values("row_id", "name", *columns)
    try:
        sql, parameters = found.query.sql_with_params()
    except EmptyResultSet:
        empty = ", ".join(f"NULL AS {name}" for name in ("row_id", "name", *columns))
        return f"SELECT {empty} WHERE 1 = 0", ()
    return sql, parameters


def _fields(resource: Resource, before: Any, after: Any) -> Iterator[FieldDifference]:
    for one in noted(resource):
        old, new = one.value(vars(before)), one.value(vars(after))
        if old != new:
            yield FieldDifference(name_in_schema(resource, one.name), _plain(old), _plain(new))


def _plain(value: Any) -> Any:
    """As JSON has it: times become texts."""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))
