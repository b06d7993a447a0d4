"""Earlier receipts: the contribution of a source to an answer about a moment."""

import copy
from datetime import datetime

from inventory.live.failures import failing
from inventory.live.periods import LONGEST_GAP
from inventory.live.receipts import BEFORE_HISTORY, Receipt, SourceStatus
from inventory.models import Source

NOT_RECORDED = "Its objects at that time were not recorded."


def receipt_at(period: Source, moment: datetime) -> Receipt:
    """The receipt of ``period`` at a ``moment`` within it.

    ``fetched_at`` may be up to LONGEST_GAP earlier than it was. ``count`` is None unless the latest
    listing of the period began before the moment.
    """
    seen = copy.copy(period)
    seen.retry_at = seen.duration_ms = None
    listed_at = seen.listing_started_at
    if listed_at is not None and listed_at > moment:
        seen.count = None
        since = period.recorded_since or listed_at
        seen.fetched_at = None if seen.failed else max(since, moment - LONGEST_GAP)
    elif seen.fetched_at is not None:
        seen.fetched_at = min(seen.fetched_at, moment)
    if seen.fetched_at is None:
        return Receipt(seen, SourceStatus.FAILED)
    return Receipt(seen, SourceStatus.STALE if seen.failed else SourceStatus.CACHED)


def receipt_before_history(source: Source) -> Receipt:
    """The receipt of a source without a record of the moment."""
    seen = failing(source, code=BEFORE_HISTORY, message=NOT_RECORDED, retryable=False)
    seen.retry_at = seen.duration_ms = seen.fetched_at = seen.count = None
    return Receipt(seen, SourceStatus.FAILED)
