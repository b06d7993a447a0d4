"""Storing listed repositories, for every user to see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import IntegrityError, transaction

from gateway.core.errors import Conflict
from gateway.core.folded_field import folded_values
from gateway.core.transactions import in_transaction
from inventory.imports.github import RepositoryRecord
from inventory.models import Repository
from inventory.selectors.repositories import key_of, search_text_of
from inventory.services.repositories import lock_imported_names, owner_of

BATCH = 200
LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Skipped:
    full_name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """The number of repositories by outcome, and the skipped ones."""

    created: int
    updated: int
    unchanged: int
    skipped: tuple[Skipped, ...]

    @property
    def changed(self) -> bool:
        return bool(self.created or self.updated)


def repositories_import(*, records: Iterable[RepositoryRecord]) -> ImportReport:
    """Create what is new and update what differs, by full name, in one transaction.

    Full names that differ only in case or Unicode normal form are one, as at GitHub; the row gets
    the spelling of the reply.
    Imported rows have no creator and are visible to every user. Hence private repositories are
    skipped. A row of the same full name that a user added stays that user's own, next to the
    imported one. Rows missing in ``records`` stay as they are: a reply may be one page of many.

    Raises:
        Conflict: somebody else changed the same rows at the same time; nothing was written.
    """
    records, skipped = _importable(records)
    return _store(records, skipped)


@in_transaction
def _store(records: Sequence[RepositoryRecord], skipped: Sequence[Skipped]) -> ImportReport:
    lock_imported_names()
    stored = _stored(records)
    found = [(stored.get(key_of(record.full_name)), record) for record in records]
    new = [record for row, record in found if row is None]
    known = [(row, record) for row, record in found if row is not None]
    changed = [(row, record) for row, record in known if _differs(row, record)]
    _create(new)
    for row, record in sorted(changed, key=lambda pair: pair[0].pk):
        _update(row, record)
    return ImportReport(
        created=len(new),
        updated=len(changed),
        unchanged=len(known) - len(changed),
        skipped=tuple(skipped),
    )


def _importable(
    records: Iterable[RepositoryRecord],
) -> tuple[list[RepositoryRecord], list[Skipped]]:
    """Public ones, each once: pages that shift while they are read list a repository twice."""
    kept: dict[str, RepositoryRecord] = {}
    skipped = []
    for record in records:
        if record.private:
            reason = "private at GitHub, and every user would see it"
            skipped.append(Skipped(full_name=record.full_name, reason=reason))
        elif key_of(record.full_name) in kept:
            skipped.append(Skipped(full_name=record.full_name, reason="listed before"))
        else:
            kept[key_of(record.full_name)] = record
    return list(kept.values()), skipped


def _stored(records: Sequence[RepositoryRecord]) -> dict[str, Repository]:
    """The imported row of each record, by the record's key.

    An earlier release may have stored several rows that differ only in case. Then the row with the
    record's spelling is returned.
    """
    spelled = {key_of(record.full_name): record.full_name for record in records}
    keys = list(spelled)
    found: dict[str, Repository] = {}
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        rows = Repository.objects.filter(full_name_folded__in=batch, creator=None, source=None)
        for row in rows.order_by("duplicate"):
            if row.full_name_folded not in found or row.full_name == spelled[row.full_name_folded]:
                found[row.full_name_folded] = row
    return found


def _create(records: list[RepositoryRecord]) -> None:
    """In the order in which GitHub got them, for "oldest first" among rows that come together."""
    rows = [
        Repository(creator=None, **_values(record))
        for record in sorted(records, key=lambda record: record.created_at or LAST)
    ]
    try:
        with transaction.atomic():
            Repository.objects.bulk_create(rows, batch_size=BATCH)
    except IntegrityError:
        raise _changed_meanwhile() from None


def _update(row: Repository, record: RepositoryRecord) -> None:
    mine = Repository.objects.filter(pk=row.pk, creator=None, source=None)
    values = _values(record)
    if not mine.update(**values, **folded_values(Repository, values)):
        raise _changed_meanwhile()


def _changed_meanwhile() -> Conflict:
    return Conflict("Somebody changed the same repositories meanwhile. Run it again.")


def _differs(row: Repository, record: RepositoryRecord) -> bool:
    return any(getattr(row, field) != value for field, value in _values(record).items())


def _values(record: RepositoryRecord) -> dict[str, str]:
    return {
        "name": record.name,
        "full_name": record.full_name,
        "owner_login": owner_of(record.full_name),
        "url": record.url,
        "description": record.description,
        "search_text": search_text_of(record.name, record.full_name, record.description),
    }
