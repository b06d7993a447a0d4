"""A resource's table as it was at a moment, in place of the table in a query.

It has the columns of the table: of the rows that are as they were then, and of the versions that
ended later (``PastRow``). So whatever filters, orders, counts and groups rows does so with those
of the past. A row was as its version says from the beginning of the read that found it so.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db.models import (
    DateTimeField,
    DecimalField,
    Field,
    GeneratedField,
    JSONField,
    Q,
    QuerySet,
)
from django.db.models.expressions import Col
from django.db.models.lookups import Exact, GreaterThan
from django.db.models.sql.datastructures import BaseTable

from inventory.models import PastRow, Provider
from inventory.resources import Resource

Sql = tuple[str, Sequence[Any]]
UNTIL = "version_until"
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
# The columns of a version that are not among its facts.
OF_VERSIONS = {"id": "row_key", "source": "source_key", "provider": "provider_key"}


class PastTable(BaseTable):
    """``kinds``: of the providers of the rows, by their primary keys."""

    def __init__(
        self,
        resource: Resource,
        alias: str,
        moment: datetime,
        sources: Collection[int],
        kinds: Mapping[int, str],
    ) -> None:
        super().__init__(_table(resource.model), alias)
        self.resource = resource
        self.moment = moment
        self.sources = sources
        self.kinds = kinds

    def relabeled_clone(self, change_map: Mapping[str | None, str]) -> "PastTable":
        alias: Any = change_map.get(self.table_alias, self.table_alias)
        return PastTable(self.resource, alias, self.moment, self.sources, self.kinds)

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        sql, parameters = table_at(self.resource, self.moment, self.sources, connection)
        return f"({sql}) {compiler.quote_name_unless_alias(self.table_alias)}", list(parameters)


def rows_at(
    resource: Resource,
    moment: datetime,
    *,
    sources: Collection[int],
    providers: Collection[Provider],
) -> QuerySet[Any]:
    """The rows of ``sources``, primary keys, as they were at ``moment``.

    ``providers``: those of the sources. Rows that are loaded in part have to know these rows, as
    ``LightlyLoaded.rows_of_then``: what is left out would be read from the table of now.
    """
    rows: QuerySet[Any] = resource.model.objects.all()
    alias: Any = rows.query.get_initial_alias()
    kinds = {one.pk: one.kind_slug for one in providers}
    rows.query.alias_map[alias] = PastTable(resource, alias, moment, sources, kinds)
    valid = Q(recorded_since__lte=moment) & Q(GreaterThan(_until(rows), moment))
    return rows.filter(valid, source__in=sources)


def are_as_now(rows: QuerySet[Any]) -> Q:
    """Those of ``rows`` of the past that are still as they were: tables of terms have theirs."""
    return Q(Exact(_until(rows), NEVER))


def _until(rows: QuerySet[Any]) -> Any:
    """The column with the time at which a version ended; NEVER: it has not."""
    column: Any = DateTimeField()
    column.set_attributes_from_name(UNTIL)
    return Col(rows.query.get_initial_alias(), column)


@cache
def without_terms(resource: Resource) -> Resource:
    """The resource whose tags and addresses are looked for in its own columns: the tables of terms
    have those of now.
    """
    filters = {name: replace(one, terms=None) for name, one in resource.filters.items()}
    return replace(resource, filters=filters)


def past_table(rows: QuerySet[Any]) -> PastTable | None:
    """The table that ``rows`` are from; None: they are the present rows."""
    base = rows.query.alias_map.get(rows.query.get_initial_alias())
    return base if isinstance(base, PastTable) else None


def table_at(
    resource: Resource, moment: datetime, sources: Collection[int], connection: Any
) -> Sql:
    """The table as it was: a query whose columns have the names of the model's, and UNTIL.

    PostgreSQL looks into its parts, in the order of their indexes too, unless they have conditions
    of their own: ``rows_at`` has them outside. SQLite wants them inside.
    """
    columns = list(resource.columns.values())
    at, never = (connection.ops.adapt_datetimefield_value(one) for one in (moment, NEVER))
    now = ", ".join(_shown(one, f"c.{one.column}", "c.recorded_since") for one in columns)
    then = ", ".join(_shown(one, _column_then(one, connection), "p.since") for one in columns)
    of_now = [at] * now.count("%s")
    of_then = [at] * then.count("%s")
    present, past = "", ""
    cast = "CAST(%s AS timestamptz)" if connection.vendor == "postgresql" else "%s"
    if connection.vendor == "sqlite":
        listed = ", ".join(str(int(one)) for one in sources) or "NULL"
        present = f" WHERE c.recorded_since <= %s AND c.source_id IN ({listed})"
        past = f" WHERE p.source_key IN ({listed}) AND p.until > %s AND p.since <= %s"
    conditions = [at] * present.count("%s"), [at] * past.count("%s")
    sql = (
        f"SELECT {now}, {cast} AS {UNTIL} FROM {_table(resource.model)} c{present} "  # noqa: S608 - names of our own, and numbers
        f"UNION ALL SELECT {then}, p.until AS {UNTIL} FROM {_table(PastRow)} p{past}"
    )
    return sql, [*of_now, never, *conditions[0], *of_then, *conditions[1]]


def _shown(column: "Field[Any, Any]", value: str, since: str) -> str:
    """When it was observed is moved by reads that find a row unchanged, perhaps later."""
    if column.name == "observed_at":
        value = f"CASE WHEN {value} <= %s THEN {value} ELSE {since} END"
    return f"{value} AS {column.column}"


def _column_then(column: "Field[Any, Any]", connection: Any) -> str:
    if column.name in OF_VERSIONS:
        return f"p.{OF_VERSIONS[column.name]}"
    if column.name == "recorded_since":
        return "p.since"
    if connection.vendor == "postgresql":
        return _from_jsonb(column, connection)
    value = f"json_extract(p.facts, '$.{column.name}')"
    return f"CAST({value} AS NUMERIC)" if isinstance(_of(column), DecimalField) else value


def _from_jsonb(column: "Field[Any, Any]", connection: Any) -> str:
    of = _of(column)
    if isinstance(of, JSONField):
        return f"p.facts -> '{column.name}'"
    value = f"(p.facts ->> '{column.name}')"
    if isinstance(of, DateTimeField):
        return f"{value}::timestamp AT TIME ZONE 'UTC'"
    return f"{value}::{of.cast_db_type(connection)}"


def _of(column: "Field[Any, Any]") -> Any:
    """The field that the values of ``column`` are of: one that is generated has no type itself."""
    return column.output_field if isinstance(column, GeneratedField) else column


def _table(model: Any) -> str:
    name: str = model._meta.db_table  # noqa: SLF001 - Django's documented API
    return name
