"""Writes rows, in the transaction of ``inventory.live.store``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils import timezone

from gateway.core.folded_field import folded_fields
from inventory.live.compare import Difference
from inventory.live.creation_times import earlier_creation_times
from inventory.live.resources import RESOURCES, StoredResource, fingerprint
from inventory.live.search_index import search_text, write_terms
from inventory.live.state_times import state_times
from inventory.models import Source
from inventory.prices.pricer import DEPENDS_ON, priced
from inventory.types import MISSING

OF_THE_FIRST_READ = ("first_seen_at", "recorded_since")  # a later one leaves them alone
BATCH = 200  # rows of one INSERT: SQLite bounds the number of its parameters


def upsert(
    source: Source, resource: StoredResource, records: Sequence[Any], started_at: datetime
) -> None:
    """Write the rows of ``records``, and the terms that they are found by."""
    values = [_row_values(source, resource, record, started_at) for record in records]
    if not values:
        return
    earlier = earlier_creation_times(resource.rows.filter(source=source), records)
    for row in values:
        if row["external_id"] in earlier:
            row["created_at"] = earlier[row["external_id"]]
    if resource.observation is not None:
        since = state_times(resource.rows.filter(source=source), records, started_at)
        for row in values:
            row["state_changed_at"] = since[row["external_id"]]
    _add_prices(source, resource, values)
    kept = {"source", "provider", "region", "external_id", *OF_THE_FIRST_READ}
    columns = values[0].keys() - kept | {field.attname for field in folded_fields(resource.model)}
    resource.rows.bulk_create(
        [resource.model(**row) for row in values],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["source", "external_id"],
        update_fields=sorted(columns),
    )
    if resource.observation is not None:
        write_terms(resource.terms, resource.rows.filter(source=source), records)


def _add_prices(source: Source, resource: StoredResource, rows: list[dict[str, Any]]) -> None:
    """Adds the columns of prices and costs to the rows of a resource that has prices."""
    if resource.name in DEPENDS_ON:
        for row, columns in zip(rows, priced(source.provider, resource.name, rows), strict=True):
            row.update(columns)


def unsaved_row(source: Source, record: Any) -> Any:
    """A row that is not saved, as a list of ``source`` would store the bounded ``record``."""
    resource = RESOURCES[source.resource]
    row = {
        "source": source,
        "provider": source.provider,
        "region": source.region,
        "external_id": record.external_id,
        **resource.values(record),
    }
    if resource.outlives_listings:
        row |= {"observed_at": timezone.now(), "read_started_at": timezone.now()}
    return resource.model(**row)


def _row_values(
    source: Source, resource: StoredResource, record: Any, started_at: datetime
) -> dict[str, Any]:
    values = {
        "source": source,
        "provider": source.provider,
        "region": source.region,
        "external_id": record.external_id,
        "fingerprint": fingerprint(record),
        **resource.values(record),
    }
    if resource.observation is not None:
        values |= {
            "read_started_at": started_at,
            **dict.fromkeys(OF_THE_FIRST_READ, started_at),
            "observed_at": timezone.now(),
            "listed": True,
            "unlisted_since": None,
            "missing_since": None,
            "last_state": "",
            "search_text": search_text(record, resource.observation.searched),
        }
    return values


def note_absences(resource: StoredResource, difference: Difference, started_at: datetime) -> None:
    """Mark the rows that are not in a listing; rows of a catalogue are deleted."""
    rows = resource.rows
    if not resource.outlives_listings:
        _each_batch(difference.lacked, lambda pks: rows.filter(pk__in=pks).delete())
        return
    _each_batch(difference.unlisted, lambda pks: rows.filter(pk__in=pks).update(listed=False))
    _each_batch(
        difference.unlisted_since,
        lambda pks: rows.filter(pk__in=pks).update(listed=False, unlisted_since=started_at),
    )
    _each_batch(
        difference.missing,
        lambda pks: rows.filter(pk__in=pks).update(
            last_state=F("state"),
            state=MISSING,
            missing_since=F("unlisted_since"),
            state_changed_at=F("unlisted_since"),
        ),
    )


def _each_batch(pks: list[int], write: Any) -> None:
    for start in range(0, len(pks), BATCH):
        write(pks[start : start + BATCH])
