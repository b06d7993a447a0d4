"""Connecting clouds. Input is validated here; whether the cloud answers is status, not an error."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from gateway.core.errors import Conflict, InvalidInput
from inventory.live.refresh import Ask, refresh
from inventory.live.store import close_breakers, mark_dirty
from inventory.models import Credentials, Provider, Source
from inventory.models.source import SourceResource
from inventory.providers import (
    CredentialProblem,
    ProviderKind,
    UnknownKind,
    all_kinds,
    get_kind,
)
from inventory.services.names import clean_name

SHORTEST_DEADLINE_MS = 100
LONGEST_DEADLINE_MS = 120_000
LONGEST_NAME = 100
MOST_REGIONS = 100  # each is asked at once, by every live list


def provider_connect(
    *,
    owner: Any,
    kind: str,
    name: str,
    credentials: Mapping[str, str],
    regions: Sequence[str] | None = None,
    deadline_ms: int | None = None,
) -> Provider:
    """Connect an account. When this returns, its sources exist and can be asked."""
    chosen = _known_kind(kind)
    values = _clean_credentials(chosen, credentials)
    provider = Provider(
        owner=owner,
        name=clean_name(name, longest=LONGEST_NAME),
        kind_slug=chosen.slug,
        regions=_clean_regions(chosen, regions, values),
        deadline_ms=_clean_deadline(deadline_ms),
    )
    with transaction.atomic():
        _save(provider)
        Credentials.objects.create(provider=provider, values=values)
        _match_sources(provider)
    return provider


def provider_update(
    *,
    provider: Provider,
    name: str | None = None,
    credentials: Mapping[str, str] | None = None,
    regions: Sequence[str] | None = None,
    deadline_ms: int | None = None,
) -> Provider:
    """Change what is given. Credentials named here replace, the others stay; all is asked anew."""
    stored = Credentials.objects.get(provider=provider)
    values = _clean_credentials(provider.kind, {**_as_given(stored.values), **(credentials or {})})
    if regions is not None and not regions:
        raise InvalidInput("Name at least one region.", field="regions")
    if name is not None:
        provider.name = clean_name(name, longest=LONGEST_NAME)
    # The regions that stay are checked too: without its endpoint a private region is unknown.
    provider.regions = _clean_regions(
        provider.kind, provider.regions if regions is None else regions, values
    )
    if deadline_ms is not None:
        provider.deadline_ms = _clean_deadline(deadline_ms)
    with transaction.atomic():
        _save(provider)
        stored.values = values
        stored.save()
        _match_sources(provider)
        mark_dirty(provider.sources.all())
        close_breakers(provider.sources.all())
    return provider


def provider_check(*, provider: Provider) -> Provider:
    """Ask every region for its machines now; the outcome is the provider's status."""
    sources = provider.sources.filter(resource=SourceResource.VIRTUAL_MACHINES)
    close_breakers(sources)
    refresh(Ask(source, max_age=0) for source in sources.select_related("provider"))
    return provider


def provider_disconnect(*, provider: Provider) -> None:
    """Forget an account, its credentials and its rows. Its jobs stay."""
    provider.delete()


def _known_kind(slug: str) -> ProviderKind:
    try:
        return get_kind(slug)
    except UnknownKind:
        known = ", ".join(kind.slug for kind in all_kinds())
        message = f"There is no kind {slug!r}. Kinds: {known}."
        raise InvalidInput(message, field="kind") from None


def _clean_credentials(kind: ProviderKind, given: Mapping[str, str]) -> dict[str, str]:
    try:
        return kind.clean_credentials(given)
    except CredentialProblem as problem:
        raise InvalidInput(f"{problem.field}: {problem.message}", field="credentials") from None


def _as_given(values: Mapping[str, Any]) -> dict[str, str]:
    """Stored credentials as a caller would give them: strings, nothing for what is not set."""
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


def _clean_regions(
    kind: ProviderKind, regions: Sequence[str] | None, credentials: Mapping[str, str]
) -> list[str]:
    try:
        chosen = kind.clean_regions(regions, credentials)
    except CredentialProblem as problem:
        raise InvalidInput(problem.message, field="regions") from None
    if len(chosen) > MOST_REGIONS:
        message = f"A provider has at most {MOST_REGIONS} regions, not {len(chosen)}."
        raise InvalidInput(message, field="regions")
    return chosen


def _clean_deadline(deadline_ms: int | None) -> int | None:
    if deadline_ms is None or SHORTEST_DEADLINE_MS <= deadline_ms <= LONGEST_DEADLINE_MS:
        return deadline_ms
    raise InvalidInput(
        f"deadlineMs must be between {SHORTEST_DEADLINE_MS} and {LONGEST_DEADLINE_MS}.",
        field="deadlineMs",
    )


def _save(provider: Provider) -> None:
    """Raises Conflict for a taken name: the database decides, so no two can both be first."""
    try:
        with transaction.atomic():
            provider.save()
    except IntegrityError:
        message = f"You have a provider named {provider.name!r} already."
        raise Conflict(message, field="name") from None


def _match_sources(provider: Provider) -> None:
    """A source for each region and resource; those of dropped regions go with their rows."""
    provider.sources.exclude(region__in=provider.regions).delete()
    Source.objects.bulk_create(
        [
            Source(provider=provider, region=region, resource=resource)
            for region in provider.regions
            for resource in SourceResource
        ],
        ignore_conflicts=True,
    )
