"""Connecting clouds. Input is validated here; whether the cloud answers is status, not an error."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from gateway.core import references
from gateway.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from gateway.core.names import clean_name
from gateway.core.transactions import in_transaction
from inventory.live.api import (
    REGION_COLUMNS,
    add_region_set,
    check_provider,
    close_breakers,
    delete_rows_of,
    forget_denied_lists,
    lock_for_deletion,
    lock_provider,
    lock_sources,
    mark_dirty,
    match_sources,
)
from inventory.models import Credentials, Provider, ProviderCheck
from inventory.models.source import SourceResource
from inventory.providers import (
    CredentialProblem,
    ProviderKind,
    UnknownKind,
    all_kinds,
    get_kind,
)
from inventory.services.regions import (
    Discovery,
    clean_regions,
    discover,
    include_listed_regions,
    name_regions,
    store_discovery,
)
from inventory.services.simulated import check_simulated, lock_simulating_owner

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
    trust_listing: bool | None = None,
    demo: bool = False,
) -> Provider:
    """Connect an account. When this returns, its sources exist and can be asked.

    The demo ends with it, unless DEMO=1 keeps the demo. ``demo``: the account is part of the demo.
    """
    chosen = _known_kind(kind)
    values, stored = _clean_credentials(chosen, credentials, by=owner)
    provider = Provider(
        owner=owner,
        name=clean_name(name, longest=LONGEST_NAME),
        kind_slug=chosen.slug,
        every_region=chosen.wants_every_region(regions),
        deadline_ms=_clean_deadline(deadline_ms),
        trust_listing=bool(trust_listing),
        demo=demo,
    )
    cleaned = clean_regions(chosen, regions, values)
    discovery = discover(chosen, values, owner.pk) if provider.every_region else None
    if provider.every_region:
        include_listed_regions(provider, discovery, otherwise=cleaned)
    else:
        name_regions(provider, cleaned)
    with transaction.atomic():
        lock_simulating_owner(provider)
        _save(provider)
        Credentials.objects.create(provider=provider, values=stored)
        match_sources(provider)
        check_simulated(provider)
        store_discovery(provider, discovery)
        if not (demo or settings.DEMO_KEPT):
            demo_disconnect()
    return provider


def provider_update(
    *,
    provider: Provider,
    name: str | None = None,
    credentials: Mapping[str, str] | None = None,
    regions: Sequence[str] | None = None,
    deadline_ms: int | None = None,
    trust_listing: bool | None = None,
    by: Any = None,
    demo: bool = False,
) -> Provider:
    """Change what is given, and nothing else.

    Credentials named here replace, the others stay; with others, everything is asked anew.
    ``["all"]`` adds the regions that the account may use, and removes none.
    ``trust_listing``: raises Forbidden unless ``by`` is the owner or a superuser.
    ``by``: who changes it; None: nobody who may refer to secrets of the gateway's.
    ``demo``: the demo itself changes it; else a provider of the demo is its user's from then on.
    """
    if regions is not None and not regions:
        raise InvalidInput("Name at least one region.", field="regions")
    given = {
        "name": None if name is None else clean_name(name, longest=LONGEST_NAME),
        "deadline_ms": _clean_deadline(deadline_ms),
        "trust_listing": _trust_by_owner(provider, trust_listing, by=by),
    }
    settings_given = {column: value for column, value in given.items() if value is not None}
    account = _changed_account(provider, credentials, regions, by=by)
    is_changed = bool(settings_given) or account is not None
    _store_update(provider, settings_given, account, stays_demo=demo or not is_changed)
    return provider


@in_transaction
def _store_update(
    provider: Provider,
    given: Mapping[str, Any],
    account: "_Account | None",
    *,
    stays_demo: bool,
) -> None:
    """Write the columns that are ``given``, and the account.

    Raises Conflict, and NotFound if the provider was disconnected meanwhile.
    """
    locked = _lock_for_update(provider, with_account=account is not None)
    for column in (*REGION_COLUMNS, "every_region"):
        setattr(provider, column, getattr(locked, column))
    provider.demo = locked.demo and stays_demo
    for column, value in given.items():
        setattr(provider, column, value)
    if account is not None:
        account.set_regions(provider)
    _save(provider)
    if account is not None:
        account.store(provider)
        check_simulated(provider)


def _lock_for_update(provider: Provider, *, with_account: bool) -> Provider:
    """Lock the rows that an update changes; returns the provider as it is. Raises NotFound."""
    if with_account:
        lock_simulating_owner(provider)
    locked = lock_provider(provider.pk)
    if locked is None:
        raise _disconnected()
    if with_account:
        lock_sources(provider.sources.all())
    return locked


@dataclass(frozen=True, slots=True)
class _Account:
    """Credentials and regions as an update leaves them.

    ``stored``: the credentials; None: they stay. ``regions``: as they are given; None: they stay.
    ``named``: empty for ``["all"]``.
    """

    stored: dict[str, Any] | None = field(repr=False)
    regions: Sequence[str] | None
    named: list[str]
    discovery: Discovery | None

    def set_regions(self, provider: Provider) -> None:
        """``["all"]`` keeps the provider's regions, and adds those that are listed."""
        if self.regions is None:
            return
        provider.every_region = provider.kind.wants_every_region(self.regions)
        if not provider.every_region:
            name_regions(provider, self.named)
            return
        if self.discovery is None:
            provider.regions = []  # those that the kind knows are all that there are
        include_listed_regions(provider, self.discovery, otherwise=self.named)

    def store(self, provider: Provider) -> None:
        """Write the sources and the credentials. The provider is locked, and saved."""
        if self.regions is not None:
            match_sources(provider)
            store_discovery(provider, self.discovery)
        if self.stored is not None:
            _replace_credentials(provider, self.stored)


