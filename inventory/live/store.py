"""Writing what a read saw: only differences, in short transactions, the newer read winning.

The order of two reads is the order in which they *began*. A row, or a source's whole listing,
that a later read wrote is left alone, so a slow listing that began before a stop cannot bring
RUNNING back after it. Comparison runs outside any transaction; ``Source.version`` grows with every
write to the source or its rows, and so shows if the comparison still holds. A large difference is
written in several transactions, so that none of them keeps others waiting for long. The receipt is
written with the last one: until then, the source is as old as it was.
"""

import copy
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from gateway.core.transactions import in_transaction, let_others_write
from inventory.live.announcements import announce_written
from inventory.live.bounds import unusable_reason
from inventory.live.changes import recorded_changes
from inventory.live.compare import Difference, StoredRow, compare, distinct
from inventory.live.failures import disconnected
from inventory.live.periods import record_period
from inventory.live.resources import RESOURCES, StoredResource
from inventory.live.rows import note_absences, unsaved_row, upsert
from inventory.live.source_state import receipt_of_success, source_row
from inventory.models import Observed, Source
from inventory.providers import ProviderError, ProviderErrorCode

MOST_ROWS = 1000  # of one transaction
ATTEMPTS = 10  # comparisons that another writer may overtake before we give up

SNAPSHOT_OF_OBSERVED = (
    "pk",
    "external_id",
    "fingerprint",
    "state",
    "read_started_at",
    "listed",
    "unlisted_since",
    "provisioned_at",
)
SNAPSHOT_OF_CATALOG = ("pk", "external_id", "fingerprint")


class NoService(list[Any]):
    """The records of a listing that is empty because there is no such service: see ``reason``."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class OvertakenError(Exception):
    """Other writers changed the source's rows during each of ATTEMPTS comparisons."""


def store_listing(
    source_id: int,
    records: Sequence[Any],
    *,
    started_at: datetime,
    known: Source | None = None,
) -> Source:
    """Store a complete listing that began at ``started_at``; returns the source as it is then.

    One that began before the listing already stored changes nothing. ``known``: the source as it
    was read a moment ago, which spares a query unless somebody wrote to it since. An object that
    the listing repeats is stored and counted once.
    """
    for attempt in range(ATTEMPTS):
        source = known if known is not None and not attempt else source_row(source_id)
        if source.listing_started_at is not None and source.listing_started_at > started_at:
            return source
        resource = RESOURCES[source.resource]
        identified = distinct(record for record in records if resource.usable(record))
        unusable = [record for record in records if not resource.usable(record)]
        difference = compare(
            identified,
            _snapshot(source, resource),
            started_at=started_at,
            bound=resource.bounded,
            complete=source.lists_all and not unusable,
            gone=resource.gone,
        )
        absence = records.reason if isinstance(records, NoService) else ""
        receipt = receipt_of_success(
            source, len(identified), started_at, absence=absence, **_unusable(resource, unusable)
        )
        if _committed(source, difference, receipt, started_at):
            return _as_written(source, receipt)
    raise OvertakenError(f"Source {source_id} kept changing while it was compared.")


def store_one(
    source: Source,
    external_id: str,
    record: Any,
    *,
    started_at: datetime,
    provisioned: bool = False,
) -> Any:
    """Store what a read of one machine or container saw; None: the cloud says that there is none.

    ``provisioned``: the gateway created it. Returns the row as it is then. A row that a single read
    does not find is stale, not MISSING: only listings decide that. If only a list may add the row,
    it is returned and not saved. Raises ProviderError for a record
    whose id cannot be stored, and if the provider was disconnected meanwhile.
    """
    resource = RESOURCES[source.resource]
    if record is not None:
        if not resource.usable(record):
            reason = unusable_reason(resource.model, [record])
            raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, reason)
        record = resource.bounded(record)
    rows = resource.rows.filter(source=source, external_id=external_id)
    if record is not None and resource.observed.added_by_lists_alone and not rows.exists():
        return unsaved_row(source, record)
    later = _store_one(source, external_id, record, started_at, provisioned=provisioned)
    return later or rows.select_related("source__provider").first()


