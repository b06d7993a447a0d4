"""The state of a source: how its latest attempt ended, and whether its rows are out of date."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from gateway.core.text import storable
from gateway.core.transactions import in_transaction
from gateway.core.webhooks.events import record_webhook_event
from inventory.live.bounds import LONGEST_PROBLEM
from inventory.live.breaker import SHORTEST, next_try, waits_for_cloud
from inventory.live.failures import Failure
from inventory.live.locks import lock_sources
from inventory.live.periods import period_of_failure, period_of_success, record_period
from inventory.models import Source
from inventory.providers import ProviderError

FAILING_EVENT = "source.failing"  # of webhooks
FAILURES_IN_A_ROW = 3  # of a kind that may pass


def source_row(source_id: int) -> Source:
    """The source with its provider. Raises Source.DoesNotExist."""
    return Source.objects.select_related("provider").get(pk=source_id)


def _locked_row(source_id: int) -> Source:
    rows = Source.objects.select_for_update(no_key=True, of=("self",)).select_related("provider")
    return rows.get(pk=source_id)


def receipt_of_success(
    source: Source,
    count: int,
    started_at: datetime,
    *,
    absence: str = "",
    unusable: int = 0,
    unusable_reason: str = "",
) -> dict[str, Any]:
    """The columns of a source whose complete listing of ``count`` records is stored.

    ``absence``: why there is no such service. ``unusable``: how many objects cannot be rows.
    """
    absence = storable(absence, LONGEST_PROBLEM)
    receipt: dict[str, Any] = {
        "version": source.version + 1,
        "listing_started_at": started_at,
        "fetched_at": timezone.now(),
        "count": count,
        "absence": absence,
        "unusable": unusable,
        "unusable_reason": unusable_reason,
    }
    if source.attempt_started_at is None or source.attempt_started_at <= started_at:
        receipt |= period_of_success(source, started_at, absence=absence, unusable=unusable)
        receipt |= {
            "attempt_started_at": started_at,
            "duration_ms": _milliseconds_since(started_at),
            "error_code": "",
            "error_message": "",
            "error_retryable": False,
            "failures": 0,
            "retry_at": None,
        }
    return receipt


@in_transaction
def store_failure(
    source_id: int, error: ProviderError | Failure, *, started_at: datetime
) -> Source:
    """Note a failed listing on the source; its rows stay as they are, and are stale from now on."""
    before = _locked_row(source_id)
    failures = before.failures + 1
    period = period_of_failure(before, str(error.code), started_at)
    noted = Source.objects.filter(
        Q(attempt_started_at=None) | Q(attempt_started_at__lte=started_at), pk=source_id
    ).update(
        version=F("version") + 1,
        failures=failures,
        retry_at=next_try(failures, error, now=timezone.now()),
        attempt_started_at=started_at,
        duration_ms=_milliseconds_since(started_at),
        error_code=str(error.code),
        error_message=storable(error.message, LONGEST_PROBLEM),
        error_retryable=error.retryable,
        **period,
    )
    if noted:
        record_period(before, period)
    found = source_row(source_id)
    found.retry_after = error.retry_after
    if noted and is_failing(found) and not is_failing(before):
        details = {"error": {"code": found.error_code, "message": found.error_message}}
        record_webhook_event(FAILING_EVENT, [str(source_id)], details=details)
    return found


def is_failing(source: Source) -> bool:
    """True if it fails again and again, or for a reason that does not pass by itself."""
    if not source.failures:
        return False
    return source.failures >= FAILURES_IN_A_ROW or not source.error_retryable


def store_own_failure(
    source_id: int, *, code: str, message: str, now: datetime, started_at: datetime
) -> Source:
    """Note a failure although ``store_listing`` or ``store_failure`` raised. Computes no
    period: later, the whole present period will seem to have failed.
    """
    Source.objects.filter(
        Q(attempt_started_at=None) | Q(attempt_started_at__lte=started_at), pk=source_id
    ).update(
        version=F("version") + 1,
        failures=F("failures") + 1,
        retry_at=now + SHORTEST,
        attempt_started_at=started_at,
        duration_ms=_milliseconds_since(started_at),
        error_code=code,
        error_message=storable(message, LONGEST_PROBLEM),
        error_retryable=True,
    )
    return source_row(source_id)


@in_transaction
def mark_dirty(sources: models.QuerySet[Source]) -> None:
    """Mark the data of ``sources`` as out of date: the next read asks the cloud."""
    found = Source.objects.filter(pk__in=lock_sources(sources))
    found.update(dirty_at=timezone.now(), version=F("version") + 1)


@in_transaction
def close_breakers(sources: models.QuerySet[Source]) -> None:
    """Let ``sources`` be asked again at once: the cause of their failures may be repaired."""
    found = Source.objects.filter(pk__in=lock_sources(sources))
    found.update(failures=0, retry_at=None, version=F("version") + 1)


def close_own_breakers(sources: models.QuerySet[Source]) -> None:
    """Like ``close_breakers``, except for sources whose clouds have asked to be left alone."""
    now = timezone.now()
    close_breakers(sources.exclude(pk__in=[one.pk for one in sources if waits_for_cloud(one, now)]))


def _milliseconds_since(moment: datetime) -> int:
    return max(0, round((timezone.now() - moment).total_seconds() * 1000))
