"""The sources that an answer about a moment is made of, with their receipts of then.

Present rights count: a user sees the past of a provider that they may see now. The past of
a disconnected provider is visible to its owner and to superusers.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from inventory.access import is_public_id, visible_past_providers, visible_providers
from inventory.live.api import Receipt, receipt_at, receipt_before_history, resources_of
from inventory.models import PastSource, Provider, Source
from inventory.models.source import SourceResource
from inventory.resources import Resource
from inventory.selectors.sources import SourceFilter, SourceLists


@dataclass(frozen=True, slots=True)
class Past:
    """The sources of an answer about ``moment``."""

    moment: datetime
    receipts: list[Receipt]


def past_of(
    resource: Resource,
    *,
    user: Any,
    limits: SourceFilter,
    moment: datetime,
    lists: SourceLists | None = None,
) -> Past:
    """Four statements, whatever there is. A source of now that is not recorded at ``moment`` is
    FAILED: whether it had anything then is not known.
    """
    lists = lists or SourceLists()
    sources = lists.get(user=user, resource=resource.plural, limits=limits)
    # One object for each provider.
    known = {one.provider_id: one.provider for one in sources}
    providers = _providers(user, limits, moment) | known
    earlier = _periods(resource, providers, limits, moment)
    receipts = [_receipt(one, earlier.pop(one.pk, None), moment) for one in sources]
    ended = (one.as_source(providers[one.provider_key]) for one in earlier.values())
    gone = [one for one in ended if _is_wanted(one, resource, limits)]
    return Past(moment, receipts + [receipt_at(one, moment) for one in gone])


def past_provider_ids(*, user: Any, public_ids: Collection[str]) -> set[str]:
    """Those of ``public_ids`` that are of disconnected providers whose past ``user`` may see."""
    possible = [value for value in public_ids if is_public_id(value)]
    found = visible_past_providers(user).filter(public_id__in=possible)
    return {str(public_id) for public_id in found.values_list("public_id", flat=True)}


def _receipt(source: Source, earlier: PastSource | None, moment: datetime) -> Receipt:
    if source.recorded_since is not None and source.recorded_since <= moment:
        return receipt_at(source, moment)
    if earlier is not None:
        return receipt_at(earlier.as_source(source.provider), moment)
    return receipt_before_history(source)


def _periods(
    resource: Resource, providers: dict[int, Provider], limits: SourceFilter, moment: datetime
) -> dict[int, PastSource]:
    """The earlier periods that have ``moment``, by the keys of their sources."""
    found = PastSource.objects.filter(
        provider_key__in=list(providers), since__lte=moment, until__gt=moment
    )
    listed = found.filter(resource=resource.plural)
    if limits.regions is not None:
        listed = listed.filter(region__in=list(limits.regions))
    sets = found.filter(resource=SourceResource.REGIONS)
    return {one.source_key: one for one in (listed | sets).order_by("source_key")}


def _is_wanted(source: Source, resource: Resource, limits: SourceFilter) -> bool:
    """False for an excluded source, and for the set of regions of a kind without ``resource``."""
    if limits.excluded is not None and limits.excluded.leaves_out(source):
        return False
    return not source.is_region_set or resource.plural in resources_of(source.provider.kind)


def _providers(user: Any, limits: SourceFilter, moment: datetime) -> dict[int, Provider]:
    """The present ones, and those that were disconnected after ``moment``."""
    now = _within(visible_providers(user), limits)
    gone = _within(visible_past_providers(user).filter(gone_at__gt=moment), limits)
    return {one.pk: one for one in now} | {one.provider_key: one.as_provider() for one in gone}


def _within(providers: QuerySet[Any], limits: SourceFilter) -> QuerySet[Any]:
    if limits.providers is not None:
        providers = providers.filter(public_id__in=list(limits.providers))
    if limits.kinds is not None:
        providers = providers.filter(kind_slug__in=list(limits.kinds))
    return providers
