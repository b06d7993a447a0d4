"""Which regions of an account are asked: those that are named, or all that its cloud lists."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from gateway.core.asked_for import asking_for
from gateway.core.errors import InvalidInput
from inventory.live.api import (
    MOST_REGIONS,
    Failure,
    list_regions,
    note_list,
    store_failure,
    store_success,
    unusable,
    usable_names,
)
from inventory.models import Provider
from inventory.models.source import SourceResource
from inventory.providers import (
    Capability,
    CredentialProblem,
    ProviderError,
    ProviderKind,
    connect,
)

log = logging.getLogger(__name__)

# Listing the regions is a part of connecting, which answers although the cloud does not.
DISCOVERY_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Discovery:
    """One attempt to list the regions of an account, and why it is not complete."""

    started_at: datetime
    names: tuple[str, ...] = ()
    error: ProviderError | Failure | None = None


def clean_regions(
    kind: ProviderKind, regions: Sequence[str] | None, credentials: Mapping[str, Any]
) -> list[str]:
    """The regions that are named, the kind's default ones, or for ``["all"]`` those it knows.

    No cloud is asked. Raises InvalidInput.
    """
    try:
        chosen = kind.clean_regions(regions, credentials)
    except CredentialProblem as problem:
        raise InvalidInput(problem.message, field="regions") from None
    return within_limit(chosen)


def name_regions(provider: Provider, regions: Sequence[str]) -> None:
    """Set the regions that the user named. The provider is not saved."""
    provider.regions, provider.named_regions = list(regions), list(regions)
    provider.assumed_regions, provider.unlisted_regions = [], {}


def include_listed_regions(
    provider: Provider, discovery: Discovery | None, *, otherwise: Sequence[str]
) -> None:
    """Add the regions that the cloud lists, and remove none. The provider is not saved.

    ``otherwise``: the regions that are assumed if the provider has none yet and none were listed.
    ``discovery``: None for a kind whose set of regions is known.
    """
    listed = () if discovery is None else discovery.names
    assumed = [] if provider.regions or listed else list(otherwise)
    provider.regions = list(dict.fromkeys([*provider.regions, *listed, *assumed]))
    if discovery is not None:
        provider.assumed_regions = [*provider.assumed_regions, *assumed]
        if listed:
            note_list(provider, listed, at=discovery.started_at)


def within_limit(regions: list[str]) -> list[str]:
    """The same regions. Raises InvalidInput when they are too many."""
    if len(regions) > MOST_REGIONS:
        message = f"A provider has at most {MOST_REGIONS} regions, not {len(regions)}."
        raise InvalidInput(message, field="regions")
    return regions


def discover(kind: ProviderKind, credentials: Mapping[str, Any], owner_id: int) -> Discovery | None:
    """Ask the cloud which regions the account may use; None: this kind of cloud has no such list.

    ``owner_id``: whose account it is.

    Never raises for a cloud's fault. Raises InvalidInput for more regions than a provider may have.
    """
    if Capability.LIST_REGIONS not in kind.capabilities:
        return None
    started_at = timezone.now()
    try:
        region = kind.default_regions[0]
        with (
            asking_for(owner_id),
            connect(kind, credentials, region, DISCOVERY_SECONDS) as cloud,
        ):
            names = list_regions(cloud)
    except ProviderError as error:
        log.info("The regions of an account of kind %s are not known: %s", kind.slug, error.code)
        return Discovery(started_at, error=error)
    return Discovery(started_at, tuple(within_limit(usable_names(names))), unusable(names))


def store_discovery(provider: Provider, discovery: Discovery | None) -> None:
    """Write the receipt of the provider's set of regions. Those that were listed are connected."""
    if discovery is None:
        return
    source = provider.sources.get(resource=SourceResource.REGIONS)
    if discovery.error is not None:
        store_failure(source.pk, discovery.error, started_at=discovery.started_at)
    else:
        store_success(source, len(discovery.names), started_at=discovery.started_at)
