"""Machines and containers in one list."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Value

from inventory.models import Container, Observed, Source, VirtualMachine
from inventory.selectors.machines import attach_sources

MODELS: tuple[type[Any], ...] = (VirtualMachine, Container)


def compute_list(sources: Sequence[Source], count: int) -> list[Observed]:
    """The first ``count`` of everything that is stored of ``sources``, by name.

    The database puts them in order, across both tables: its collation is not Python's.
    """
    places = _first(sources, count)
    wanted: dict[int, list[int]] = defaultdict(list)
    for number, pk in places:
        wanted[number].append(pk)
    rows = {number: MODELS[number].objects.in_bulk(pks) for number, pks in wanted.items()}
    # A row that was removed between the two questions is left out.
    found = [rows[number][pk] for number, pk in places if pk in rows[number]]
    attach_sources(found, sources)
    return found


def _first(sources: Sequence[Source], count: int) -> list[tuple[int, int]]:
    """The number of each row's model and its primary key."""
    keys = [source.pk for source in sources]
    each = [
        model.objects.filter(source__in=keys)
        .annotate(number=Value(number))
        .values_list("number", "pk", "name")
        for number, model in enumerate(MODELS)
    ]
    together = each[0].union(*each[1:], all=True).order_by("name", "number", "pk")[:count]
    return [(number, pk) for number, pk, _name in together]
