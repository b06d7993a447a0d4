"""Connecting clouds. Input is validated here; whether the cloud answers is status, not an error."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from gateway.core.errors import Conflict, Forbidden, InvalidInput
from gateway.core.names import clean_name
from gateway.core.transactions import in_transaction
from inventory.live.api import (
    REGION_COLUMNS,
    delete_providers,
    delete_rows_of,
    lock_for_deletion,
    lock_provider,
    lock_sources,
    match_sources,
)
from inventory.models import Credentials, Provider
from inventory.providers import (
    CredentialProblem,
    ProviderKind,
    UnknownKind,
    all_kinds,
    get_kind,
)
from inventory.services.provider_accounts import (
    Account,
    changed_account,
    clean_credentials,
    disconnected,
)
from inventory.services.regions import (
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
    chosen = _known_kind(kind, credentials)
    values, stored = clean_credentials(chosen, credentials, by=owner)
    provider = Provider(
        owner=owner,
        name=clean_name(name, longest=LONGEST_NAME),
        kind_slug=chosen.slug,
        driver=chosen.variant,
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
    ``by``: the user who changes it; None: a caller that may not refer to secrets of the gateway.
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
    account = changed_account(provider, credentials, regions, by=by)
    is_changed = bool(settings_given) or account is not None
    _store_update(provider, settings_given, account, stays_demo=demo or not is_changed)
    return provider


@in_transaction
def _store_update(
    provider: Provider,
    given: Mapping[str, Any],
    account: Account | None,
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
        raise disconnected()
    if with_account:
        lock_sources(provider.sources.all())
    return locked


def provider_disconnect(*, provider: Provider) -> None:
    """Delete a provider with its credentials and its rows. Its jobs stay, and what is known of
    earlier: it is forgotten after CHANGES_KEPT_DAYS.
    """
    delete_rows_of(provider.sources.all())
    _delete(provider.pk)


@in_transaction
def _delete(provider_id: int) -> None:
    delete_providers(Provider.objects.filter(pk=provider_id))


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


def _known_kind(slug: str, credentials: Mapping[str, str]) -> ProviderKind:
    """The kind, or of one with a choice of drivers the kind of the driver that is named."""
    try:
        return get_kind(slug).chosen_by(credentials)
    except CredentialProblem as problem:
        raise InvalidInput(f"{problem.field}: {problem.message}", field="credentials") from None
    except UnknownKind:
        known = ", ".join(kind.slug for kind in all_kinds())
        message = f"There is no kind {slug!r}. Kinds: {known}."
        raise InvalidInput(message, field="kind") from None


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
