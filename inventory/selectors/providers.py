"""Stored providers, and how they are doing."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.db.models import Prefetch, QuerySet

from inventory import access
from inventory.models import Provider, Source
from inventory.models.source import SourceResource
from inventory.providers import ProviderErrorCode


class ProviderStatus(StrEnum):
    """How a provider answered when it was last asked."""

    UNCHECKED = "UNCHECKED"
    OK = "OK"
    DEGRADED = "DEGRADED"
    UNREACHABLE = "UNREACHABLE"
    INVALID_CREDENTIALS = "INVALID_CREDENTIALS"


def provider_list(*, user: Any) -> QuerySet[Provider]:
    """All of ``user``'s providers by name, with the sources that tell their status."""
    machine_sources = Source.objects.filter(resource=SourceResource.VIRTUAL_MACHINES)
    return (
        access.visible_providers(user)
        .prefetch_related(
            Prefetch("sources", machine_sources.order_by("pk"), to_attr="machine_sources")
        )
        .order_by("name", "pk")
    )


def provider_get(*, user: Any, public_id: str) -> Provider | None:
    """The provider with this public id, if ``user`` may see it."""
    if not access.is_public_id(public_id):
        return None
    return provider_list(user=user).filter(public_id=public_id).first()


def machine_sources_of(provider: Provider) -> list[Source]:
    """The provider's sources of machines, one a region; prefetched where it came from here."""
    prefetched: list[Source] | None = getattr(provider, "machine_sources", None)
    sources = (
        prefetched
        if prefetched is not None
        else list(provider.sources.filter(resource=SourceResource.VIRTUAL_MACHINES).order_by("pk"))
    )
    for source in sources:
        source.provider = provider
    return sources


def provider_status(sources: Sequence[Source]) -> ProviderStatus:
    """One word for a provider's sources. Failures count, whether or not old rows remain."""
    asked = [source for source in sources if source.attempt_started_at is not None]
    codes = {source.error_code for source in asked if source.failed}
    if not asked:
        return ProviderStatus.UNCHECKED
    if not codes:
        return ProviderStatus.OK
    if ProviderErrorCode.INVALID_CREDENTIALS in codes:
        return ProviderStatus.INVALID_CREDENTIALS
    unreachable = {ProviderErrorCode.UNREACHABLE, ProviderErrorCode.TIMEOUT}
    if all(source.error_code in unreachable for source in asked):
        return ProviderStatus.UNREACHABLE
    return ProviderStatus.DEGRADED


def provider_last_error(sources: Sequence[Source]) -> Source | None:
    """The source that failed last among those that are failing now."""
    failing = [source for source in sources if source.failed and source.attempt_started_at]
    return max(failing, key=lambda source: source.attempt_started_at, default=None)  # type: ignore[arg-type,return-value]  # the filter above
