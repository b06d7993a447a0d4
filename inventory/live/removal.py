"""Deletion of many rows, in transactions that are short enough for others to write in between."""

from functools import partial
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils import timezone

from gateway.core.transactions import in_parts, in_transaction
from inventory.live.locks import lock_sources
from inventory.live.resources import RESOURCES
from inventory.live.source_state import mark_dirty
from inventory.live.versions import keep_rows
from inventory.models import Change, Source

MOST_ROWS = 1000  # of one transaction


def delete_rows_of(sources: QuerySet[Source]) -> None:
    """Delete the rows of sources that are about to be deleted, if there are many.

    A deletion of the sources deletes rows that a listing adds meanwhile, and those that are left.
    Should it never come, the sources are dirty: the next read asks their clouds.
    """
    large = {
        source_id: rows.filter(source=source_id)
        for rows in (resource.rows for resource in RESOURCES.values())
        for source_id in _with_many(rows.filter(source__in=sources))
    }
    if large:
        mark_dirty(Source.objects.filter(pk__in=large))
    for source_id, rows in large.items():
        delete_rows(source_id, rows)


def _with_many(rows: QuerySet[Any]) -> list[int]:
    """The sources that have more than MOST_ROWS of ``rows``."""
    counted = rows.order_by().values_list("source").annotate(number=Count("pk"))
    return [source_id for source_id, _ in counted.filter(number__gt=MOST_ROWS)]


def delete_rows(source_id: int, rows: QuerySet[Any]) -> int:
    """Delete ``rows``, which are of this source; returns how many there were. They are kept as
    they were, but for those of a catalogue.
    """
    return in_parts(partial(_delete_some, source_id, rows), most=MOST_ROWS)


@in_transaction
def _delete_some(source_id: int, rows: QuerySet[Any]) -> int:
    lock_sources(Source.objects.filter(pk=source_id))
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST_ROWS])
    if keys:
        Source.objects.filter(pk=source_id).update(version=F("version") + 1)
        gone = rows.model._default_manager.filter(pk__in=keys)  # noqa: SLF001 - Django's documented API
        resource = RESOURCES[Source.objects.values_list("resource", flat=True).get(pk=source_id)]
        if resource.outlives_listings:
            keep_rows(resource, gone, until=timezone.now())
        gone.delete()
        Change.objects.filter(source=source_id, row_id__in=keys).delete()
    return len(keys)
