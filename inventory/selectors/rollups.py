"""The roll-up of a resource in place of its rows, for questions that it answers exactly.

It does if the keys, and the columns of all filters, are its dimensions. Rights are those of the
rows: the lines are of the sources that the answer has receipts of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from inventory.live.api import Receipt, SourceStatus
from inventory.models import Source
from inventory.models.statements import among
from inventory.resources import Resource
from inventory.resources.base import OF_SOURCES, Filter, How
from inventory.rollups.columns import NUMBER, SOURCE, dimensions, rollup_table
from inventory.selectors.aggregate_sql import Key, is_rollup
from inventory.selectors.conditions import conditions
from inventory.selectors.rows import NOTHING, rows_answered

# Filters that compare one column.
OF_ONE_COLUMN = frozenset({How.STATES, How.ANY, How.ENTRIES})


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The rows that an answer with ``receipts`` is about: see ``rows_answered``."""

    resource: Resource
    receipts: Sequence[Receipt]
    limits: Mapping[str, Any]
    beside: Q = NOTHING
    at: datetime | None = None

    @cached_property
    def rows(self) -> QuerySet[Any]:
        return rows_answered(
            self.resource, self.receipts, limits=self.limits, beside=self.beside, at=self.at
        )

    def counted_by(self, keys: Sequence[Key]) -> QuerySet[Any]:
        """The rows that groups by ``keys`` are made of: lines of the roll-up, or ``rows``."""
        lines = self._lines if _has_keys(self.resource, keys) else None
        return self.rows if lines is None else lines

    @property
    def count(self) -> int:
        """How many rows there are."""
        if self._listed is not None and not self._conditions:
            return _number(self.resource, self._listed)
        rows = self.counted_by(())
        if not is_rollup(self.resource, rows):
            return rows.order_by().count()
        return int(rows.aggregate(total=Sum(NUMBER))["total"] or 0)

    @cached_property
    def _lines(self) -> QuerySet[Any] | None:
        """None: the roll-up cannot distinguish the rows that are answered."""
        if self.resource.rollup is None or self._listed is None:
            return None
        lines: QuerySet[Any] = self.resource.rollup.objects.filter(source__in=self._listed)
        return lines.filter(*self._conditions)

    @cached_property
    def _listed(self) -> list[int] | None:
        """The primary keys of the sources whose lines are counted; None: see ``_lines``."""
        resource, sources = self.resource, [one.source for one in self.receipts]
        if resource.rollup is None or self.at is not None or self.beside:
            return None
        if not _covers(resource, self.limits, sources) or self._shows_parts:
            return None
        failed = {one.source.pk for one in self.receipts if one.status is SourceStatus.FAILED}
        return [one.pk for one in sources if one.pk not in failed]

    @cached_property
    def _conditions(self) -> list[Q]:
        sources = [one.source for one in self.receipts]
        return list(conditions(self.resource, self.limits, sources))

    @property
    def _shows_parts(self) -> bool:
        """True if some rows of a source are answered, and others are not: see ``without_parts``."""
        failed = [one.source.pk for one in self.receipts if one.status is SourceStatus.FAILED]
        if not failed:
            return False
        made = self.resource.model.objects.filter(source__in=failed).exclude(provisioned_at=None)
        return bool(made.exists())


def _number(resource: Resource, sources: Sequence[int]) -> int:
    """How many rows the lines of these sources are for. Most lists ask it, and the ORM takes longer
    to write the statement than the database to answer it.
    """
    if not sources:
        return 0
    condition, values = among(SOURCE, sources)
    statement = f"SELECT SUM({NUMBER}) FROM {rollup_table(resource)} WHERE {condition}"  # noqa: S608 - names of our own
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return int(cursor.fetchone()[0] or 0)


def _has_keys(resource: Resource, keys: Sequence[Key]) -> bool:
    columns = dimensions(resource)
    for key in keys:
        of = key.by(resource)
        if of is None or any(name and name not in columns for name in (of.column, of.label)):
            return False
    return True


def _covers(resource: Resource, limits: Mapping[str, Any], sources: Sequence[Source]) -> bool:
    """True if all conditions of ``limits`` are about dimensions, or about sources."""
    return all(
        _is_covered(resource, name, resource.filters[name], value, sources)
        for name, value in limits.items()
        if name in resource.filters and value is not None
    )


def _is_covered(
    resource: Resource, name: str, one: Filter, value: Any, sources: Sequence[Source]
) -> bool:
    if one.how in OF_SOURCES:
        return True
    if one.how is How.NOT:
        return _covers(resource, value or {}, sources)
    if one.how in OF_ONE_COLUMN:
        column = f"{one.column or name}{'_id' if one.how is How.ENTRIES else ''}"
        return column in dimensions(resource)
    # One that limits nothing, as an empty text.
    return not any(True for _ in conditions(resource, {name: value}, sources))
