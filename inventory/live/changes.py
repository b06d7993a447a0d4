"""Every difference that a read notices becomes a row.

A machine that was not stored before has one change, of ``state``, from nothing. A machine that
goes missing, or comes back, has one too. Rows are written in the transaction that changes the
machine, so none is without the other.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from gateway.core.transactions import in_parts, in_transaction
from inventory.live.locks import lock_provider
from inventory.live.resources import is_of_earlier_release
from inventory.models import Change, Source, VirtualMachine

# What people want to know of. raw_state says what state says; names repeat ids.
FIELDS = (
    "name",
    "state",
    "size_id",
    "memory",
    "vcpus",
    "disk",
    "image_id",
    "location_id",
    "public_ips",
    "private_ips",
    "tags",
    "created_at",
)
BATCH = 200
MOST_DELETED = 5000  # of one transaction
Facts = Mapping[str, Any]


@contextmanager
def noting_changes(
    source: Source, external_ids: Iterable[str], *, pks: Iterable[int] = (), at: datetime
) -> Iterator[None]:
    """Note what the block changes in these rows; ``at``: when the read began that found it.

    A source's first listing finds everything new, which is news of nothing: it is not noted.
    """
    names, keys = list(external_ids), list(pks)
    before = _facts(source, names, keys)
    yield
    if source.listing_started_at is None and not before:
        return
    after = _facts(source, names, keys)
    changes = [
        Change(machine_id=pk, provider_id=source.provider_id, at=at, **difference)
        for pk, now in after.items()
        for difference in _differences(before.get(pk), now)
    ]
    Change.objects.bulk_create(changes, batch_size=BATCH)


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
    """Under the lock of the provider: whoever deletes its sources deletes changes, too."""
    lock_provider(provider_id)
    keys = list(changes.order_by("pk").values_list("pk", flat=True)[:MOST_DELETED])
    deleted, _by_model = Change.objects.filter(pk__in=keys).delete()
    return deleted


def _facts(source: Source, names: list[str], keys: list[int]) -> dict[int, Facts]:
    """The present facts of the source's rows with these external ids or primary keys."""
    rows = VirtualMachine.objects.filter(source=source).values("pk", "fingerprint", *FIELDS)
    found: dict[int, Facts] = {}
    for condition, values in (("external_id__in", names), ("pk__in", keys)):
        for start in range(0, len(values), BATCH):
            batch = rows.filter(**{condition: values[start : start + BATCH]})
            found |= {row["pk"]: row for row in batch}
    return found


def _differences(before: Facts | None, after: Facts) -> list[dict[str, Any]]:
    if before is None:
        return [{"field": "state", "before": None, "after": after["state"]}]
    # A release that reads a cloud's answer otherwise finds no change of the machine.
    fields = ("state",) if is_of_earlier_release(before["fingerprint"]) else FIELDS
    return [
        {"field": name, "before": _plain(before[name]), "after": _plain(after[name])}
        for name in fields
        if before[name] != after[name]
    ]


def _plain(value: Any) -> Any:
    """As JSON has it: times and decimals become text."""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))
