"""Recording events, and one delivery for each webhook that asks for them.

An app records an event in the transaction in which it happens, as one row. A worker makes the
deliveries: that looks up the rights of every owner of a webhook, which the transaction of a job or
of a listing must not wait for.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils import timezone

from gateway.core.text import storable_json
from gateway.core.transactions import in_transaction
from gateway.core.webhooks.kinds import Item, kind_named
from gateway.core.webhooks.models import Webhook, WebhookDelivery, WebhookEvent, WebhookState
from gateway.core.webhooks.timing import MOST_PENDING
from gateway.core.webhooks.wake import wake_after_commit

MOST_KEYS = 50  # of one event: the specification recommends small bodies
MOST_EVENTS = 500  # of one transaction


def _is_any_active() -> bool:
    """Whether anybody is to be sent anything."""
    return Webhook.objects.filter(state=WebhookState.ACTIVE.value).exists()


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
    while events := list(WebhookEvent.objects.order_by("pk")[:MOST_EVENTS]):
        webhooks = Webhook.objects.filter(state=WebhookState.ACTIVE.value, owner__is_active=True)
        _store(events, _deliveries(events, list(webhooks.select_related("owner").order_by("pk"))))


@in_transaction
def _store(events: Sequence[WebhookEvent], made: Mapping[int, list[WebhookDelivery]]) -> None:
    """Replace the events by their deliveries. Those that another worker takes are left to it.

    The webhooks are locked: one that is deleted meanwhile would leave deliveries without it.
    """
    taken = WebhookEvent.objects.filter(pk__in=[event.pk for event in events])
    keys = list(
        taken.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True)
    )
    deliveries = [delivery for key in keys for delivery in made.get(key, ())]
    wanted = Webhook.objects.filter(pk__in={one.webhook_id for one in deliveries})
    present = set(wanted.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    WebhookDelivery.objects.bulk_create(
        (one for one in deliveries if one.webhook_id in present), batch_size=200
    )
    WebhookEvent.objects.filter(pk__in=keys).delete()
    _pause_overfull(present)


def _pause_overfull(webhooks: Iterable[Any]) -> None:
    waiting = WebhookDelivery.objects.filter(
        webhook__in=list(webhooks), next_attempt_at__isnull=False
    )
    counted = waiting.order_by().values("webhook").annotate(number=Count("pk"))
    full = counted.filter(number__gt=MOST_PENDING).values("webhook")
    Webhook.objects.filter(pk__in=full, state=WebhookState.ACTIVE.value).update(
        state=WebhookState.PAUSED.value,
        reason=f"More than {MOST_PENDING} deliveries wait for it.",
    )


def _deliveries(
    events: Sequence[WebhookEvent], webhooks: Sequence[Webhook]
) -> dict[int, list[WebhookDelivery]]:
    """By the keys of the events."""
    made: defaultdict[int, list[WebhookDelivery]] = defaultdict(list)
    for name in {event.kind for event in events}:
        kind = kind_named(name)
        interested = [webhook for webhook in webhooks if name in webhook.events]
        if kind is None or not interested:
            continue
        happened = [event for event in events if event.kind == name]
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
    """Whether each limit of the webhook's filter allows the item.

    An item that has several values matches if one of them is allowed. A limit on fields is none for
    an item that has no field.
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