@in_transaction
def _store_one(
    source: Source, external_id: str, record: Any, started_at: datetime, *, provisioned: bool
) -> Any:
    """Write ``record`` into its row; returns the row if that is newer."""
    resource = RESOURCES[source.resource]
    rows = resource.rows.filter(source=source, external_id=external_id)
    locked = Source.objects.select_for_update(no_key=True).filter(pk=source.pk).first()
    if locked is None:
        raise disconnected()
    row = rows.first()
    if row is not None and _read_later(row, locked, started_at):
        return row
    if record is not None:
        with _made_known(resource, locked, [record.external_id], at=started_at):
            upsert(locked, resource, [record], started_at)
        if provisioned:
            rows.filter(provisioned_at=None).update(provisioned_at=started_at)
    else:
        with recorded_changes(resource, locked, [external_id], at=started_at):
            rows.update(listed=False, read_started_at=started_at)
    Source.objects.filter(pk=source.pk).update(version=F("version") + 1)
    return None


@in_transaction
def store_removal(source: Source, external_id: str) -> None:
    """Note that one was removed through us and that its cloud forgot it at once.

    A listing that shows it all the same differs from the row, whatever it says.
    """
    resource = RESOURCES[source.resource]
    if not Source.objects.filter(pk=source.pk).update(version=F("version") + 1):
        return
    now = timezone.now()
    with _made_known(resource, source, [external_id], at=now):
        resource.rows.filter(source=source, external_id=external_id).update(
            state=resource.observed.removed,
            state_changed_at=now,
            fingerprint="",
            read_started_at=now,
        )


def _snapshot(source: Source, resource: StoredResource) -> dict[str, StoredRow]:
    columns = SNAPSHOT_OF_OBSERVED if resource.outlives_listings else SNAPSHOT_OF_CATALOG
    rows = resource.rows.filter(source=source)
    return {values[1]: StoredRow(*values) for values in rows.values_list(*columns)}


def _unusable(resource: StoredResource, records: Sequence[Any]) -> dict[str, Any]:
    """The columns of a source for the objects of its listing that cannot be rows."""
    reason = unusable_reason(resource.model, records) if records else ""
    return {"unusable": len(records), "unusable_reason": reason}


def _committed(
    source: Source, difference: Difference, receipt: dict[str, Any], started_at: datetime
) -> bool:
    """Write, unless another transaction wrote since ``source`` was read. Unchanged: one row."""
    if not difference:
        if "recorded_since" not in receipt:
            return _write_receipt(source, source.version, receipt)
        return in_transaction(_write_period)(source, source.version, receipt)
    *parts, last = difference.parts(MOST_ROWS)
    version = source.version
    for part in parts:
        if not _write_part(source, version, part, {"version": version + 1}, started_at):
            return False
        version += 1
        let_others_write()
    receipt["version"] = version + 1
    return _write_part(source, version, last, receipt, started_at)


def _write_receipt(source: Source, version: int, columns: dict[str, Any]) -> bool:
    """Write ``columns`` if the source still has ``version``; returns if it did."""
    return Source.objects.filter(pk=source.pk, version=version).update(**columns) == 1


def _write_period(source: Source, version: int, columns: dict[str, Any]) -> bool:
    """Like ``_write_receipt``, in a transaction: also keeps the period that ends."""
    if not _write_receipt(source, version, columns):
        return False
    record_period(source, columns)
    return True


@in_transaction
def _write_part(
    source: Source,
    version: int,
    difference: Difference,
    columns: dict[str, Any],
    started_at: datetime,
) -> bool:
    """Write a part of the difference if the source still has ``version``; returns if it did."""
    if not _write_period(source, version, columns):
        return False
    resource = RESOURCES[source.resource]
    names = [record.external_id for record in difference.changed]
    with _made_known(resource, source, names, lacked=difference, at=started_at):
        upsert(source, resource, difference.changed, started_at)
        note_absences(resource, difference, started_at)
    return True


def _as_written(source: Source, receipt: dict[str, Any]) -> Source:
    """The source's row after its guarded write: no other transaction wrote to it since the read."""
    written = copy.copy(source)
    for column, value in receipt.items():
        setattr(written, column, value)
    return written


def _read_later(row: Observed, source: Source, started_at: datetime) -> bool:
    """True if the row shows a read that began after ``started_at``.

    A listing that found the row unchanged did not write to it, but saw it all the same.
    """
    if row.read_started_at > started_at:
        return True
    listing = source.listing_started_at
    return row.listed and listing is not None and listing > started_at


@contextmanager
def _made_known(
    resource: StoredResource,
    source: Source,
    external_ids: Iterable[str],
    *,
    lacked: Difference | None = None,
    at: datetime,
) -> Iterator[None]:
    """Announce the rows that the block writes, and record what it changes in them.

    ``lacked``: has the rows that are not in a listing.
    """
    lacked = lacked or Difference()
    if resource.outlives_listings:
        announce_written(source, at=at, pks=lacked.missing)
    with recorded_changes(resource, source, external_ids, pks=lacked.lacked, at=at):
        yield
