"""Stored providers, and how they are doing."""

from collections.abc import Collection, Iterable
from functools import cached_property
from itertools import chain
from typing import Any

from inventory import access
from inventory.live.api import Health, Report, health_of, main_resources_of
from inventory.models import PriceBook, Provider, ProviderCheck, Source
from inventory.models.source import SourceResource


class MainSources:
    """The main sources of some providers: the resources that each is connected for, and the set of
    regions.

    One query for all, at the first access; and another one for their latest checks.
    """

    def __init__(self, providers: Iterable[Provider]) -> None:
        self._providers = {provider.pk: provider for provider in providers}
        for provider in self._providers.values():
            vars(provider)["sources_lookup"] = self

    @cached_property
    def _by_provider(self) -> dict[int, list[Source]]:
        main = {pk: main_resources_of(one.kind) for pk, one in self._providers.items()}
        wanted = {SourceResource.REGIONS, *chain.from_iterable(main.values())}
        sources = Source.objects.filter(resource__in=wanted, provider__in=self._providers)
        found: dict[int, list[Source]] = {pk: [] for pk in self._providers}
        for source in sources.order_by("pk"):
            if source.is_region_set or source.resource in main[source.provider_id]:
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
    """Like ``provider_get`` for many, by their public ids and in one query."""
    possible = [value for value in public_ids if access.is_public_id(value)]
    found = list(access.visible_providers(user).filter(public_id__in=possible))
    MainSources(found)
    return {str(provider.public_id): provider for provider in found}


def price_books_of(providers: Collection[Provider]) -> dict[int, PriceBook | None]:
    """The price book of each by its primary key, None where it has none; one query for all."""
    found = PriceBook.objects.filter(provider__in=providers).select_related("set_by")
    books = {book.provider_id: book for book in found}
    return {provider.pk: books.get(provider.pk) for provider in providers}


def unreachable_providers(*, user: Any, public_ids: Collection[str]) -> set[str]:
    """Those of ``public_ids`` whose providers exist and that ``user`` may not see."""
    possible = [value for value in public_ids if access.is_public_id(value)]
    seen = access.visible_providers(user).values("pk")
    hidden = Provider.objects.filter(public_id__in=possible).exclude(pk__in=seen)
    return {str(public_id) for public_id in hidden.values_list("public_id", flat=True)}


def main_sources_of(provider: Provider) -> list[Source]:
    """The provider's sources of machines or containers in each region, and its set of regions."""
    return _lookup(provider).of(provider)


def provider_check_report(provider: Provider) -> Report | None:
    """The report of its latest check; None: it was not checked since its credentials changed."""
    row = _lookup(provider).check_of(provider)
    return None if row is None else Report.of(row)


def _lookup(provider: Provider) -> MainSources:
    lookup: MainSources | None = vars(provider).get("sources_lookup")
    return lookup or MainSources([provider])


def provider_health(provider: Provider) -> Health:
    """How it is doing, by the latest answer of each of its main sources."""
    return health_of(main_sources_of(provider))
