"""Questions to one source whose answers are never stored: asked each time, within its deadline."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from inventory.live.asking import failed_by
from inventory.live.bounds import unusable_reason
from inventory.live.receipts import Receipt, receipt_of
from inventory.live.resources import StoredResource
from inventory.live.simultaneous import call_each
from inventory.models import Source
from inventory.providers import Cloud, ProviderError


@dataclass(frozen=True, slots=True)
class Answer:
    """``value``: None if it failed, for which there is an ``error`` then."""

    value: Any
    receipt: Receipt
    error: ProviderError | None = None


def ask_source(source: Source, question: Callable[[Cloud], Any]) -> Answer:
    """Ask the cloud behind ``source`` now. Never raises for a cloud's fault.

    See ``inventory.live.asking`` for when it is not asked.
    """
    found = call_each([source], question)[source.pk]
    if isinstance(found, ProviderError):
        return _failed(source, found)
    return Answer(found, _receipt(source))


def _receipt(source: Source) -> Receipt:
    """The receipt of an answered question about one object; the source's list may be incomplete."""
    seen = copy.copy(source)
    seen.error_code, seen.error_message, seen.retry_at = "", "", None
    seen.fetched_at, seen.count = timezone.now(), None
    return receipt_of(seen, asked=True, of_one=True)


def receipt_without(source: Source, resource: StoredResource, unusable: Sequence[Any]) -> Receipt:
    """The receipt of an answered question, if the ``unusable`` records cannot be shown."""
    seen = copy.copy(source)
    seen.error_code, seen.error_message, seen.retry_at = "", "", None
    seen.fetched_at, seen.count = timezone.now(), None
    seen.unusable, seen.unusable_reason = len(unusable), unusable_reason(resource.model, unusable)
    return receipt_of(seen, asked=True, of_one=True)


def receipt_of_failure(source: Source, error: ProviderError) -> Receipt:
    """The receipt of an answered question, a part of which failed."""
    return _failed(source, error).receipt


def _failed(source: Source, error: ProviderError) -> Answer:
    seen = failed_by(source, error)
    seen.fetched_at = None  # nothing is stored of it
    return Answer(None, receipt_of(seen, asked=True), error)
