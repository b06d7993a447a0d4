"""Everything that computes, in one list: the resources with the interface ComputeService."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Value

from inventory.models import Observed, Source
from inventory.resources import all_resources
from inventory.selectors.rows import attach_sources

# Model classes; a row is named below by its model's number here, and its primary key.
_COMPUTING = [one for one in all_resources() if one.computes]
COMPUTING = tuple(one.plural for one in _COMPUTING)
MODELS: tuple[Any, ...] = tuple(one.model for one in _COMPUTING)


def compute_list(sources: Sequence[Source], count: int) -> list[Observed]:
    """The first ``count`` of everything that is stored of ``sources``, by name."""
    found = _by_name(sources, count)
    attach_sources(found, sources)
    return found


def compute_count(sources: Sequence[Source]) -> int:
    """How many are stored of ``sources``."""
    return sum(model.objects.filter(source__in=sources).count() for model in MODELS)


def _by_name(sources: Sequence[Source], count: int) -> list[Observed]:
    """The database puts them in order, across both tables: its collation is not Python's."""
    listed = {source.resource for source in sources}
    models = [model for name, model in zip(COMPUTING, MODELS, strict=True) if name in listed]
    if len(models) == 1:
        return list(models[0].objects.filter(source__in=sources).order_by("name", "pk")[:count])
    places = _first(sources, count)
    wanted: dict[int, list[int]] = defaultdict(list)
    for number, pk in places:
        wanted[number].append(pk)
    rows = {number: MODELS[number].objects.in_bulk(pks) for number, pks in wanted.items()}
    # A row that was removed between the two questions is left out.
    return [rows[number][pk] for number, pk in places if pk in rows[number]]


def _first(sources: Sequence[Source], count: int) -> list[tuple[int, int]]:
    each = [
        model.objects.filter(source__in=sources)
        .annotate(number=Value(number))
        .values_list("number", "pk", "name")
        for number, model in enumerate(MODELS)
    ]
    together = each[0].union(*each[1:], all=True).order_by("name", "number", "pk")[:count]
    return [(number, pk) for number, pk, _name in together]
