"""Periods in which a source answered, or failed for one reason: its earlier receipts.

A source has the present period itself, from ``recorded_since`` on, and a PastSource each earlier
one. A listing that finds the source answering as before only prolongs the period, which costs no
statement. A gap of more than LONGEST_GAP between two listings begins a new one. So an
earlier receipt shows the age of its rows to within LONGEST_GAP, and a source has only a few periods
a day.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from inventory.models import PastSource, Source
from inventory.models.past import OF_A_PERIOD

LONGEST_GAP = timedelta(hours=1)
BATCH = 200


def period_of_success(
    source: Source, started_at: datetime, *, absence: str, unusable: int
) -> dict[str, Any]:
    """The columns of the period of a listing that began at ``started_at``, if it begins one.

    ``source``: as it was before.
    """
    listed_at = source.listing_started_at
    is_prolonged = (
        source.recorded_since is not None
        and listed_at is not None
        and not source.failed
        and source.absence == absence
        and bool(source.unusable) == bool(unusable)
        and started_at - listed_at <= LONGEST_GAP
    )
    return {} if is_prolonged else {"recorded_since": started_at}


def period_of_failure(source: Source, code: str, started_at: datetime) -> dict[str, Any]:
    """Like ``period_of_success``, for an attempt that failed."""
    is_prolonged = source.recorded_since is not None and source.error_code == code
    return {} if is_prolonged else {"recorded_since": started_at}


def record_period(before: Source, columns: Mapping[str, Any]) -> None:
    """Keep the period that ends where ``columns`` begin another one.

    ``before``: the source without ``columns``. In the transaction that writes these.
    """
    until = columns.get("recorded_since")
    if until is not None:
        record_periods([before], until=until)


def record_periods(sources: Iterable[Source], *, until: datetime) -> None:
    """Keep the present periods of ``sources``, whose providers are loaded; they end now. One that
    is not recorded was not asked since its provider was connected.
    """
    ended = [
        PastSource(
            source_key=one.pk,
            provider_key=one.provider_id,
            region=one.region,
            resource=one.resource,
            since=one.recorded_since or one.provider.created_at,
            until=until,
            **{name: getattr(one, name) for name in OF_A_PERIOD},
        )
        for one in sources
        if (one.recorded_since or one.provider.created_at) < until
    ]
    if ended:
        PastSource.objects.bulk_create(ended, batch_size=BATCH)
