"""Reads of single machines and containers: a call each, in its source's compartment."""

import copy
import logging
import time
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import close_old_connections
from django.utils import timezone

from gateway.core import turns
from gateway.core.unexpected import log_unexpected
from inventory.live import store
from inventory.live.age import Outlook
from inventory.live.asking import asked, failed_by, may_ask
from inventory.live.bulkhead import bulkhead
from inventory.live.connection import prepare
from inventory.live.failures import deadline_passed
from inventory.live.receipts import INTERNAL, Receipt, receipt_of
from inventory.live.resources import RESOURCES
from inventory.models import Observed, Source
from inventory.providers import Cloud, ProviderError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SingleRead:
    """A machine or a container at a source, and how old its row may be in seconds.

    None: as it is stored.
    """

    source: Source
    external_id: str
    max_age: float | None

    @property
    def key(self) -> str:
        return f"{self.source.pk}:{self.external_id}"


@dataclass(frozen=True, slots=True)
class SingleAnswer:
    """The row, its source as this answer knows it; None: none is stored, nor known to the cloud."""

    row: Observed | None
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class PendingRead:
    """A read under way; without a future, there was nothing to ask."""

    ask: SingleRead
    row: Observed | None
    future: Future[Observed | None] | None
    started_at: datetime
    ends_at: float  # monotonic


def start_reads(asks: Iterable[SingleRead]) -> list[PendingRead]:
    """Begin to read everything whose row is not young enough. The smallest age wins."""
    strictest: dict[str, SingleRead] = {}
    for ask in asks:
        known = strictest.get(ask.key)
        if known is None or _is_stricter(ask, known):
            strictest[ask.key] = ask
    return [_start(ask) for ask in strictest.values()]


def outlook_of_one(ask: SingleRead) -> Outlook:
    """The action that ``start_reads`` would take for it."""
    if not _needs_reading(ask, stored_one(ask)):
        return Outlook.CACHED
    return Outlook.ASKED if may_ask(ask.source) else Outlook.LEFT_ALONE


def finish_reads(reads: Iterable[PendingRead]) -> dict[str, SingleAnswer]:
    """Wait for the reads, each until its deadline; answers by the asks' keys."""
    return {read.ask.key: _finish(read) for read in reads}


def observe_one(cloud: Cloud, source: Source, external_id: str) -> tuple[Any, Any]:
    """Ask an open connection for a machine or a container, as the source has, and store the answer.

    Returns the record as the cloud gave it (None: there is none) and the row as it is then.
    Raises ProviderError.
    """
    started_at = timezone.now()
    record = cloud.find(source.resource, external_id)
    return record, store.store_one(source, external_id, record, started_at=started_at)


def _is_stricter(ask: SingleRead, other: SingleRead) -> bool:
    return ask.max_age is not None and (other.max_age is None or ask.max_age < other.max_age)


def _start(ask: SingleRead) -> PendingRead:
    row = stored_one(ask)
    seconds = ask.source.provider.deadline_seconds
    future = None
    if _needs_reading(ask, row):
        prepare([ask.source])
        future = bulkhead.submit(ask.source, lambda: _read(ask, seconds))
    return PendingRead(ask, row, future, timezone.now(), time.monotonic() + seconds)


def stored_one(ask: SingleRead) -> Any:
    """The row as it is stored, with the ask's source; None when there is none."""
    rows = RESOURCES[ask.source.resource].rows
    row: Any = rows.filter(source=ask.source, external_id=ask.external_id).first()
    if row is not None:
        _attach(row, ask.source)
    return row


def _needs_reading(ask: SingleRead, row: Observed | None) -> bool:
    return ask.max_age is not None and (row is None or not _is_fresh(row, ask.max_age))


def _read(ask: SingleRead, seconds: float) -> Observed | None:
    """Runs in the pool. Raises ProviderError."""
    try:
        with asked(ask.source, seconds) as cloud:
            row: Observed | None = observe_one(cloud, ask.source, ask.external_id)[1]
            return row
    finally:
        close_old_connections()


def _finish(read: PendingRead) -> SingleAnswer:
    if read.future is None:
        source = copy.copy(read.ask.source)
        # A single read may be younger than the latest listing, or the only one there was.
        source.fetched_at = read.row.seen_at if read.row is not None else None
        source.unusable = 0  # other objects of the listing
        return SingleAnswer(read.row, receipt_of(source, asked=False, of_one=read.row is not None))
    try:
        with turns.waiting():
            row = read.future.result(timeout=max(0.0, read.ends_at - time.monotonic()))
    except TimeoutError:
        read.future.cancel()  # one that still waits in its compartment is never made
        return _failed(read, deadline_passed())
    except ProviderError as error:
        return _failed(read, error)
    except Exception as error:  # noqa: BLE001 - logged there; one read must not end all
        return _failed_internally(read, error)
    known = {"error_code": "", "error_message": "", "error_retryable": False, "unusable": 0}
    source = _source_with(read, **known)
    source.fetched_at = timezone.now()
    if row is not None:
        _attach(row, source)
    return SingleAnswer(row, receipt_of(source, asked=True, of_one=row is not None))


def _failed(read: PendingRead, error: ProviderError) -> SingleAnswer:
    return _shown(read, failed_by(_source_with(read), error))


def _failed_internally(read: PendingRead, error: Exception) -> SingleAnswer:
    error_id = log_unexpected(log, error, context=f"reading {read.ask.key}")
    message = f"The answer could not be stored; the log says more under {error_id}."
    known = {"error_code": INTERNAL, "error_message": message, "error_retryable": True}
    return _shown(read, _source_with(read, **known))


def _shown(read: PendingRead, source: Source) -> SingleAnswer:
    """The row, marked stale for this answer; only listings decide on the source's own receipt,
    and a cloud that wants to be left alone.
    """
    if read.row is None:
        source.fetched_at = None  # nothing to show: FAILED, whatever a listing brought before
    else:
        source.fetched_at = read.row.seen_at
        _attach(read.row, source)
    return SingleAnswer(read.row, receipt_of(source, asked=True))


def _source_with(read: PendingRead, **values: object) -> Source:
    """The source as this read saw it; a copy that is never saved."""
    source = copy.copy(read.ask.source)
    duration = timezone.now() - read.started_at
    for name, value in (values | {"duration_ms": round(duration.total_seconds() * 1000)}).items():
        setattr(source, name, value)
    return source


def _attach(row: Observed, source: Source) -> None:
    row.source = source
    row.provider = source.provider


def _is_fresh(row: Observed, max_age: float) -> bool:
    """True if a read that began within ``max_age`` seconds confirmed the row.

    A change through the gateway since then makes it False.
    """
    if row.stale or max_age <= 0:
        return False
    reads = [row.read_started_at]
    if row.source.listing_started_at is not None:
        reads.append(row.source.listing_started_at)
    began = max(reads)
    young = began >= timezone.now() - timedelta(seconds=max_age)
    return young and row.source.is_clean_since(began)
