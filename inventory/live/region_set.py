"""The set of regions of a provider that was connected with ``["all"]``, as its cloud lists it.

A list of regions is stored as a listing is: the newer one wins, and one that fails changes nothing
but the receipt. A region that the list lacks stays connected, with its rows; its own receipt says
whether it still answers. Only what was assumed while the regions could not be listed is removed by
the first list that arrives, where it is not on that list and holds no rows.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from inventory.live.failures import Failure
from inventory.live.receipts import TOO_MANY_REGIONS, UNUSABLE_REGION
from inventory.live.resources import OBSERVED, RESOURCES, resources_of
from inventory.live.store import receipt_of_success, store_failure, store_listing
from inventory.models import Provider, Source
from inventory.models.source import SourceResource
from inventory.providers import Cloud, ProviderError, ProviderErrorCode
from inventory.providers.kind import EVERY_REGION, REGION_PATTERN

MOST_REGIONS = 100  # each is asked at once, by every live list


def list_regions(cloud: Cloud) -> list[str]:
    """The regions that the account may use. Raises ProviderError, also for an empty list."""
    regions = list(dict.fromkeys(cloud.list_regions()))
    if not regions:
        message = "The cloud listed no region for this account."
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
    return regions


def too_many(count: int) -> Failure | None:
    """The failure of a set of ``count`` regions, if that is above the limit."""
    if count <= MOST_REGIONS:
        return None
    message = (
        f"The account has {count} regions; a provider is connected to at most {MOST_REGIONS}. "
        "Name the regions that are needed."
    )
    return Failure(TOO_MANY_REGIONS, message)


def usable_names(names: Sequence[str]) -> list[str]:
    """Those that can be the names of regions: they stand in ids and in addresses."""
    return [name for name in names if REGION_PATTERN.fullmatch(name)]


def unusable(names: Sequence[str]) -> Failure | None:
    """The failure of a list with a name that cannot be a region's, if there is one."""
    wrong = [name for name in names if not REGION_PATTERN.fullmatch(name)]
    if not wrong:
        return None
    message = f"The cloud has a region of a name that cannot be connected: {wrong[0]!r}."
    return Failure(UNUSABLE_REGION, message)


def store_regions(source_id: int, names: Sequence[str], *, started_at: datetime) -> Source:
    """Store a list of regions that began at ``started_at``; returns its source as it is then.

    Regions that are new are connected. A set above the limit connects none of them, and a name
    that cannot be a region's is left out; the source fails then and says so.
    Raises Source.DoesNotExist when the provider was disconnected, or names its regions by now.
    """
    with transaction.atomic():
        provider_id = Source.objects.values_list("provider_id", flat=True).get(pk=source_id)
        provider = Provider.objects.select_for_update().filter(pk=provider_id).first()
        source = Source.objects.select_for_update().get(pk=source_id)
        if provider is None:
            raise Source.DoesNotExist
        source.provider = provider
        if source.listing_started_at is not None and source.listing_started_at > started_at:
            return source
        failure = _connect(source, usable_names(names)) or unusable(names)
        if failure is None:
            return store_success(source, len(names), started_at=started_at)
    return store_failure(source_id, failure, started_at=started_at)


def store_success(source: Source, count: int, *, started_at: datetime) -> Source:
    """Write the receipt of a list of ``count`` regions, all of which are connected."""
    receipt = receipt_of_success(source, count, started_at)
    Source.objects.filter(pk=source.pk).update(**receipt)
    for column, value in receipt.items():
        setattr(source, column, value)
    return source


def store_found(source: Source, found: Mapping[str, list[Any]], *, started_at: datetime) -> bool:
    """Connect the regions of ``found`` that are new and store their records; whether there are any.

    ``found``: by region, all that is of the resource of ``source`` in its account. New regions
    above the limit are not connected, and the set of regions fails.
    """
    if found.keys() <= set(source.provider.regions):
        return False
    with transaction.atomic():
        provider = Provider.objects.select_for_update().filter(pk=source.provider_id).first()
        if provider is None or not provider.lists_regions:
            return False
        new = [name for name in usable_names(list(found)) if name not in provider.regions]
        failure = _set_regions(provider, [*provider.regions, *new]) or unusable(list(found))
    sources = provider.sources.select_related("provider")
    if failure is not None:
        for region_set in sources.filter(resource=SourceResource.REGIONS):
            store_failure(region_set.pk, failure, started_at=started_at)
    for added in sources.filter(resource=source.resource, region__in=new):
        store_listing(added.pk, found[added.region], started_at=started_at)
    return True


def match_sources(provider: Provider) -> None:
    """A source for each region and what its kind lists there, and one for the set of regions.

    The sources of regions that the provider does not name are removed, with their rows.
    """
    regions = provider.sources.exclude(resource=SourceResource.REGIONS)
    regions.exclude(region__in=provider.regions).delete()
    if not provider.lists_regions:
        provider.sources.filter(resource=SourceResource.REGIONS).delete()
    add_region_set(provider)
    _add_sources(provider, provider.regions, resources_of(provider.kind))


def add_region_set(provider: Provider) -> None:
    """The source of the provider's set of regions, where its cloud decides on it."""
    if provider.lists_regions:
        _add_sources(provider, [EVERY_REGION], [SourceResource.REGIONS])


def _connect(source: Source, names: Sequence[str]) -> Failure | None:
    provider = source.provider
    is_first = source.listing_started_at is None and bool(names)
    assumed = _assumed(provider, names) if is_first else []
    kept = [region for region in provider.regions if region not in assumed]
    failure = _set_regions(provider, [*kept, *names])
    if failure is None and assumed:
        provider.sources.filter(region__in=assumed).exclude(
            resource=SourceResource.REGIONS
        ).delete()
    return failure


def _set_regions(provider: Provider, names: Sequence[str]) -> Failure | None:
    regions = list(dict.fromkeys(names))
    failure = too_many(len(regions))
    if failure is None and regions != provider.regions:
        added = [region for region in regions if region not in provider.regions]
        provider.regions = regions
        provider.save(update_fields=["regions", "updated_at"])
        _add_sources(provider, added, resources_of(provider.kind))
    return failure


def _assumed(provider: Provider, names: Sequence[str]) -> list[str]:
    """The regions that the cloud does not list and that hold no rows."""
    unlisted = [region for region in provider.regions if region not in names]
    holding = {
        region
        for resource in OBSERVED
        for region in RESOURCES[resource]
        .rows.filter(provider=provider, region__in=unlisted)
        .values_list("region", flat=True)
        .distinct()
        if unlisted
    }
    return [region for region in unlisted if region not in holding]


def _add_sources(
    provider: Provider, regions: Sequence[str], resources: Sequence[SourceResource]
) -> None:
    Source.objects.bulk_create(
        [
            Source(provider=provider, region=region, resource=resource)
            for region in regions
            for resource in resources
        ],
        batch_size=200,
        ignore_conflicts=True,
    )
