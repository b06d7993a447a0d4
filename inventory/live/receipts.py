"""A receipt says what an answer owes to a source.

======  ==========================================  ==========  ==============
status  meaning                                     error       complete
======  ==========================================  ==========  ==============
LIVE    asked for this request, answered in full    none        yes
CACHED  not asked: what is stored is young enough   none        yes
STALE   failed; its last good rows are shown        why         no
FAILED  failed, and there is nothing to show        why         no
======  ==========================================  ==========  ==============
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from inventory.models import Source

NOT_ASKED_YET = "NOT_ASKED_YET"
INTERNAL = "INTERNAL"  # what the cloud answered could not be stored
OUR_CODES = (NOT_ASKED_YET, INTERNAL)


class SourceStatus(StrEnum):
    LIVE = "LIVE"
    CACHED = "CACHED"
    STALE = "STALE"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class ReceiptError:
    code: str
    message: str
    retryable: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one source contributed. ``count`` is of its latest complete listing."""

    source: Source
    status: SourceStatus

    @property
    def complete(self) -> bool:
        return self.status in {SourceStatus.LIVE, SourceStatus.CACHED}

    @property
    def fetched_at(self) -> datetime | None:
        return self.source.fetched_at

    @property
    def duration_ms(self) -> int | None:
        """How long the latest attempt took."""
        return self.source.duration_ms

    @property
    def count(self) -> int | None:
        return self.source.count

    @property
    def next_try_at(self) -> datetime | None:
        """Until when a source that keeps failing is left alone."""
        return self.source.retry_at if self.source.failed else None

    @property
    def error(self) -> ReceiptError | None:
        if self.complete:
            return None
        source = self.source
        if not source.failed:
            return ReceiptError(NOT_ASKED_YET, "This source has not been asked yet.", True)
        return ReceiptError(source.error_code, source.error_message, source.error_retryable)


def receipt_of(source: Source, *, asked: bool) -> Receipt:
    """The receipt for ``source`` as its row stands; ``asked``: for the present request."""
    if source.fetched_at is None:
        return Receipt(source, SourceStatus.FAILED)
    if source.failed:
        return Receipt(source, SourceStatus.STALE)
    return Receipt(source, SourceStatus.LIVE if asked else SourceStatus.CACHED)


def all_complete(receipts: Iterable[Receipt]) -> bool:
    """Whether an answer built from these sources leaves nothing out."""
    return all(receipt.complete for receipt in receipts)
