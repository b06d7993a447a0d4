"""Rows by the entry of the catalogue that they name, as machines name their size or image."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Cast, Concat
from django.db.models.lookups import In

from inventory.models import Source
from inventory.selectors.ids import CloudId


def of_entries(column: str, wanted: Collection[CloudId | str], sources: Iterable[Source]) -> Q:
    """Rows whose ``column`` is one of ``wanted``.

    A text is the cloud's own id, at any source. A CloudId is one entry of the catalogue: only rows
    of its provider and region have it, for other accounts and regions may use the same own id.
    ``sources``: those of the rows, and sets of regions; their providers are loaded.
    """
    own = [one for one in wanted if not isinstance(one, CloudId)]
    entries = [one for one in wanted if isinstance(one, CloudId)]
    found = Q(**{f"{column}__in": own})
    return found | _in_their_places(column, entries, sources) if entries else found


def _in_their_places(column: str, entries: Iterable[CloudId], sources: Iterable[Source]) -> Q:
    """The pairs of source and own id, each as one text: SQLite takes no OR of 1,000 conditions."""
    places = {
        (source.provider.public_id_text, source.region): source.pk
        for source in sources
        if not source.is_region_set
    }
    there = [one for one in entries if (one.provider, one.region) in places]
    pairs = [f"{places[one.provider, one.region]} {one.external_id}" for one in there]
    pair = Concat(Cast("source_id", TextField()), Value(" "), F(column), output_field=TextField())
    is_one: Any = In(pair, pairs)
    # The first condition alone can use the column's index.
    return Q(**{f"{column}__in": [one.external_id for one in there]}) & Q(is_one)
