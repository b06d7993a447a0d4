"""Checks a provider, and keeps the report."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.utils import timezone

from gateway.core.transactions import in_transaction
from inventory.live.api import (
    add_region_set,
    check_provider,
    close_own_breakers,
    forget_denied_lists,
    lock_provider,
    mark_dirty,
)
from inventory.models import Provider, ProviderCheck
from inventory.models.source import SourceResource


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
    close_own_breakers(provider.sources.all())
    mark_dirty(provider.sources.filter(resource=SourceResource.REGIONS))


@in_transaction
def _store_check(provider_id: int, report: Mapping[str, Any]) -> None:
    """Store nothing if the provider was disconnected meanwhile."""
    if lock_provider(provider_id) is not None:
        ProviderCheck.objects.update_or_create(provider_id=provider_id, defaults=report)
