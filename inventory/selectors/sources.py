"""Which sources a request is about."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from inventory.access import visible_providers, visible_sources
from inventory.live.api import resources_of
from inventory.models import Provider, Source
from inventory.models.source import SourceResource
from inventory.resources import Resource
from inventory.selectors.providers import MainSources


@dataclass(frozen=True, slots=True)
class SourceFilter:
    """What limits the sources; None: no limit. ``providers`` are public ids."""

    providers: Collection[str] | None = None
    kinds: Collection[str] | None = None
    regions: Collection[str] | None = None

    def providers_among(self, sources: Iterable[Source]) -> Collection[str] | None:
        """The public ids of the providers of the ``sources`` it found; None: it limits nothing."""
        if self == SourceFilter():
            return None
        return list({source.provider.public_id_text: None for source in sources})


EVERY_SOURCE = SourceFilter()


def source_list(
    *,
    user: Any,
    resource: str | Collection[str],
    limits: SourceFilter = EVERY_SOURCE,
) -> list[Source]:
    """The sources of one resource, or of several, that ``user`` may ask, oldest first.

    The sets of regions of their providers are among them, whatever regions are asked for: without
    them it is not known which sources there are. The providers are loaded.
    """
    wanted = [resource] if isinstance(resource, str) else list(resource)
    listed = Q(resource__in=wanted)
    if limits.regions is not None:
        listed &= Q(region__in=list(limits.regions))
    region_set = Q(resource=SourceResource.REGIONS)
    sources = visible_sources(user).filter(listed | region_set).select_related("provider")
    if limits.providers is not None:
        sources = sources.filter(provider__public_id__in=list(limits.providers))
    if limits.kinds is not None:
        sources = sources.filter(provider__kind_slug__in=list(limits.kinds))
    found = list(sources.order_by("provider_id", "pk"))
    _share_providers(found)
    return _without_unrelated_sets(found, wanted)


def providers_without(
    resource: Resource, *, user: Any, limits: SourceFilter, provider_pk: int | None = None
) -> list[Provider]:
    """Those of the providers within ``limits`` whose kind does not list ``resource``, by name."""
    providers = visible_providers(user).order_by("name", "pk")
    if provider_pk is not None:
        providers = providers.filter(pk=provider_pk)
    if limits.providers is not None:
        providers = providers.filter(public_id__in=list(limits.providers))
    if limits.kinds is not None:
        providers = providers.filter(kind_slug__in=list(limits.kinds))
    return [one for one in providers if resource.plural not in resources_of(one.kind)]


def _without_unrelated_sets(sources: list[Source], wanted: Sequence[str]) -> list[Source]:
    """A provider whose kind has nothing of what is wanted owes the answer no set of regions."""
    return [
        source
        for source in sources
        if not source.is_region_set or set(resources_of(source.provider.kind)) & set(wanted)
    ]


def _share_providers(sources: list[Source]) -> None:
    """One object for each provider, and one look at all their statuses."""
    providers: dict[int, Provider] = {}
    for source in sources:
        source.provider = providers.setdefault(source.provider_id, source.provider)
    MainSources(providers.values())


def sources_left(sources: Iterable[Source]) -> set[int]:
    """The primary keys of those that exist: one is deleted with its provider or its region."""
    pks = [source.pk for source in sources]
    return set(Source.objects.filter(pk__in=pks).values_list("pk", flat=True))


def source_get(*, user: Any, provider: str, region: str, resource: str) -> Source | None:
    """One source by its provider's public id, or None when there is none within reach."""
    return (
        visible_sources(user)
        .filter(resource=resource, region=region, provider__public_id=provider)
        .select_related("provider")
        .first()
    )
