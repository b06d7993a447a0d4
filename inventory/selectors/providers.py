"""Stored providers, and how they are doing."""

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Any

from inventory import access
from inventory.live.report import Report
from inventory.live.resources import OBSERVED
from inventory.models import Provider, ProviderCheck, Source
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

    One query for all, when the first is asked; and another one for their latest checks.
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

    @cached_property
    def _checks(self) -> dict[int, ProviderCheck]:
        checks = ProviderCheck.objects.filter(provider__in=self._providers)
        return {check.provider_id: check for check in checks}

    def of(self, provider: Provider) -> list[Source]:
        return self._by_provider[provider.pk]

    def check_of(self, provider: Provider) -> ProviderCheck | None:
        return self._checks.get(provider.pk)


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
    return _lookup(provider).of(provider)


def provider_check_report(provider: Provider) -> Report | None:
    """What its latest check found; None: it was not checked since its credentials changed."""
    row = _lookup(provider).check_of(provider)
    return None if row is None else Report.of(row)


def _lookup(provider: Provider) -> MainSources:
    lookup: MainSources | None = vars(provider).get("sources_lookup")
    return lookup or MainSources([provider])


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
