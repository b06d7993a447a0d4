"""The set of regions of a provider that was connected with ``["all"]``, as its cloud lists it.

A list of regions is stored as a listing is: the newer one wins, and one that fails changes nothing
but the receipt. A region that is not in the list stays connected, with its rows; its own receipt
says if it still answers, and ``Provider.unlisted_regions`` says since when it is not listed.
The next list removes each of ``Provider.assumed_regions`` that it omits and that has no rows.
``inventory.live.retention`` removes the regions that are not listed for long and have no rows.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from gateway.core.transactions import in_transaction
from inventory.live.failures import Failure
from inventory.live.locks import lock_provider, lock_sources
from inventory.live.periods import record_period
from inventory.live.region_names import too_many, unusable, usable_names
from inventory.live.resources import OBSERVED, RESOURCES, resources_of
from inventory.live.source_state import receipt_of_success, store_failure
from inventory.live.store import store_listing
from inventory.live.tombstones import delete_sources
from inventory.models import Provider, Source
from inventory.models.source import SourceResource
from inventory.providers.kind import EVERY_REGION, UNKNOWN_REGION

REGION_COLUMNS = ("regions", "named_regions", "assumed_regions", "unlisted_regions")


def store_regions(source_id: int, names: Sequence[str], *, started_at: datetime) -> Source:
    """Store a list of regions that began at ``started_at``; returns its source as it is then.

    Regions that are new are connected. A set above the limit connects none of them, and a name
    that cannot be a region's is left out; the source fails then and says so.
    Raises Source.DoesNotExist when the provider was disconnected, or names its regions by now.
    """
    stored = _store_names(source_id, names, started_at)
    if isinstance(stored, Source):
        return stored
    return store_failure(source_id, stored, started_at=started_at)


@in_transaction
def _store_names(source_id: int, names: Sequence[str], started_at: datetime) -> Source | Failure:
    """The source as it is then, or why the list is not complete."""
    provider_id = Source.objects.values_list("provider_id", flat=True).get(pk=source_id)
    provider = lock_provider(provider_id)
    if provider is None:
        raise Source.DoesNotExist
    removable = [region for region in provider.assumed_regions if region not in names]
    lock_sources(provider.sources.filter(Q(pk=source_id) | Q(region__in=removable)))
    source = Source.objects.get(pk=source_id)
    source.provider = provider
    if source.listing_started_at is not None and source.listing_started_at > started_at:
        return source
    failure = _connect(provider, usable_names(names), started_at) or unusable(names)
    if failure is None:
        return store_success(source, len(names), started_at=started_at)
    return failure


def store_success(source: Source, count: int, *, started_at: datetime) -> Source:
    """Write the receipt of a list of ``count`` regions, which are all connected."""
    receipt = receipt_of_success(source, count, started_at)
    Source.objects.filter(pk=source.pk).update(**receipt)
    record_period(source, receipt)
    for column, value in receipt.items():
        setattr(source, column, value)
    return source


def store_found(source: Source, found: Mapping[str, list[Any]], *, started_at: datetime) -> bool:
    """Connect the regions of ``found`` that are new and store their records; whether there are any.

    ``found``: by region, all that is of the resource of ``source`` in its account. New regions
    above the limit are not connected, and the set of regions fails.
    """
    regions = [region for region in found if region != UNKNOWN_REGION]
    if set(regions) <= set(source.provider.regions):
        return False
    connected = _connect_found(source.provider_id, regions)
    if connected is None:
        return False
    new, failure = connected
    sources = Source.objects.filter(provider=source.provider_id).select_related("provider")
    if failure is not None:
        for region_set in sources.filter(resource=SourceResource.REGIONS):
            store_failure(region_set.pk, failure, started_at=started_at)
    for added in sources.filter(resource=source.resource, region__in=new):
        store_listing(added.pk, records_of(found, added.region), started_at=started_at)
    return True


@in_transaction
def _connect_found(
    provider_id: int, regions: Sequence[str]
) -> tuple[list[str], Failure | None] | None:
    """Connect the regions that are new; returns them, and why the list is not complete.

    None: the provider was disconnected, or its regions are named by now.
    """
    provider = lock_provider(provider_id)
    if provider is None or not provider.lists_regions:
        return None
    new = [name for name in usable_names(regions) if name not in provider.regions]
    return new, _add_found(provider, new) or unusable(regions)


def records_of(found: Mapping[str, list[Any]], region: str) -> list[Any]:
    """The records of ``region`` in a list of all regions.

    The records whose region is unknown are among them, for each may belong to it. They have no id,
    so the receipt of the region counts them and its listing is not complete.
    """
    return [*found.get(region, []), *found.get(UNKNOWN_REGION, [])]


def may_be_gone(source: Source) -> bool:
    """True if the region of ``source`` may not exist any more, so that nothing is in it.

    For a kind whose regions hold their objects, this is so if the region is not in the stored list
    of regions. Only a new list of regions can prove it. A region that a user named is not taken for
    gone: its name may be a mistake.
    """
    provider = Provider.objects.filter(pk=source.provider_id).first()
    if provider is None or not provider.kind.regions_hold_objects or not provider.lists_regions:
        return False
    return source.region in provider.unlisted_regions and (
        source.region not in provider.named_regions
    )


def match_sources(provider: Provider) -> None:
    """A source for each region and what its kind lists there, and one for the set of regions.

    The sources of regions that the provider does not name are removed, with their rows. The caller
    holds the lock of the provider.
    """
    kept = Q(region__in=provider.regions) & ~Q(resource=SourceResource.REGIONS)
    if provider.lists_regions:
        kept |= Q(resource=SourceResource.REGIONS)
    delete_sources(provider.sources.exclude(kept))
    add_region_set(provider)
    _add_sources(provider, provider.regions, resources_of(provider.kind))


def add_region_set(provider: Provider) -> None:
    """Add the source of the provider's set of regions, where its cloud decides on it.

    The caller holds the lock of the provider.
    """
    if provider.lists_regions:
        _add_sources(provider, [EVERY_REGION], [SourceResource.REGIONS])


def note_list(provider: Provider, names: Collection[str], *, at: datetime) -> None:
    """Note the provider's regions that a list of ``at`` omits, and those that are still assumed."""
    since = provider.unlisted_regions
    provider.unlisted_regions = {
        region: since.get(region, at.isoformat())
        for region in provider.regions
        if region not in names
    }
    assumed = [region for region in provider.assumed_regions if region not in names]
    provider.assumed_regions = [region for region in assumed if region in provider.regions]


