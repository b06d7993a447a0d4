"""A receipt shows the contribution of a source to an answer.

======  ===============================================  ==========  ==============
status  meaning                                          error       complete
======  ===============================================  ==========  ==============
LIVE    asked for this request, answered in full         none        yes
CACHED  not asked: the rows are as young as requested    none        yes
STALE   failed, or not asked although the rows are       the reason  no
        older than requested; the stored rows are shown
FAILED  failed or never asked; no list is stored: no     the reason  no
        row is shown that was not made through us
======  ===============================================  ==========  ==============

An answer that has objects without a usable id is LIVE or CACHED, and not complete: its error says
how many objects are not shown. So is an answer whose list is UNPROVEN: no test shows that it has
every object, and the provider's owner does not vouch for it.

A field that names no ``maxAge`` and asks no cloud (a later page, a field under ``node``) accepts
rows of any age: its receipt is CACHED, and ``fetched_at`` is the age.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils import timezone

from gateway.core.errors import NotFound
from inventory.live.age import is_young
from inventory.live.failures import disconnected, failing, failing_by
from inventory.models import Source
from inventory.types import Completeness

NOT_ASKED_YET = "NOT_ASKED_YET"
NOT_ASKED = "NOT_ASKED"  # no cloud is asked here, and the stored rows are older than requested
INTERNAL = "INTERNAL"  # what the cloud answered could not be stored
TOO_MANY_REGIONS = "TOO_MANY_REGIONS"
UNUSABLE_REGION = "UNUSABLE_REGION"
UNUSABLE_ID = "UNUSABLE_ID"  # the answer has objects that cannot be shown
BEFORE_HISTORY = "BEFORE_HISTORY"  # nothing is recorded of the moment that was asked for
UNPROVEN_LIST = "UNPROVEN_LIST"  # the answer may be the first page of several
OUR_CODES = (
    NOT_ASKED_YET,
    INTERNAL,
    NOT_ASKED,
    TOO_MANY_REGIONS,
    UNUSABLE_REGION,
    UNUSABLE_ID,
    UNPROVEN_LIST,
    BEFORE_HISTORY,
)
OLDER_THAN_REQUESTED = (
    "No cloud is asked here, and the stored rows are older than the maxAge that was requested."
)
MAY_LACK_SOME = (
    "No test shows that this driver's list has every object: it may be the first page of several. "
    "Compare it with the cloud's console. If nothing is missing, the provider's owner can vouch "
    "for it: updateProvider(input: {trustListing: true})."
)
SEARCH_UNASKED = "No cloud was asked, so the search looked only through the stored images."


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
    """The contribution of one source. ``count`` is that of its latest complete listing.

    ``of_one``: it is about a single object that was found; an incomplete list does not matter.
    """

    source: Source
    status: SourceStatus
    of_one: bool = False

    @property
    def complete(self) -> bool:
        return self.answered and not self.source.unusable and self._lacks_nothing

    @property
    def completeness(self) -> Completeness:
        return self.source.completeness

    @property
    def _lacks_nothing(self) -> bool:
        return self.of_one or self.source.lists_all

    @property
    def answered(self) -> bool:
        """True if the rows are those of an answer that is young enough."""
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
    def retry_after(self) -> float | None:
        """Seconds until the source may be asked again: as its cloud has just asked, or until
        ``next_try_at``. None: at any time.
        """
        if not self.source.failed:
            return None
        until = self.next_try_at
        left = 0.0 if until is None else (until - timezone.now()).total_seconds()
        return max(left, self.source.retry_after or 0.0, 0.0) or None

    @property
    def error(self) -> ReceiptError | None:
        if self.complete:
            return None
        source = self.source
        if self.answered and source.unusable:
            return ReceiptError(UNUSABLE_ID, source.unusable_reason, True)
        if self.answered:
            return ReceiptError(UNPROVEN_LIST, MAY_LACK_SOME, False)
        if not source.failed:
            return ReceiptError(NOT_ASKED_YET, "This source has not been asked yet.", True)
        return ReceiptError(source.error_code, source.error_message, source.error_retryable)


def receipt_of(source: Source, *, asked: bool, of_one: bool = False) -> Receipt:
    """The receipt for ``source`` as its row stands; ``asked``: for the present request."""
    if source.fetched_at is None:
        return Receipt(source, SourceStatus.FAILED)
    if source.failed:
        return Receipt(source, SourceStatus.STALE)
    return Receipt(source, SourceStatus.LIVE if asked else SourceStatus.CACHED, of_one)


def receipt_of_unasked(
    source: Source, *, max_age: float | None, now: datetime, regions: Collection[str] = ()
) -> Receipt:
    """The receipt for a source that this request did not ask.

    ``max_age``: seconds that its rows may be old; None: any age. Rows that are older than that,
    or that a change through the gateway has outdated since, make it STALE. ``regions``: see
    ``age_limit``.
    """
    receipt = receipt_of(source, asked=False)
    if max_age is None or not receipt.answered:
        return receipt
    if is_young(source, max_age, now, regions=regions):
        return receipt
    return receipt_of_unanswered(source, OLDER_THAN_REQUESTED)


def receipt_of_unanswered(source: Source, message: str) -> Receipt:
    """For this answer alone, a source that was not asked counts as failed: its rows are stale."""
    if source.fetched_at is None or source.failed:
        return receipt_of(source, asked=False)
    seen = failing(source, code=NOT_ASKED, message=message, retryable=True)
    return receipt_of(seen, asked=False)


def receipt_of_gone(source: Source) -> Receipt:
    """The receipt for ``source``, which was deleted while the request waited, and its rows too."""
    seen = failing_by(source, disconnected())
    seen.fetched_at = seen.count = None
    return receipt_of(seen, asked=True)


def unknown_regions(receipts: Iterable[Receipt], regions: Collection[str]) -> list[str]:
    """Those of ``regions`` that no source of the answer has. The receipts are all of the answer's.

    None where a set of regions is not known to be current: then the answer is incomplete, and one
    of its receipts says why.
    """
    known: set[str] = set()
    for receipt in receipts:
        if not receipt.source.is_region_set:
            known.add(receipt.source.region)
        elif not receipt.complete:
            return []
    return sorted(set(regions) - known)


def known_regions_only(receipts: Iterable[Receipt], regions: Collection[str]) -> None:
    """Raise NotFound for one of ``regions`` that no source of the answer has.

    An empty list would pass for a complete answer, as it would for an unknown provider.
    """
    if unknown := unknown_regions(receipts, regions):
        message = f"No provider that the filter allows has the region {unknown[0]!r}."
        raise NotFound(message, field="filter.region")


def worse(receipt: Receipt, other: Receipt | None) -> Receipt:
    """The receipt that an answer can rely on less; ``receipt`` when both are alike."""
    ranks = list(SourceStatus)
    if other is None or ranks.index(receipt.status) >= ranks.index(other.status):
        return receipt
    return other


def all_complete(receipts: Iterable[Receipt]) -> bool:
    """True if an answer built from these sources leaves nothing out."""
    return all(receipt.complete for receipt in receipts)
