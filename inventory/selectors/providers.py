"""Stored providers, and how they are doing."""

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Any

from inventory import access
from inventory.live.resources import OBSERVED
from inventory.models import Provider, Source
from inventory.providers import ProviderErrorCode


class ProviderStatus(StrEnum):
    """How a provider answered when it was last asked."""

    UNCHECKED = "UNCHECKED"
    OK = "OK"
    DEGRADED = "DEGRADED"
    UNREACHABLE = "UNREACHABLE"
    INVALID_CREDENTIALS = "INVALID_CREDENTIALS"


class MainSources:
    """The sources of machines and containers of some providers: what those are connected for.

    One query for all, when the first is asked.
    """

    def __init__(self, providers: Iterable[Provider]) -> None:
        self._providers = {provider.pk: provider for provider in providers}
        for provider in self._providers.values():
            vars(provider)["sources_lookup"] = self

    @cached_property
    def _by_provider(self) -> dict[int, list[Source]]:
        sources = Source.objects.filter(resource__in=OBSERVED, provider__in=self._providers)
        found: dict[int, list[Source]] = {pk: [] for pk in self._providers}
        for source in sources.order_by("pk"):
            source.provider = self._providers[source.provider_id]
            found[source.provider_id].append(source)
        return found

    def of(self, provider: Provider) -> list[Source]:
        return self._by_provider[provider.pk]


def provider_list(*, user: Any) -> list[Provider]:
    """All of ``user``'s providers by name; one look at their sources serves all of them."""
    providers = list(access.visible_providers(user).order_by("name", "pk"))
    MainSources(providers)
    for provider in providers:
        vars(provider)["peers"] = providers
    return providers


def provider_get(*, user: Any, public_id: str) -> Provider | None:
    """The provider with this public id, if ``user`` may see it."""
    if not access.is_public_id(public_id):
        return None
    return access.visible_providers(user).filter(public_id=public_id).first()


def providers_get(*, user: Any, public_ids: Collection[str]) -> dict[str, Provider]:
    """As ``provider_get`` for many, by their public ids and in one query."""
    possible = [value for value in public_ids if access.is_public_id(value)]
    found = list(access.visible_providers(user).filter(public_id__in=possible))
    MainSources(found)
    return {str(provider.public_id): provider for provider in found}


def main_sources_of(provider: Provider) -> list[Source]:
    """The provider's sources of machines or containers, one a region of each."""
    lookup: MainSources | None = vars(provider).get("sources_lookup")
    return (lookup or MainSources([provider])).of(provider)


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
    unreachable = {
        ProviderErrorCode.UNREACHABLE,
        ProviderErrorCode.TIMEOUT,
        ProviderErrorCode.ADDRESS_NOT_ALLOWED,
    }
    if all(source.error_code in unreachable for source in asked):
        return ProviderStatus.UNREACHABLE
    return ProviderStatus.DEGRADED


def provider_last_error(sources: Sequence[Source]) -> Source | None:
    """The source that failed last among those that are failing now."""
    failing = [source for source in sources if source.failed and source.attempt_started_at]
    return max(failing, key=lambda source: source.attempt_started_at, default=None)  # type: ignore[arg-type,return-value]  # the filter above
