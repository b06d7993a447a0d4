"""Stored rows of a resource: filtered, in an order, with what they are shown with."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import (
    BigIntegerField,
    CharField,
    DateTimeField,
    DecimalField,
    F,
    Field,
    GeneratedField,
    IntegerField,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Coalesce

from inventory.access import visible_rows
from inventory.live.api import Receipt, SourceStatus
from inventory.models import Observed, Source
from inventory.resources import Resource
from inventory.selectors.conditions import conditions
from inventory.selectors.ids import rows_by_cloud_id, rows_with_cloud_id
from inventory.selectors.past_conditions import past_conditions
from inventory.selectors.past_table import rows_at

# The values that replace an unknown value in an order. Such rows come before all others. If the
# order puts them last, they come after all others in the requested direction.
GREATEST = (1 << 63) - 1
LEAST: "tuple[tuple[type[Field[Any, Any]], Any], ...]" = (
    (DateTimeField, datetime(1970, 1, 1, tzinfo=UTC)),
    (DecimalField, Decimal(-1)),
    (BigIntegerField, -1),
    (IntegerField, 0),
    (CharField, ""),
)

NOTHING = Q()


def row_list(
    resource: Resource,
    *,
    sources: Iterable[Source],
    limits: Mapping[str, Any],
    beside: Q = NOTHING,
    at: datetime | None = None,
) -> QuerySet[Any]:
    """The stored rows of ``sources`` that are within ``limits``: see ``conditions``.

    ``beside``: rows that no source has, which are listed too. ``at``: as they were at this time,
    without rows that no source has: nothing is recorded of those.
    """
    asked = list(sources)
    if at is not None:
        keys, providers = [one.pk for one in asked], [one.provider for one in asked]
        past = rows_at(resource, at, sources=keys, providers=providers)
        return past.filter(*past_conditions(resource, past, limits, asked))
    listed = Q(source__in=[source.pk for source in asked])
    rows: QuerySet[Any] = resource.model.objects.filter(listed | beside if beside else listed)
    return rows.filter(*conditions(resource, limits, asked))


def rows_answered(
    resource: Resource,
    receipts: Iterable[Receipt],
    *,
    limits: Mapping[str, Any],
    beside: Q = NOTHING,
    at: datetime | None = None,
) -> QuerySet[Any]:
    """The rows that an answer with these receipts shows; the rest as ``row_list``."""
    asked = list(receipts)
    sources = [receipt.source for receipt in asked]
    rows = row_list(resource, sources=sources, limits=limits, beside=beside, at=at)
    return without_parts(rows, asked)


def without_parts(rows: QuerySet[Any], receipts: Iterable[Receipt]) -> QuerySet[Any]:
    """Leaves out the rows of FAILED sources, except those that were made through the gateway.

    A first listing that was not complete when the request gave up may have stored others: a part
    would pass for a list.
    """
    failed = [one.source.pk for one in receipts if one.status is SourceStatus.FAILED]
    return rows.exclude(source__in=failed, provisioned_at=None) if failed else rows


def row_get(resource: Resource, *, user: Any, local_id: str) -> Any:
    """The stored row with this local id, if ``user`` may see it; its provider is loaded."""
    return rows_with_cloud_id(_shown(resource, user), local_id).first()


def rows_get(resource: Resource, *, user: Any, local_ids: Collection[str]) -> dict[str, Any]:
    """Like ``row_get`` for many, by their local ids and in one query."""
    return rows_by_cloud_id(_shown(resource, user), local_ids)


def _shown(resource: Resource, user: Any) -> QuerySet[Any]:
    related = ("source__provider", "provider") if resource.outlives_listings else ("provider",)
    return visible_rows(resource.model, user).select_related(*related)


def order_name(resource: Resource, name: str, *, descending: bool = False) -> str:
    """The column or annotation that the order ``name`` compares. Cursors have it."""
    column = order_column(resource, name)
    if not resource.columns[column].null:
        return column
    ending = "_down" if descending and resource.orders[name].unknown_last else ""
    return f"{name.removesuffix('_at')}_order{ending}"


def order_column(resource: Resource, name: str) -> str:
    return resource.orders[name].column or name


def with_order(resource: Resource, rows: QuerySet[Any], order: str) -> QuerySet[Any]:
    """``rows`` with the annotations to sort them by ``order``, an ``order_name``."""
    annotation = _annotations(resource).get(order)
    return rows if annotation is None else rows.annotate(**{order: annotation})


@cache
def _annotations(resource: Resource) -> dict[str, Coalesce]:
    """The annotations that orders compare if their column may be null."""
    found = {}
    for name, order in resource.orders.items():
        column = resource.columns[order_column(resource, name)]
        if column.null:
            found[order_name(resource, name)] = _known(column, last=order.unknown_last)
            found[order_name(resource, name, descending=True)] = _known(column)
    return found


def _known(column: "Field[Any, Any]", *, last: bool = False) -> Coalesce:
    """The column's value; for an unknown one the least, or if it comes ``last`` the greatest."""
    plain: Any = column.output_field if isinstance(column, GeneratedField) else column
    least = next(least for kind, least in LEAST if isinstance(plain, kind))
    stand_in = GREATEST if last else least
    return Coalesce(F(column.name), Value(stand_in), output_field=plain.clone())


def attach_sources(rows: Iterable[Observed], sources: Iterable[Source]) -> None:
    """Give each row its source as this request knows it: no row needs a query.

    The source may be newer than what is stored: a wait that timed out marks its rows stale for
    this answer alone. A row that no cloud lists has none.
    """
    known: dict[int | None, dict[str, Any]] = {
        source.pk: {"source": source, "provider": source.provider} for source in sources
    }
    known[None] = {"source": None, "provider": None}
    for row in rows:
        # What Django remembers of a row's relations, one for all rows of a source: setting the
        # foreign keys takes ten times as long, and is a tenth of a long list.
        row._state.fields_cache = known[row.source_id]  # noqa: SLF001 - as prefetching does
