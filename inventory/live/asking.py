"""Questions to a cloud that are no lists: whether one may be asked, and what its failure means.

The one place that decides it, for single objects, searches, checks, dry runs and what is never
stored. Lists go by ``inventory.live.age``, jobs by their own retries.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.utils import timezone

from inventory.live.breaker import next_try, waits_for_cloud
from inventory.live.connection import connected
from inventory.live.failures import failing_by
from inventory.live.limiter import NoTurn
from inventory.live.source_state import store_failure
from inventory.models import Source
from inventory.providers import Cloud, ProviderError, ProviderErrorCode


@contextmanager
def asked(source: Source, seconds: float) -> Iterator[Cloud]:
    """Like ``connected``. Raises the known failure of a source whose cloud wants to be left alone.

    If the cloud says so now, lists leave it alone too. Other failures are this question's alone:
    that there is no such object says nothing of the source.
    """
    began = timezone.now()
    check_may_ask(source)
    try:
        with connected(source, seconds) as cloud:
            yield cloud
    except NoTurn:
        raise
    except ProviderError as error:
        if error.code is ProviderErrorCode.RATE_LIMITED or error.retry_after:
            _store(source, error, began)
        raise


def check_may_ask(source: Source) -> None:
    """Raises ProviderError if the cloud asked for a pause, as the source's row shows it now.

    An earlier question of the same operation may have met that answer.
    """
    now = timezone.now()
    row = Source.objects.filter(pk=source.pk, retry_at__gt=now).first()
    if row is None or row.retry_at is None or not waits_for_cloud(row, now):
        return
    raise ProviderError(
        ProviderErrorCode[row.error_code],
        row.error_message,
        retry_after=(row.retry_at - now).total_seconds(),
    )


def may_ask(source: Source) -> bool:
    """True if a question would be asked now, given the state of ``source``."""
    return not waits_for_cloud(source, timezone.now())


def failed_by(source: Source, error: ProviderError) -> Source:
    """``source`` as the answer to a failed question sees it, with the time that its cloud named."""
    seen = failing_by(source, error)
    if error.retry_after:
        seen.retry_at = next_try(seen.failures, error, now=timezone.now())
    return seen


def _store(source: Source, error: ProviderError, began: datetime) -> None:
    try:
        store_failure(source.pk, error, started_at=began)
    except Source.DoesNotExist:
        return  # the provider was disconnected meanwhile
