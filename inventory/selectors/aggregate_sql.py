"""The SQL of aggregates, made of these tables::

    b    the rows, each once: row_id; k0 … and l0 …, columns of keys and labels; m0 … and cost,
         columns of sums; pairs, if the values of tags are read from the rows. Or the lines of a
         roll-up, each for n rows: the same without row_id, with the cost in two columns, dollars
         and micros, and priced
    g    the groups: b with the values of tags, grouped
    h    the groups as they are shown: keys as texts, the names of providers as labels

``n`` is the number of rows, ``s0`` … are the sums in the order of ``sums``, and ``cost`` is that
of a month in micro-dollars. A sum is null where no row has a value. All names in the SQL are our
own; values are parameters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, CharField, F, Func, Q, QuerySet, Value, When

from inventory.models import Provider
from inventory.resources import Resource
from inventory.resources.groups import By, GroupField, group_fields, sums, tag_filter
from inventory.resources.priced import COLUMN, has_costs
from inventory.rollups.columns import DOLLARS, KNOWN, MICRO, MICROS, NUMBER, PRICED
from inventory.selectors.past_table import PastTable, past_table
from inventory.selectors.tag_values import Sql, tag_values


@dataclass(frozen=True, slots=True)
class Key:
    """The key that distinguishes groups: a name of ``group_fields``, or the key of a tag."""

    field: str = ""
    tag: str | None = None

    def by(self, resource: Resource) -> GroupField | None:
        """None: by a tag."""
        return None if self.tag is not None else group_fields(resource)[self.field]

    def is_provider(self, resource: Resource) -> bool:
        of = self.by(resource)
        return of is not None and of.by is By.PROVIDER


class MonthOf(Func):
    """The year and the month of a time in UTC, as 2026-05. SQLite keeps times as texts in UTC."""

    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "SUBSTR(%(expressions)s, 1, 7)"
        return super().as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "TO_CHAR(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM')"
        return super().as_sql(compiler, connection, template=template, **context)


def rows_table(resource: Resource, rows: QuerySet[Any], keys: Sequence[Key]) -> Sql | None:
    """The table ``b``. None: it is known that there are no rows. ``rows`` may be lines of a
    roll-up.
    """
    columns: dict[str, Any] = {}
    for number, key in enumerate(keys):
        of = key.by(resource)
        if of is not None:
            columns[f"k{number}"] = _value(of, rows)
            if of.label:
                columns[f"l{number}"] = F(of.label)
    found = tag_filter(resource)
    by_tags = any(key.tag is not None for key in keys)
    if by_tags and found is not None and found[1].terms is None:
        columns["pairs"] = F(found[0])
    counted = _of_line(resource) if is_rollup(resource, rows) else _of_row(resource)
    try:
        sql, parameters = rows.order_by().values(**columns, **counted).query.sql_with_params()
    except EmptyResultSet:
        return None
    return sql, parameters


def is_rollup(resource: Resource, rows: QuerySet[Any]) -> bool:
    """True if ``rows`` are lines of the roll-up."""
    return rows.model is resource.rollup


def _of_row(resource: Resource) -> dict[str, Any]:
    sums_of_row = {f"m{number}": F(name) for number, name in enumerate(sums(resource))}
    cost = {"cost": F(COLUMN)} if has_costs(resource) else {}
    return {"row_id": F("pk"), **sums_of_row, **cost}


def _of_line(resource: Resource) -> dict[str, Any]:
    """A sum is null if no row has a value."""

    def known(name: str, count: str) -> Case:
        return Case(When(Q(**{f"{count}__gt": 0}), then=F(name)), default=None)

    each = {f"m{number}": known(name, name + KNOWN) for number, name in enumerate(sums(resource))}
    found = {"n": F(NUMBER), **each}
    if has_costs(resource):
        found |= {"dollars": known(DOLLARS, PRICED), "micros": known(MICROS, PRICED)}
        found["costs"] = F(PRICED)
    return found


def _value(of: GroupField, rows: QuerySet[Any]) -> Any:
    if of.by is By.PROVIDER:
        return F("provider_id")
    if of.by is By.KIND:
        return _kind(past_table(rows))
    if of.by is By.MONTH:
        return MonthOf(F(of.column))
    if of.by is By.FLAG:
        flags = (When(**{of.column: flag}, then=Value(str(flag).lower())) for flag in (True, False))
        return Case(*flags, default=None, output_field=CharField())
    return F(of.column)


def _kind(past: PastTable | None) -> Any:
    """A provider of a row of the past may be gone."""
    if past is None:
        return F("provider__kind_slug")
    kinds = (When(provider=pk, then=Value(slug)) for pk, slug in past.kinds.items())
    return Case(*kinds, default=None, output_field=CharField())


def measures(resource: Resource) -> tuple[str, ...]:
    """The columns of numbers in ``g`` and ``h``."""
    each = (f"s{number}" for number in range(len(sums(resource))))
    return ("n", *each, *(("cost", "priced") if has_costs(resource) else ()))


def measured(resource: Resource, *, of_lines: bool = False) -> str:
    """The columns of numbers, made of ``b``; ``of_lines``: ``b`` has the lines of a roll-up."""
    each = [f"SUM(b.m{number}) AS s{number}" for number in range(len(sums(resource)))]
    number = "SUM(b.n)" if of_lines else "COUNT(*)"
    costs: list[str] = []
    if has_costs(resource):
        costs = [f"{_micros(of_lines=of_lines)} AS cost"]
        costs.append(f"{'SUM(b.costs)' if of_lines else 'COUNT(b.cost)'} AS priced")
    return ", ".join([f"{number} AS n", *each, *costs])


def _micros(*, of_lines: bool) -> str:
    """The sum of costs in whole micro-dollars.

    SQLite's sum of integers fails where it exceeds 64 bits: dollars do not.
    """
    if of_lines:
        return f"SUM(b.dollars) * {MICRO} + SUM(b.micros)"
    if connection.vendor == "postgresql":
        return "SUM(b.cost)"
    return f"SUM(b.cost / {MICRO}) * {MICRO} + SUM(b.cost %% {MICRO})"


def groups_table(resource: Resource, keys: Sequence[Key], *, of_lines: bool = False) -> Sql:
    """The table ``g``. ``of_lines``: ``b`` has those of a roll-up."""
    named, joined = [], []
    parameters: list[Any] = []
    for number, key in enumerate(keys):
        if key.tag is None:
            named.append(f"b.k{number}")
            continue
        sql, values = _values_of_tag(resource, key.tag)
        named.append(f"t{number}.value")
        joined.append(f"LEFT JOIN ({sql}) t{number} ON t{number}.row_id = b.row_id")
        parameters += values
    columns = [f"{one} AS k{number}" for number, one in enumerate(named)]
    columns += [f"MAX(b.l{number}) AS l{number}" for number in _labelled(resource, keys)]
    columns.append(measured(resource, of_lines=of_lines))
    sql = f"SELECT {', '.join(columns)} FROM b {' '.join(joined)}"  # noqa: S608 - see above
    return f"{sql} GROUP BY {', '.join(named)}", parameters


def _labelled(resource: Resource, keys: Sequence[Key]) -> Iterator[int]:
    for number, key in enumerate(keys):
        of = key.by(resource)
        if of is not None and of.label:
            yield number


def _values_of_tag(resource: Resource, key: str) -> Sql:
    found = tag_filter(resource)
    if found is None:
        raise TypeError(f"{resource.type_name} has no tags.")
    column, one = found
    return tag_values(resource, column, one, key)


def shown_table(resource: Resource, keys: Sequence[Key]) -> str:
    """The table ``h``: each key has a label, which may be null."""
    labelled = set(_labelled(resource, keys))
    columns, joined = [], []
    for number, key in enumerate(keys):
        label = f"g.l{number}" if number in labelled else "NULL"
        if key.is_provider(resource):
            label = f"p{number}.name"
            table = Provider._meta.db_table  # noqa: SLF001 - Django's documented API
            joined.append(f"LEFT JOIN {table} p{number} ON p{number}.id = g.k{number}")
        columns += [f"CAST(g.k{number} AS TEXT) AS k{number}", f"{label} AS l{number}"]
    columns += [f"g.{name}" for name in measures(resource)]
    if has_costs(resource):
        columns.append("g.n - g.priced AS unpriced")
    return f"SELECT {', '.join(columns)} FROM g {' '.join(joined)}"  # noqa: S608 - see above
