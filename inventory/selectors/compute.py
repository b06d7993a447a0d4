"""Everything that computes, in one list: the resources with the interface ComputeService."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, Value

from inventory.live.api import Receipt
from inventory.models import Observed
from inventory.resources import all_resources
from inventory.selectors.rows import attach_sources, without_parts

# Model classes; a row is named below by its model's number here, and its primary key.
_COMPUTING = [one for one in all_resources() if one.computes]
COMPUTING = tuple(one.plural for one in _COMPUTING)
MODELS: tuple[Any, ...] = tuple(one.model for one in _COMPUTING)


def compute_list(receipts: Sequence[Receipt], count: int) -> list[Observed]:
    """The first ``count`` of everything that an answer with these receipts shows, by name."""
    found = _by_name(receipts, count)
    attach_sources(found, [receipt.source for receipt in receipts])
    return found


def compute_count(receipts: Sequence[Receipt]) -> int:
    """How many an answer with these receipts shows."""
    return sum(_shown(model, receipts).count() for model in MODELS)


def _shown(model: Any, receipts: Sequence[Receipt]) -> QuerySet[Any]:
    sources = [receipt.source.pk for receipt in receipts]
    return without_parts(model.objects.filter(source__in=sources), receipts)


def _by_name(receipts: Sequence[Receipt], count: int) -> list[Observed]:
    """The database puts them in order, across both tables: its collation is not Python's."""
    listed = {receipt.source.resource for receipt in receipts}
    models = [model for name, model in zip(COMPUTING, MODELS, strict=True) if name in listed]
    if len(models) == 1:
        return list(_shown(models[0], receipts).order_by("name", "pk")[:count])
    places = _first(receipts, count)
    wanted: dict[int, list[int]] = defaultdict(list)
    for number, pk in places:
        wanted[number].append(pk)
    rows = {number: MODELS[number].objects.in_bulk(pks) for number, pks in wanted.items()}
    # A row that was removed between the two questions is left out.
    return [rows[number][pk] for number, pk in places if pk in rows[number]]


def _first(receipts: Sequence[Receipt], count: int) -> list[tuple[int, int]]:
    each = [
        _shown(model, receipts).annotate(number=Value(number)).values_list("number", "pk", "name")
        for number, model in enumerate(MODELS)
    ]
    together = each[0].union(*each[1:], all=True).order_by("name", "number", "pk")[:count]
    return [(number, pk) for number, pk, _name in together]
