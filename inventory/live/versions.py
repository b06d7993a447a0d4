"""Earlier versions of rows: whatever differs from before is kept as it was.

A row has its present version itself, from ``recorded_since`` on, and a PastRow each earlier one.
They are written in the transaction that changes or deletes the row, so none is without the other.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from gateway.core.db import in_chunks
from inventory.live.resources import StoredResource
from inventory.models import PastRow

BATCH = 200
# The facts that a PastRow has in columns of its own.
KEYS = ("id", "source", "provider")
# Columns that differ after each read, or follow from others: no version is kept because of them.
OF_EVERY_READ = frozenset(
    {
        "fingerprint",
        "read_started_at",
        "observed_at",
        "unlisted_since",
        "provisioned_at",
        "first_seen_at",
        "recorded_since",
        "search_text",
    }
)
Facts = Mapping[str, Any]


def recorded_columns(resource: StoredResource) -> tuple[str, ...]:
    """The columns of a version."""
    return tuple(name for name in resource.declared.columns if name not in KEYS)


def record_versions(
    resource: StoredResource,
    before: Mapping[int, Facts],
    after: Mapping[int, Facts],
    *,
    at: datetime,
) -> None:
    """Keep those of ``before`` that ``after`` differs from; both by the rows' primary keys."""
    differing = [pk for pk, facts in after.items() if pk in before and _differ(before[pk], facts)]
    keep_versions(resource, (before[pk] for pk in differing), until=at)
    for start in range(0, len(differing), BATCH):
        batch = resource.rows.filter(pk__in=differing[start : start + BATCH])
        # A row may have been recorded by a read that began later and saw it differ again.
        batch.exclude(recorded_since__gt=at).update(recorded_since=at)


def keep_rows(resource: StoredResource, rows: QuerySet[Any], *, until: datetime) -> None:
    """Keep the present versions of rows that are about to be deleted."""
    found = rows.exclude(recorded_since=None).exclude(source=None)
    columns = (*KEYS, *recorded_columns(resource))
    keep_versions(resource, in_chunks(found.values(*columns), BATCH), until=until)


def keep_versions(resource: StoredResource, versions: Any, *, until: datetime) -> None:
    """``versions``: columns and KEYS by their names. One that lasted no time is not kept."""
    columns = recorded_columns(resource)
    kept = [
        PastRow(
            source_key=facts["source"],
            provider_key=facts["provider"],
            row_key=facts["id"],
            since=facts["recorded_since"],
            until=until,
            facts={name: _kept(facts[name]) for name in columns},
        )
        for facts in versions
        if facts["recorded_since"] is not None and facts["recorded_since"] < until
    ]
    if kept:
        PastRow.objects.bulk_create(kept, batch_size=BATCH)


def _differ(before: Facts, after: Facts) -> bool:
    return any(before[name] != value for name, value in after.items() if name not in OF_EVERY_READ)


def _kept(value: Any) -> Any:
    """As SQLite keeps it, in JSON."""
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    return str(value) if isinstance(value, Decimal | date) else value
