"""The SQL of aggregates, made of these tables::

    b    the rows, each once: row_id; k0 … and l0 …, columns of keys and labels; m0 … and price,
         columns of sums
    g    the groups: b with the values of tags, grouped
    h    the groups as they are shown: keys as texts, the names of providers as labels

``n`` is the number of rows, ``s0`` … are the sums in the order of ``sums``, and ``cost`` is in
micro-dollars. A sum is null where no row has a value. All names in the SQL are our own; values
are parameters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, CharField, F, Func, QuerySet, Value, When

from inventory.models import Provider
from inventory.resources import Resource
from inventory.resources.groups import By, GroupField, group_fields, price, sums, tag_filter
from inventory.selectors.tag_values import Sql, tag_values


@dataclass(frozen=True, slots=True)
class Key:
    """What groups are told apart by: a name of ``group_fields``, or the key of a tag."""

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
    """The table ``b``. None: it is known that there are no rows."""
    columns: dict[str, Any] = {"row_id": F("pk")}
    for number, key in enumerate(keys):
        of = key.by(resource)
        if of is not None:
            columns[f"k{number}"] = _value(of)
            if of.label:
                columns[f"l{number}"] = F(of.label)
    columns |= {f"m{number}": F(name) for number, name in enumerate(sums(resource))}
    if cost := price(resource):
        columns["price"] = F(cost)
    try:
        sql, parameters = rows.order_by().values(**columns).query.sql_with_params()
    except EmptyResultSet:
        return None
    return sql, parameters


def _value(of: GroupField) -> Any:
    if of.by is By.PROVIDER:
        return F("provider_id")
    if of.by is By.KIND:
        return F("provider__kind_slug")
    if of.by is By.MONTH:
        return MonthOf(F(of.column))
    if of.by is By.FLAG:
        flags = (When(**{of.column: flag}, then=Value(str(flag).lower())) for flag in (True, False))
        return Case(*flags, default=None, output_field=CharField())
    return F(of.column)


def measures(resource: Resource) -> tuple[str, ...]:
    """The columns of numbers in ``g`` and ``h``."""
    each = (f"s{number}" for number in range(len(sums(resource))))
    return ("n", *each, *(("cost", "priced") if price(resource) else ()))


def measured(resource: Resource) -> str:
    """The columns of numbers, made of ``b``."""
    each = [f"SUM(b.m{number}) AS s{number}" for number in range(len(sums(resource)))]
    costs = [f"{_micros()} AS cost", "COUNT(b.price) AS priced"] if price(resource) else []
    return ", ".join(["COUNT(*) AS n", *each, *costs])


def _micros() -> str:
    """The sum of prices in whole micro-dollars.

    SQLite keeps a decimal as a float, which is exact when it is rounded to a micro-dollar, and its
    sum of floats is not. Its sum of integers fails where it exceeds 64 bits: dollars do not.
    """
    if connection.vendor == "postgresql":
        return "SUM(b.price) * 1000000"
    micros = "CAST(ROUND(b.price * 1000000) AS INTEGER)"
    return f"SUM({micros} / 1000000) * 1000000 + SUM({micros} %% 1000000)"


def groups_table(resource: Resource, keys: Sequence[Key]) -> Sql:
    """The table ``g``."""
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
    sql = f"SELECT {', '.join(columns)}, {measured(resource)} FROM b {' '.join(joined)}"  # noqa: S608 - see above
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
    if price(resource):
        columns.append("g.n - g.priced AS unpriced")
    return f"SELECT {', '.join(columns)} FROM g {' '.join(joined)}"  # noqa: S608 - see above
