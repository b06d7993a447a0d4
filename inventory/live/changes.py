"""The history of a resource: each difference that a read finds in a column of it becomes a Change.

An object that was not stored before has one change, of ``state``, from nothing. One that goes
missing, or comes back, has one too. Changes are written in the transaction that changes the row, so
none is without the other. So are the versions of rows: see ``inventory.live.versions``.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from gateway.core.transactions import in_parts, in_transaction
from gateway.core.webhooks.events import record_webhook_event
from inventory.live.locks import lock_provider
from inventory.live.resources import StoredResource, is_of_earlier_release
from inventory.live.versions import KEYS, record_versions, recorded_columns
from inventory.models import Change, Source
from inventory.resources import Resource
from inventory.resources.base import STATE
from inventory.resources.history import Noted, noted

CHANGED_EVENT = "object.changed"  # of webhooks
BATCH = 200
MOST_DELETED = 5000  # of one transaction
Facts = Mapping[str, Any]
# ``note(resource, source, changes, facts)`` completes changes that are about to be stored.
# ``facts``: the columns of their rows now, by the rows' primary keys.
Note = Callable[[Resource, Source, Sequence[Change], Mapping[int, Facts]], None]
_NOTES: list[Note] = []


def register_change_note(note: Note) -> None:
    """Have ``note`` called with all changes before they are stored."""
    _NOTES.append(note)


@contextmanager
def recorded_changes(
    resource: StoredResource,
    source: Source,
    external_ids: Iterable[str],
    *,
    pks: Iterable[int] = (),
    at: datetime,
) -> Iterator[None]:
    """Record what the block changes in these rows; ``at``: when the read began that found it.

    The first listing of a source finds every object new, which is no change: none is recorded.
    """
    fields = noted(resource.declared)
    if not fields:
        yield
        return
    rows = resource.rows.filter(source=source).values(*KEYS, *recorded_columns(resource))
    names, keys = list(external_ids), list(pks)
    before = _facts(rows, names, keys)
    yield
    if source.listing_started_at is None and not before:
        return
    after = _facts(rows, names, keys)
    record_versions(resource, before, after, at=at)
    changes = [
        Change(source=source, provider_id=source.provider_id, row_id=pk, at=at, **difference)
        for pk, now in after.items()
        for difference in _differences(fields, before.get(pk), now)
    ]
    for note in _NOTES:
        note(resource.declared, source, changes, after)
    stored = Change.objects.bulk_create(changes, batch_size=BATCH)
    record_webhook_event(CHANGED_EVENT, [str(change.pk) for change in stored])


def changes_prune(*, older_than: datetime) -> int:
    """Forget the changes before ``older_than``; returns how many those were."""
    old = Change.objects.filter(at__lt=older_than)
    providers = old.order_by("provider").values_list("provider", flat=True).distinct()
    return sum(
        in_parts(partial(_delete_some, pk, old.filter(provider=pk)), most=MOST_DELETED)
        for pk in providers
    )


@in_transaction
def _delete_some(provider_id: int, changes: QuerySet[Change]) -> int:
    """Locks the provider first, because a deletion of its sources deletes changes, too."""
    lock_provider(provider_id)
    keys = list(changes.order_by("pk").values_list("pk", flat=True)[:MOST_DELETED])
    deleted, _by_model = Change.objects.filter(pk__in=keys).delete()
    return deleted


def _facts(rows: QuerySet[Any, Any], names: list[str], keys: list[int]) -> dict[int, Facts]:
    """The present facts of those of ``rows`` with these external ids or primary keys."""
    found: dict[int, Facts] = {}
    for condition, values in (("external_id__in", names), ("pk__in", keys)):
        for start in range(0, len(values), BATCH):
            batch = rows.filter(**{condition: values[start : start + BATCH]})
            found |= {row["id"]: row for row in batch}
    return found


def _differences(
    fields: Sequence[Noted], before: Facts | None, after: Facts
) -> list[dict[str, Any]]:
    if before is None:
        return [{"field": STATE, "before": None, "after": after[STATE]}]
    # A release that reads a cloud's answer otherwise finds no change of the object.
    is_earlier = is_of_earlier_release(before["fingerprint"], after["fingerprint"])
    return [
        {"field": one.name, "before": _plain(old), "after": _plain(new)}
        for one in fields
        if (one.name == STATE or not is_earlier)
        and (old := one.value(before)) != (new := one.value(after))
    ]


def _plain(value: Any) -> Any:
    """As JSON has it: times and decimals become text."""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))
