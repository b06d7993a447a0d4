"""Prices stored rows again, when a price book or a list of prices has changed.

A listing that stores a row meanwhile holds the lock of its source, and so does each part of this:
whichever comes second has read what is stored by then. The version of the source grows, as with
every write to its rows.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.utils import timezone

from gateway.core.transactions import in_transaction, let_others_write
from inventory.live.changes import recorded_changes
from inventory.live.locks import lock_sources
from inventory.live.resources import RESOURCES, StoredResource
from inventory.models import Provider, Source
from inventory.prices.pricer import DEPENDS_ON, WRITTEN, priced
from inventory.providers.registry import UnknownKind

MOST_ROWS = 1000  # of one transaction
BATCH = 200  # rows of one UPDATE


def reprice(provider: Provider) -> int:
    """Price all rows of the provider; returns how many differed."""
    try:
        _ = provider.kind
    except UnknownKind:  # its package is not installed any more
        return 0
    return sum(_reprice(source, resource) for source, resource in _sources(provider))


def reprice_all(kind_slug: str | None = None) -> int:
    """Like ``reprice``, for all providers, or those of one kind."""
    providers = Provider.objects.all()
    if kind_slug is not None:
        providers = providers.filter(kind_slug=kind_slug)
    return sum(reprice(provider) for provider in providers.order_by("pk"))


def _sources(provider: Provider) -> Iterator[tuple[Source, StoredResource]]:
    for source in provider.sources.order_by("pk"):
        resource = RESOURCES.get(source.resource)
        if resource is not None and resource.name in DEPENDS_ON:
            source.provider = provider
            yield source, resource


def _reprice(source: Source, resource: StoredResource) -> int:
    changed, after = 0, 0
    while True:
        found, after = _reprice_some(source, resource, after)
        changed += found
        if not after:
            return changed
        let_others_write()


@in_transaction
def _reprice_some(source: Source, resource: StoredResource, after: int) -> tuple[int, int]:
    """How many rows after key ``after`` differed, and the last key; 0: there are no more rows."""
    if not lock_sources(Source.objects.filter(pk=source.pk)):
        return 0, 0
    written = WRITTEN[resource.name]
    columns = {"pk", *DEPENDS_ON[resource.name], *written}
    stored = resource.rows.filter(source=source, pk__gt=after).order_by("pk").values(*columns)
    rows = list(stored[:MOST_ROWS])
    prices = priced(source.provider, resource.name, rows)
    alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)  # machines of a size cost the same
    for row, price in zip(rows, prices, strict=True):
        if any(row[name] != value for name, value in price.items()):
            alike[tuple(price[name] for name in written)].append(row["pk"])
    changed = [pk for pks in alike.values() for pk in pks]
    with recorded_changes(resource, source, (), pks=changed, at=timezone.now()):
        for values, pks in alike.items():
            for start in range(0, len(pks), BATCH):
                found = resource.rows.filter(pk__in=pks[start : start + BATCH])
                found.update(**dict(zip(written, values, strict=True)))
    if changed:
        Source.objects.filter(pk=source.pk).update(version=F("version") + 1)
    return len(changed), rows[-1]["pk"] if len(rows) == MOST_ROWS else 0