def _changed_account(
    provider: Provider,
    credentials: Mapping[str, str] | None,
    regions: Sequence[str] | None,
    *,
    by: Any,
) -> _Account | None:
    """None: neither credentials nor regions are to change. Raises InvalidInput and NotFound."""
    if not credentials and regions is None:
        return None
    kind, row = provider.kind, Credentials.objects.filter(provider=provider).first()
    if row is None:
        raise _disconnected()
    before = _as_given(row.values)
    values, stored = _clean_credentials(kind, credentials or {}, by=by, before=before)
    # Named regions that stay are checked too: without its endpoint a private region is unknown.
    # Those that the cloud listed are not: it may list a region that the kind does not know.
    chosen = provider.named_regions if regions is None else regions
    named = clean_regions(kind, chosen, values)
    every_region = kind.wants_every_region(regions)
    discovery = discover(kind, values, provider.owner_id) if every_region else None
    return _Account(stored if credentials else None, regions, named, discovery)


def _replace_credentials(provider: Provider, stored: Mapping[str, Any]) -> None:
    """What was found by other credentials says nothing of these: everything is asked anew."""
    Credentials.objects.filter(provider=provider).update(values=stored)
    ProviderCheck.objects.filter(provider=provider).delete()
    mark_dirty(provider.sources.all())
    close_breakers(provider.sources.all())
    forget_denied_lists(provider)


def provider_check(*, provider: Provider) -> Provider:
    """List the regions anew, ask each for its lists and what the account may do; keep the report.

    The outcome is the provider's status too.
    """
    began, checked_at = time.monotonic(), timezone.now()
    forget_denied_lists(provider)
    _prepare_check(provider.pk)
    findings = check_provider(provider)
    duration_ms = round((time.monotonic() - began) * 1000)
    error = findings.regions_error
    report = {
        "checked_at": checked_at,
        "duration_ms": duration_ms,
        "regions": [region.as_json() for region in findings.regions],
        "regions_error": error and asdict(error),
    }
    _store_check(provider.pk, report)
    return provider


@in_transaction
def _prepare_check(provider_id: int) -> None:
    provider = lock_provider(provider_id)
    if provider is None:
        return
    add_region_set(provider)  # where the provider is older than the source
    close_breakers(provider.sources.all())
    mark_dirty(provider.sources.filter(resource=SourceResource.REGIONS))


@in_transaction
def _store_check(provider_id: int, report: Mapping[str, Any]) -> None:
    """Store nothing if the provider was disconnected meanwhile."""
    if lock_provider(provider_id) is not None:
        ProviderCheck.objects.update_or_create(provider_id=provider_id, defaults=report)


def provider_disconnect(*, provider: Provider) -> None:
    """Delete a provider with its credentials and its rows. Its jobs stay."""
    delete_rows_of(provider.sources.all())
    _delete(provider.pk)


@in_transaction
def _delete(provider_id: int) -> None:
    lock_for_deletion(Provider.objects.filter(pk=provider_id)).delete()


@in_transaction
def demo_disconnect() -> int:
    """Disconnect the providers that the demo created, without those that a user has changed or
    shared; returns their number.
    """
    found = lock_for_deletion(Provider.objects.filter(demo=True)).filter(demo=True)
    count = found.count()
    found.delete()
    return count


def _trust_by_owner(provider: Provider, trust: bool | None, *, by: Any) -> bool | None:
    """Raises Forbidden unless ``by`` is the owner, who knows the account, or a superuser."""
    is_owner = by is not None and by.pk == provider.owner_id
    if trust is None or is_owner or getattr(by, "is_superuser", False):
        return trust
    raise Forbidden("Only the provider's owner can vouch for its lists with trustListing.")


def _disconnected() -> NotFound:
    return NotFound("The provider was disconnected.", field="id")


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

    New references are for superusers: they read what is the gateway's. So is every change of
    credentials that have an identity of the gateway's own: another role could be assumed with it.
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
    borrows = any(values.get(field.name) for field in kind.credentials if field.borrows)
    if borrows and given and not getattr(by, "is_superuser", False):
        message = "Only superusers may enter credentials with an identity of the gateway's own."
        raise InvalidInput(message, field="credentials")
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
