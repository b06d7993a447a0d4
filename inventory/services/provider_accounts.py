"""The credentials and regions of a provider, as a connection or an update gives them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from gateway.core import references
from gateway.core.errors import InvalidInput, NotFound
from inventory.live.api import close_breakers, forget_denied_lists, mark_dirty, match_sources
from inventory.models import Credentials, Provider, ProviderCheck
from inventory.providers import CredentialProblem, ProviderKind
from inventory.services.regions import (
    Discovery,
    clean_regions,
    discover,
    include_listed_regions,
    name_regions,
    store_discovery,
)

EMPTY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Account:
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


def changed_account(
    provider: Provider,
    credentials: Mapping[str, str] | None,
    regions: Sequence[str] | None,
    *,
    by: Any,
) -> Account | None:
    """None: neither credentials nor regions are to change. Raises InvalidInput and NotFound."""
    if not credentials and regions is None:
        return None
    kind, row = provider.kind, Credentials.objects.filter(provider=provider).first()
    if row is None:
        raise disconnected()
    before = _as_given(row.values)
    values, stored = clean_credentials(kind, credentials or {}, by=by, before=before)
    # Named regions that stay are checked too: without its endpoint a private region is unknown.
    # Those that the cloud listed are not: it may list a region that the kind does not know.
    chosen = provider.named_regions if regions is None else regions
    named = clean_regions(kind, chosen, values)
    every_region = kind.wants_every_region(regions)
    discovery = discover(kind, values, provider.owner_id) if every_region else None
    return Account(stored if credentials else None, regions, named, discovery)


def _replace_credentials(provider: Provider, stored: Mapping[str, Any]) -> None:
    """Discards the findings of earlier credentials: everything is asked anew."""
    Credentials.objects.filter(provider=provider).update(values=stored)
    ProviderCheck.objects.filter(provider=provider).delete()
    mark_dirty(provider.sources.all())
    close_breakers(provider.sources.all())
    forget_denied_lists(provider)


def clean_credentials(
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
    borrows = any(values.get(one.name) for one in kind.credentials if one.borrows)
    if borrows and given and not getattr(by, "is_superuser", False):
        message = "Only superusers may enter credentials with an identity of the gateway's own."
        raise InvalidInput(message, field="credentials")
    kept = {name: value.strip() for name, value in whole.items() if references.is_reference(value)}
    return values, {**values, **kept}


def _as_given(values: Mapping[str, Any]) -> dict[str, str]:
    """Stored credentials as a caller would give them: strings, without those that are not set."""
    return {name: str(value) for name, value in values.items() if value not in (None, "")}


def disconnected() -> NotFound:
    return NotFound("The provider was disconnected.", field="id")
