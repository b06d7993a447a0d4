"""Records events, and makes a delivery for each webhook that subscribes to them.

An app records an event in the transaction in which it happens, as one row. A worker makes the
deliveries: that looks up the rights of every owner of a webhook, which the transaction of a job or
of a listing must not wait for.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from gateway.core.db import is_unavailable
from gateway.core.text import storable_json
from gateway.core.transactions import in_transaction
from gateway.core.unexpected import log_unexpected
from gateway.core.webhooks.kinds import Item, kind_named
from gateway.core.webhooks.models import Webhook, WebhookDelivery, WebhookEvent, WebhookState
from gateway.core.webhooks.queue import pause_overfull
from gateway.core.webhooks.wake import wake_after_commit

log = logging.getLogger(__name__)

MOST_KEYS = 50  # of one event: the specification recommends small bodies
MOST_EVENTS = 500  # of one transaction


# By hand: the end of each job asks it, and the ORM takes three times as long to build it.
ANY_ACTIVE = (
    f"SELECT 1 FROM {Webhook._meta.db_table} WHERE state = '{WebhookState.ACTIVE.value}' LIMIT 1"  # noqa: S608, SLF001 - names of our own
)


def _is_any_active() -> bool:
    """True if there is an active webhook."""
    with connection.cursor() as cursor:
        cursor.execute(ANY_ACTIVE)
        return cursor.fetchone() is not None


def record_webhook_event(
    kind: str,
    keys: Sequence[str],
    *,
    at: datetime | None = None,
    details: Mapping[str, Any] | None = None,
    per_event: int = MOST_KEYS,
) -> None:
    """Write the event in the caller's transaction; when it commits, wake a worker.

    More than ``per_event`` keys become several events. Nothing is written if no webhook is active.
    """
    if not keys or not _is_any_active():
        return
    columns = {"kind": kind, "at": at or timezone.now(), "details": storable_json(details or {})}
    parts = (keys[start : start + per_event] for start in range(0, len(keys), per_event))
    rows = [WebhookEvent(keys=list(part), **columns) for part in parts]
    WebhookEvent.objects.bulk_create(rows, batch_size=200)
    wake_after_commit()


def fan_out() -> None:
    """Make the deliveries of all events that wait."""
    waiting = WebhookEvent.objects.filter(failed_at=None).order_by("pk")
    while events := list(waiting[:MOST_EVENTS]):
        webhooks = Webhook.objects.filter(state=WebhookState.ACTIVE.value, owner__is_active=True)
        _store(events, _deliveries(events, list(webhooks.select_related("owner").order_by("pk"))))


@in_transaction
def _store(events: Sequence[WebhookEvent], made: Mapping[int, list[WebhookDelivery]]) -> None:
    """Replace the events by their deliveries, except for events that another worker has locked.

    Events that are not in ``made`` have failed; their rows stay, for the metrics. The webhooks are
    locked, so that none of them is deleted while its deliveries are inserted.
    """
    taken = WebhookEvent.objects.filter(pk__in=[event.pk for event in events], failed_at=None)
    keys = list(
        taken.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True)
    )
    done = [key for key in keys if key in made]
    deliveries = [delivery for key in done for delivery in made[key]]
    wanted = Webhook.objects.filter(pk__in={one.webhook_id for one in deliveries})
    present = set(wanted.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    WebhookDelivery.objects.bulk_create(
        (one for one in deliveries if one.webhook_id in present), batch_size=200
    )
    WebhookEvent.objects.filter(pk__in=done).delete()
    if failed := [key for key in keys if key not in made]:
        WebhookEvent.objects.filter(pk__in=failed).update(failed_at=timezone.now())
    pause_overfull(present)


def _deliveries(
    events: Sequence[WebhookEvent], webhooks: Sequence[Webhook]
) -> dict[int, list[WebhookDelivery]]:
    """Deliveries by event key, without events whose kind raises an error, which is logged."""
    made: dict[int, list[WebhookDelivery]] = {}
    for name in {event.kind for event in events}:
        happened = [event for event in events if event.kind == name]
        interested = [webhook for webhook in webhooks if name in webhook.events]
        try:
            made |= _of_kind(name, happened, interested)
        except Exception as error:
            if is_unavailable(error):
                raise
            made |= _one_by_one(name, happened, interested)
    return made


def _one_by_one(
    name: str, happened: Sequence[WebhookEvent], interested: Sequence[Webhook]
) -> dict[int, list[WebhookDelivery]]:
    """One event at a time, so that an event that raises an error does not block the others."""
    made: dict[int, list[WebhookDelivery]] = {}
    for event in happened:
        try:
            made |= _of_kind(name, [event], interested)
        except Exception as error:
            if is_unavailable(error):
                raise
            log_unexpected(log, error, context=f"deliveries of event {event.pk}, {name}")
    return made


def _of_kind(
    name: str, happened: Sequence[WebhookEvent], interested: Sequence[Webhook]
) -> dict[int, list[WebhookDelivery]]:
    made: dict[int, list[WebhookDelivery]] = {event.pk: [] for event in happened}
    kind = kind_named(name)
    if kind is None or not interested:
        return made
    keys = {key for event in happened for key in event.keys}
    items = {item.key: item for item in kind.items(keys)}
    visible: dict[int, set[str]] = {}  # rights are looked up once for each owner
    for webhook in interested:
        if webhook.owner_id not in visible:
            visible[webhook.owner_id] = kind.visible(webhook.owner, items.keys())
        allowed = visible[webhook.owner_id]
        wanted = {key for key in allowed & items.keys() if matches(webhook, items[key])}
        for event in happened:
            if found := [key for key in event.keys if key in wanted]:
                made[event.pk].append(_delivery(webhook, event, found))
    return made


def matches(webhook: Webhook, item: Item) -> bool:
    """True if each limit of the webhook's filter allows the item.

    An item that has several values matches if one of them is allowed. A limit on targets or
    fields does not apply to items of a kind without them.
    """
    found = {"provider": item.providers, "target": item.targets, "field": item.fields}
    return all(
        found[key] is None or not set(found[key] or ()).isdisjoint(values)
        for key, values in webhook.filter.items()
    )


def _delivery(webhook: Webhook, event: WebhookEvent, keys: list[str]) -> WebhookDelivery:
    return WebhookDelivery(
        webhook=webhook,
        kind=event.kind,
        at=event.at,
        keys=keys,
        details=event.details,
        next_attempt_at=timezone.now(),
    )
