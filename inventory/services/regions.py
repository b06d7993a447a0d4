"""Which regions of an account are asked: those that were named, or all that it may use."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from gateway.core.errors import InvalidInput
from inventory.live.resources import resources_of
from inventory.models import Provider, Source
from inventory.providers import (
    CredentialProblem,
    ProviderError,
    ProviderKind,
    discover_regions,
)

log = logging.getLogger(__name__)

MOST_REGIONS = 100  # each is asked at once, by every live list
# Asking for the regions is a part of connecting, which answers although the cloud does not.
DISCOVERY_SECONDS = 3.0


def clean_regions(
    kind: ProviderKind, regions: Sequence[str] | None, credentials: Mapping[str, Any]
) -> list[str]:
    """The regions to connect. ``["all"]``: what the account says, else all that the kind knows.

    Raises InvalidInput.
    """
    try:
        chosen = kind.clean_regions(regions, credentials)
    except CredentialProblem as problem:
        raise InvalidInput(problem.message, field="regions") from None
    if kind.wants_every_region(regions):
        chosen = _discovered(kind, credentials) or chosen
    if len(chosen) > MOST_REGIONS:
        message = f"A provider has at most {MOST_REGIONS} regions, not {len(chosen)}."
        raise InvalidInput(message, field="regions")
    return chosen


def regions_rediscover(*, provider: Provider, credentials: Mapping[str, Any]) -> None:
    """For a provider of all regions: connect those that the account may use by now, drop others."""
    found = _discovered(provider.kind, credentials) if provider.every_region else None
    if found and found != provider.regions:
        provider.regions = found[:MOST_REGIONS]
        provider.save()
        match_sources(provider)


def match_sources(provider: Provider) -> None:
    """A source for each region and what its kind can list; those of others go with their rows."""
    provider.sources.exclude(region__in=provider.regions).delete()
    Source.objects.bulk_create(
        [
            Source(provider=provider, region=region, resource=resource)
            for region in provider.regions
            for resource in resources_of(provider.kind)
        ],
        ignore_conflicts=True,
    )


def _discovered(kind: ProviderKind, credentials: Mapping[str, Any]) -> list[str] | None:
    """None: it cannot be known now, so what is known has to do."""
    try:
        return discover_regions(kind, credentials, DISCOVERY_SECONDS)
    except ProviderError as error:
        log.info("The regions of an account of kind %s are not told: %s", kind.slug, error.code)
        return None
