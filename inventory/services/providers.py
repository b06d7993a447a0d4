"""Connecting clouds. Input is validated here; whether the cloud answers is status, not an error."""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from gateway.core import references
from gateway.core.crypto import DecryptionError
from gateway.core.errors import Conflict, InvalidInput
from gateway.core.names import clean_name
from inventory.live.checkup import check_regions
from inventory.live.store import close_breakers, mark_dirty
from inventory.models import Credentials, Provider, ProviderCheck
from inventory.providers import (
    CredentialProblem,
    ProviderKind,
    UnknownKind,
    all_kinds,
    get_kind,
)
from inventory.providers.kind import EVERY_REGION
from inventory.services.regions import clean_regions, match_sources, regions_rediscover

SHORTEST_DEADLINE_MS = 100
LONGEST_DEADLINE_MS = 120_000
LONGEST_NAME = 100
EMPTY: Mapping[str, str] = MappingProxyType({})


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
    values, stored = _clean_credentials(chosen, credentials, by=owner)
    provider = Provider(
        owner=owner,
        name=clean_name(name, longest=LONGEST_NAME),
        kind_slug=chosen.slug,
        regions=clean_regions(chosen, regions, values),
        every_region=chosen.wants_every_region(regions),
        deadline_ms=_clean_deadline(deadline_ms),
    )
    with transaction.atomic():
        _save(provider)
        Credentials.objects.create(provider=provider, values=stored)
        match_sources(provider)
    return provider


def provider_update(
    *,
    provider: Provider,
    name: str | None = None,
    credentials: Mapping[str, str] | None = None,
    regions: Sequence[str] | None = None,
    deadline_ms: int | None = None,
    by: Any = None,
) -> Provider:
    """Change what is given. Credentials named here replace, the others stay; all is asked anew.

    ``by``: who changes it; None: nobody who may refer to secrets of the gateway's.
    """
    row = Credentials.objects.get(provider=provider)
    values, stored = _clean_credentials(
        provider.kind, credentials or {}, by=by, before=_as_given(row.values)
    )
    if regions is not None and not regions:
        raise InvalidInput("Name at least one region.", field="regions")
    if name is not None:
        provider.name = clean_name(name, longest=LONGEST_NAME)
    if regions is None:
        # Those that stay are checked too: without its endpoint a private region is unknown.
        regions = [EVERY_REGION] if provider.every_region else provider.regions
    provider.regions = clean_regions(provider.kind, regions, values)
    provider.every_region = provider.kind.wants_every_region(regions)
    if deadline_ms is not None:
        provider.deadline_ms = _clean_deadline(deadline_ms)
    with transaction.atomic():
        _save(provider)
        row.values = stored
        row.save()
        if credentials:  # what was found of others says nothing of these
            ProviderCheck.objects.filter(provider=provider).delete()
        match_sources(provider)
        mark_dirty(provider.sources.all())
        close_breakers(provider.sources.all())
    return provider


def provider_check(*, provider: Provider) -> Provider:
    """Ask every region now, for its lists and what the account may do there; keep the report.

    The outcome is the provider's status too.
    """
    began, checked_at = time.monotonic(), timezone.now()
    if provider.every_region:
        _rediscover(provider)
    close_breakers(provider.sources.all())
    regions = [region.as_json() for region in check_regions(provider)]
    duration_ms = round((time.monotonic() - began) * 1000)
    with suppress(IntegrityError), transaction.atomic():  # it may have been disconnected meanwhile
        ProviderCheck.objects.update_or_create(
            provider=provider,
            defaults={"checked_at": checked_at, "duration_ms": duration_ms, "regions": regions},
        )
    return provider


def provider_disconnect(*, provider: Provider) -> None:
    """Forget an account, its credentials and its rows. Its jobs stay."""
    provider.delete()


def _rediscover(provider: Provider) -> None:
    """Credentials that cannot be opened are told by the listing that follows."""
    with suppress(DecryptionError, references.ReferenceRefused):
        values = references.resolve(Credentials.objects.get(provider=provider).values)
        regions_rediscover(provider=provider, credentials=values)


def _known_kind(slug: str) -> ProviderKind:
    try:
        return get_kind(slug)
    except UnknownKind:
        known = ", ".join(kind.slug for kind in all_kinds())
        message = f"There is no kind {slug!r}. Kinds: {known}."
        raise InvalidInput(message, field="kind") from None


def _clean_credentials(
    kind: ProviderKind, given: Mapping[str, str], *, by: Any, before: Mapping[str, str] = EMPTY
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values as a cloud gets them, and as they are stored: references unread.

    New references are for superusers: they read what is the gateway's.
    """
    if any(map(references.is_reference, given.values())) and not getattr(by, "is_superuser", False):
        message = "Only superusers may refer to the gateway's environment or files."
        raise InvalidInput(message, field="credentials")
    whole = {**before, **given}
    try:
        values = kind.clean_credentials(references.resolve(whole))
    except references.ReferenceRefused as refused:
        raise InvalidInput(str(refused), field="credentials") from None
    except CredentialProblem as problem:
        raise InvalidInput(f"{problem.field}: {problem.message}", field="credentials") from None
    kept = {name: value.strip() for name, value in whole.items() if references.is_reference(value)}
    return values, {**values, **kept}


def _as_given(values: Mapping[str, Any]) -> dict[str, str]:
    """Stored credentials as a caller would give them: strings, nothing for what is not set."""
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


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
