"""Deletes, after a while, rows of objects that are gone, and regions that are no longer listed."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet

from gateway.core.transactions import in_parts, in_transaction
from inventory.live.age import REGION_SET_MAX_AGE
from inventory.live.locks import lock_provider, lock_sources
from inventory.live.region_set import remove_regions, save_regions, without_rows
from inventory.live.removal import delete_rows
from inventory.live.resources import RESOURCES, StoredResource
from inventory.models import PastProvider, PastRow, PastSource, Source
from inventory.models.source import SourceResource
from inventory.types import MISSING

MOST_FORGOTTEN = 5000  # of one transaction


def gone_rows_prune(*, older_than: datetime) -> int:
    """Delete the rows of objects that are gone since before ``older_than``; returns how many.

    Only of resources that are ``forgotten``. The row of a machine stays: the machine was paid
    for, and users look for its end.
    """
    return sum(
        _gone_rows_prune(resource, older_than)
        for resource in RESOURCES.values()
        if resource.observation is not None and resource.observation.forgotten
    )


def _gone_rows_prune(resource: StoredResource, older_than: datetime) -> int:
    missing = Q(state=MISSING, missing_since__lt=older_than)
    removed = Q(state=resource.observed.removed, read_started_at__lt=older_than)
    rows = resource.rows.filter(missing | removed)
    sources = rows.order_by("source").values_list("source", flat=True).distinct()
    return sum(delete_rows(pk, rows.filter(source=pk)) for pk in sources)


def past_prune(*, older_than: datetime) -> int:
    """Forget what was known before ``older_than``; returns how many rows and periods those were."""
    old = {"until__lt": older_than}
    forgotten = sum(
        in_parts(partial(_forget_some, model.objects.filter(**old)), most=MOST_FORGOTTEN)
        for model in (PastRow, PastSource)
    )
    PastProvider.objects.filter(gone_at__lt=older_than).delete()
    return forgotten


@in_transaction
def _forget_some(past: QuerySet[Any]) -> int:
    keys: list[int] = list(past.order_by("until").values_list("pk", flat=True)[:MOST_FORGOTTEN])
    past.model._default_manager.filter(pk__in=keys).delete()  # noqa: SLF001 - Django's documented API
    return len(keys)


def regions_prune() -> int:
    """Remove the regions that their clouds do not list any more; returns how many.

    A region is removed if two lists, an hour or more apart, omit it and no list in between had it,
    if no machine and no container of it is stored, and if no user named it.
    """
    sets = Source.objects.filter(resource=SourceResource.REGIONS, error_code="")
    sets = sets.exclude(listing_started_at=None).exclude(provider__unlisted_regions={})
    return sum(_regions_prune(region_set) for region_set in sets)


@in_transaction
def _regions_prune(region_set: Source) -> int:
    provider = lock_provider(region_set.provider_id)
    latest = region_set.listing_started_at
    if provider is None or latest is None:
        return 0
    limit = latest - timedelta(seconds=REGION_SET_MAX_AGE)
    unlisted = [
        region
        for region, since in provider.unlisted_regions.items()
        if datetime.fromisoformat(since) <= limit and region not in provider.named_regions
    ]
    lock_sources(provider.sources.filter(region__in=unlisted))
    removed = without_rows(provider, unlisted)
    if not removed or len(removed) >= len(provider.regions):
        return 0
    remove_regions(provider, removed)
    save_regions(provider)
    return len(removed)
