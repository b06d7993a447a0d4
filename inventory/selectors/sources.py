"""Which sources a request is about."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from inventory.access import visible_sources
from inventory.models import Provider, Source
from inventory.models.source import SourceResource
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


def source_list(
    *,
    user: Any,
    resource: str | Collection[str],
    limits: SourceFilter = SourceFilter(),
) -> list[Source]:
    """The sources of one resource, or of several, that ``user`` may ask, oldest first.

    Their providers are loaded.
    """
    wanted = [resource] if isinstance(resource, str) else list(resource)
    sources = visible_sources(user).filter(resource__in=wanted).select_related("provider")
    if limits.providers is not None:
        sources = sources.filter(provider__public_id__in=list(limits.providers))
    if limits.kinds is not None:
        sources = sources.filter(provider__kind_slug__in=list(limits.kinds))
    if limits.regions is not None:
        sources = sources.filter(region__in=list(limits.regions))
    found = list(sources.order_by("provider_id", "pk"))
    _share_providers(found)
    return found


def _share_providers(sources: list[Source]) -> None:
    """One object for each provider, and one look at all their statuses."""
    providers: dict[int, Provider] = {}
    for source in sources:
        source.provider = providers.setdefault(source.provider_id, source.provider)
    MainSources(providers.values())


def source_get(*, user: Any, provider: str, region: str, resource: SourceResource) -> Source | None:
    """One source by its provider's public id, or None when there is none within reach."""
    return (
        visible_sources(user)
        .filter(resource=resource, region=region, provider__public_id=provider)
        .select_related("provider")
        .first()
    )
