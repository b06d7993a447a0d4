"""Compares a complete listing with the stored rows. Nothing here reads or writes.

A listing may omit an object that exists, for clouds are eventually consistent. So a row that is not
in a complete listing is first *unlisted* (stale), and becomes MISSING only when

- two complete listings at least GONE_AFTER apart omit it, and
- the first of them began at least GONE_AFTER after we created it ourselves.

A failed or cut listing never comes here.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from inventory.live.resources import fingerprint
from inventory.types import MISSING

GONE_AFTER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class StoredRow:
    """The columns of a row that a comparison needs. Catalogue rows have only the first three."""

    pk: int
    external_id: str
    fingerprint: str
    state: str = ""
    read_started_at: datetime | None = None
    listed: bool = True
    unlisted_since: datetime | None = None
    provisioned_at: datetime | None = None

    def is_present(self, gone: Collection[str]) -> bool:
        """True if the latest listing had it. Only for a resource that outlives listings."""
        return self.read_started_at is not None and self.listed and self.state not in gone

    def is_newer_than(self, moment: datetime) -> bool:
        return self.read_started_at is not None and self.read_started_at > moment


@dataclass(slots=True)
class Difference:
    """The changes that a listing makes. Keys of the mappings are the rows' primary keys."""

    changed: list[Any] = field(default_factory=list)  # records that are new or differ
    unlisted: list[int] = field(default_factory=list)  # lacked, but too early to count
    unlisted_since: list[int] = field(default_factory=list)  # lacked, and counted from now on
    missing: list[int] = field(default_factory=list)  # gone

    def __bool__(self) -> bool:
        return bool(self.changed or self.lacked)

    @property
    def lacked(self) -> list[int]:
        """The rows that are not in the listing."""
        return [*self.unlisted, *self.unlisted_since, *self.missing]

    def parts(self, most: int) -> Iterator["Difference"]:
        """Parts of ``most`` rows, at least one part; the rows that are not in the listing last."""
        names = ("changed", "unlisted", "unlisted_since", "missing")
        rows = [(name, row) for name in names for row in getattr(self, name)]
        for start in range(0, max(1, len(rows)), most):
            part = Difference()
            for name, row in rows[start : start + most]:
                getattr(part, name).append(row)
            yield part


def distinct(records: Iterable[Any]) -> list[Any]:
    """Each external id once, in the order of the listing.

    A listing repeats an object that moves from one page to the next while it is read. The later
    record is kept: the cloud sent it later.
    """
    return list({record.external_id: record for record in records}.values())


def compare(
    records: Iterable[Any],
    stored: Mapping[str, StoredRow],
    *,
    started_at: datetime,
    bound: Callable[[Any], Any] = lambda record: record,
    complete: bool = True,
    gone: Collection[str] = frozenset({MISSING}),
) -> Difference:
    """The changes that a listing, begun at ``started_at``, makes in ``stored`` (by external id).

    A row that a later read wrote is left alone, whatever the listing says. ``bound`` fits a record
    to its columns. A listing that is not ``complete`` - it has objects without an id, or it may be
    one page of several - may omit objects that exist. Their rows are marked stale; they are neither
    MISSING nor removed. ``gone``: the states of rows whose objects are known to be gone.
    """
    difference = Difference()
    seen: set[str] = set()
    for record in distinct(records):
        seen.add(record.external_id)
        changed = _changed(record, stored.get(record.external_id), started_at, bound)
        if changed is not None:
            difference.changed.append(changed)
    for external_id, row in stored.items():
        if external_id in seen or row.is_newer_than(started_at):
            continue
        if complete:
            if row.state not in gone:
                _note_absence(row, started_at, difference)
        elif row.is_present(gone):
            difference.unlisted.append(row.pk)
    return difference


def _changed(
    record: Any, row: StoredRow | None, started_at: datetime, bound: Callable[[Any], Any]
) -> Any | None:
    """The record to store in place of the row; None: the row stays as it is.

    The row holds the fingerprint of a bounded record. Most records need no bounding, so that theirs
    is compared first.
    """
    if row is None:
        return bound(record)
    if row.is_newer_than(started_at):
        return None
    if row.listed and row.fingerprint == fingerprint(record):
        return None
    fitted = bound(record)
    return None if row.listed and row.fingerprint == fingerprint(fitted) else fitted


def _note_absence(row: StoredRow, started_at: datetime, difference: Difference) -> None:
    counts = row.provisioned_at is None or started_at >= row.provisioned_at + GONE_AFTER
    if row.unlisted_since is not None:
        if started_at >= row.unlisted_since + GONE_AFTER:
            difference.missing.append(row.pk)
    elif counts:
        difference.unlisted_since.append(row.pk)
    elif row.listed:
        difference.unlisted.append(row.pk)
