"""Questions to one source whose answers are never stored: asked each time, within its deadline."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from inventory.live.breaker import is_open
from inventory.live.failures import failing_by
from inventory.live.receipts import Receipt, receipt_of
from inventory.live.simultaneous import call_each
from inventory.live.source_state import store_failure
from inventory.models import Source
from inventory.providers import Cloud, ProviderError, ProviderErrorCode


@dataclass(frozen=True, slots=True)
class Answer:
    """``value``: None if it failed, for which there is an ``error`` then."""

    value: Any
    receipt: Receipt
    error: ProviderError | None = None


def ask_source(source: Source, question: Callable[[Cloud], Any]) -> Answer:
    """Ask the cloud behind ``source`` now. Never raises for a cloud's fault.

    A source that is left alone is not asked. A cloud that is asked too often is left alone by the
    lists of the source too, so that failure is stored; others are this question's alone.
    """
    asked_at = timezone.now()
    if is_open(source, asked_at):
        return _failed(source, _known_failure(source))
    found = call_each([source], question)[source.pk]
    if not isinstance(found, ProviderError):
        return Answer(found, _receipt(source))
    if found.code is ProviderErrorCode.RATE_LIMITED:
        stored = store_failure(source.pk, found, started_at=asked_at)
        stored.provider = source.provider
        return Answer(None, receipt_of(stored, asked=True), found)
    return _failed(source, found)


def _known_failure(source: Source) -> ProviderError:
    wait = None if source.retry_at is None else source.retry_at - timezone.now()
    is_clouds = source.error_code in ProviderErrorCode.__members__
    return ProviderError(
        ProviderErrorCode[source.error_code if is_clouds else "PROVIDER_ERROR"],
        source.error_message,
        retry_after=None if wait is None else wait.total_seconds(),
    )


def _receipt(source: Source) -> Receipt:
    """Of a question that was answered: of one object, whatever the source's list lacks."""
    seen = copy.copy(source)
    seen.error_code, seen.error_message, seen.retry_at = "", "", None
    seen.fetched_at, seen.count = timezone.now(), None
    return receipt_of(seen, asked=True, of_one=True)


def _failed(source: Source, error: ProviderError) -> Answer:
    seen = failing_by(source, error)
    seen.fetched_at = None  # nothing is stored of it
    return Answer(None, receipt_of(seen, asked=True), error)