def without_rows(provider: Provider, regions: Collection[str]) -> list[str]:
    """Those of ``regions`` that have no stored machine and no stored container."""
    holding = {
        region
        for resource in OBSERVED
        for region in RESOURCES[resource]
        .rows.filter(provider=provider, region__in=list(regions))
        .values_list("region", flat=True)
        .distinct()
    }
    return [region for region in regions if region not in holding]


def remove_regions(provider: Provider, regions: Collection[str]) -> None:
    """Remove regions with their sources. The caller has locked the provider, and saves it."""
    provider.regions = [region for region in provider.regions if region not in regions]
    provider.assumed_regions = [one for one in provider.assumed_regions if one not in regions]
    provider.unlisted_regions = {
        region: since
        for region, since in provider.unlisted_regions.items()
        if region not in regions
    }
    listed = provider.sources.exclude(resource=SourceResource.REGIONS)
    delete_sources(listed.filter(region__in=list(regions)))


def save_regions(provider: Provider) -> None:
    provider.save(update_fields=[*REGION_COLUMNS, "updated_at"])


def _connect(provider: Provider, names: Sequence[str], at: datetime) -> Failure | None:
    """Connect the regions of a list. Remove the assumed regions that it omits, if without rows."""
    if not names:
        return None
    unlisted = [region for region in provider.regions if region not in names]
    if failure := too_many(len(names), unlisted=len(unlisted)):
        return failure
    before = [getattr(provider, column) for column in REGION_COLUMNS]
    assumed = [region for region in unlisted if region in provider.assumed_regions]
    remove_regions(provider, without_rows(provider, assumed))
    added = _add_regions(provider, names)
    provider.assumed_regions = []
    note_list(provider, names, at=at)
    if before != [getattr(provider, column) for column in REGION_COLUMNS]:
        save_regions(provider)
    _add_sources(provider, added, resources_of(provider.kind))
    return None


def _add_found(provider: Provider, names: Sequence[str]) -> Failure | None:
    """Connect new regions that hold objects, although the latest list of regions omits them."""
    unlisted = len(provider.unlisted_regions)
    listed = len(provider.regions) - unlisted + len(names)
    failure = too_many(listed, unlisted=unlisted)
    if failure is None and names:
        _add_regions(provider, names)
        save_regions(provider)
        _add_sources(provider, names, resources_of(provider.kind))
    return failure


def _add_regions(provider: Provider, names: Sequence[str]) -> list[str]:
    """Those of ``names`` that are new. The provider is not saved."""
    new = [name for name in names if name not in provider.regions]
    provider.regions = [*provider.regions, *new]
    return new


def _add_sources(provider: Provider, regions: Sequence[str], resources: Sequence[str]) -> None:
    Source.objects.bulk_create(
        [
            Source(provider=provider, region=region, resource=resource)
            for region in regions
            for resource in resources
        ],
        batch_size=200,
        ignore_conflicts=True,
    )
