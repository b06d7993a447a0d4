"""Rows that other rows name by the cloud's own id, and the rows that name them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from inventory.models import Source
from inventory.resources import Resource
from inventory.selectors.json_lists import HoldsAny
from inventory.selectors.rows import row_list
from inventory.types import MISSING

MOST_LINKED = 100  # rows that name one

Place = tuple[int, str, str]  # provider, region, the cloud's own id


class Linking(NamedTuple):
    """The first ``MOST_LINKED`` rows that name an object, and the number of all of them."""

    rows: list[Any]
    number: int


def place_of(row: Any, own: str) -> Place:
    """Where the object with the id ``own`` is, that is in the region of ``row``."""
    return row.provider_id, row.region, own


def rows_at(
    resource: Resource,
    column: str,
    rows: Collection[Any],
    sources: Iterable[Source],
    at: datetime | None = None,
) -> tuple[list[Any], dict[Place, Any]]:
    """The rows of ``resource`` whose ids are in ``column`` of ``rows``, alone or in a list; and
    each by its place. One query. ``at``: as they were at this time; None: as they are.
    """
    values = [getattr(row, column) for row in rows]
    own = {one for value in values for one in (value if isinstance(value, list) else [value])}
    own.discard(None)
    found = list(_of(resource, sources, at).filter(external_id__in=own))
    return found, {place_of(row, row.external_id): row for row in found}


def rows_linking(
    resource: Resource,
    column: str,
    rows: Collection[Any],
    sources: Iterable[Source],
    at: datetime | None = None,
) -> tuple[list[Any], dict[Place, Linking]]:
    """The rows of ``resource`` whose ``column`` has the ids of ``rows``, by name, in one query; and
    those of each place. Objects that are gone are left out. ``at``: as they were at this time;
    None: as they are.
    """
    place = [F("source"), F(column)]
    number = Window(RowNumber(), partition_by=place, order_by=[F("name").asc(), F("pk").asc()])
    own = [row.external_id for row in rows]
    linking = _present(resource, sources, at).filter(**{f"{column}__in": own})
    linking = linking.annotate(number=number, in_place=Window(Count("pk"), partition_by=place))
    found = list(linking.filter(number__lte=MOST_LINKED).order_by("name", "pk"))
    by_place: dict[Place, list[Any]] = defaultdict(list)
    for row in found:
        by_place[place_of(row, getattr(row, column))].append(row)
    return found, {one: Linking(rows, rows[0].in_place) for one, rows in by_place.items()}


def rows_linking_several(
    resource: Resource,
    column: str,
    rows: Collection[Any],
    sources: Iterable[Source],
    at: datetime | None = None,
) -> tuple[list[Any], dict[Place, Linking]]:
    """As ``rows_linking``, for a column with lists of ids. Two queries: one for the lists that have
    one of the ids, one for the rows that are shown.
    """
    places = {place_of(row, row.external_id) for row in rows}
    holding = HoldsAny(column, sorted({own for _, _, own in places}))
    linking = _present(resource, sources, at).filter(holding).order_by("name", "pk")
    keys: dict[Place, list[int]] = defaultdict(list)
    for key, provider, region, ids in linking.values_list("pk", "provider_id", "region", column):
        for place in {(provider, region, one) for one in ids} & places:
            keys[place].append(key)
    shown = {key for several in keys.values() for key in several[:MOST_LINKED]}
    found = {one.pk: one for one in _of(resource, sources, at).filter(pk__in=shown)}
    return list(found.values()), {
        place: Linking([found[key] for key in several[:MOST_LINKED]], len(several))
        for place, several in keys.items()
    }


def _present(resource: Resource, sources: Iterable[Source], at: datetime | None) -> QuerySet[Any]:
    """Those that are not gone."""
    rows = _of(resource, sources, at)
    if resource.observation is None:
        return rows
    return rows.exclude(state__in=(MISSING, resource.observation.removed))


def _of(resource: Resource, sources: Iterable[Source], at: datetime | None) -> QuerySet[Any]:
    return row_list(resource, sources=sources, limits={}, at=at)
