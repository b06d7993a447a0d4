"""Objects of several resources in one order: by name, then by resource, then by primary key."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, Value


class Place(NamedTuple):
    """The place of a row in the order. ``number``: that of its query."""

    name: str
    number: int
    pk: int


class Found:
    """The rows of ``queries``, together, by number. Each is of another model with a ``name``."""

    def __init__(self, queries: Mapping[int, QuerySet[Any]]) -> None:
        self._queries = queries

    def count(self) -> int:
        """In one statement."""
        together = self._together(None)
        return 0 if together is None else together.count()

    def page(self, after: Place | None, count: int) -> list[tuple[Place, Any]]:
        """The first ``count`` rows behind ``after``: a statement for their places, and one for the
        rows of each query that has some. A row that was removed between them is left out.
        """
        together = self._together(after)
        if together is None:
            return []
        # The database puts them in order: its collation is not Python's.
        found = together.order_by("name", "number", "pk")[:count]
        places = [Place(name, number, pk) for number, pk, name in found]
        wanted: dict[int, list[int]] = defaultdict(list)
        for place in places:
            wanted[place.number].append(place.pk)
        rows = {
            number: self._queries[number].model._default_manager.in_bulk(pks)  # noqa: SLF001 - Django's documented API
            for number, pks in wanted.items()
        }
        return [
            (place, rows[place.number][place.pk])
            for place in places
            if place.pk in rows[place.number]
        ]

    def _together(self, after: Place | None) -> QuerySet[Any, Any] | None:
        each: list[Any] = [
            (query if after is None else query.filter(_behind(after, number)))
            .annotate(number=Value(number))
            .values_list("number", "pk", "name")
            for number, query in self._queries.items()
        ]
        return each[0].union(*each[1:], all=True) if each else None


def _behind(after: Place, number: int) -> Q:
    """The rows of the query ``number`` that stand behind ``after``."""
    if number < after.number:
        return Q(name__gt=after.name)
    if number > after.number:
        return Q(name__gte=after.name)
    return Q(name__gt=after.name) | Q(name=after.name, pk__gt=after.pk)
