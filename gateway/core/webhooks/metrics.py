"""Counts of webhooks and deliveries in the database, for /metrics."""

from dataclasses import dataclass

from django.db.models import Count, Min, Q
from django.utils import timezone

from gateway.core.webhooks.models import Webhook, WebhookDelivery, WebhookEvent, WebhookState


@dataclass(frozen=True, slots=True)
class Counts:
    """``webhooks``, ``deliveries``: by state. ``oldest_seconds``: for how long the delivery that is
    due longest has been; 0 if none is. ``events`` wait; of ``failed_events`` no
    delivery could be made.
    """

    webhooks: dict[str, int]
    deliveries: dict[str, int]
    events: int
    failed_events: int
    oldest_seconds: float


def counts() -> Counts:
    now = timezone.now()
    active = WebhookDelivery.objects.filter(webhook__state=WebhookState.ACTIVE.value)
    due = active.filter(next_attempt_at__lte=now)
    oldest = due.aggregate(oldest=Min("next_attempt_at"))["oldest"]
    failed = Q(failed_at__isnull=False)
    events = WebhookEvent.objects.aggregate(
        waiting=Count("pk", filter=~failed), failed=Count("pk", filter=failed)
    )
    return Counts(
        _by_state(Webhook),
        _by_state(WebhookDelivery),
        events["waiting"],
        events["failed"],
        (now - oldest).total_seconds() if oldest else 0.0,
    )


def _by_state(model: type[Webhook] | type[WebhookDelivery]) -> dict[str, int]:
    rows = model.objects.order_by().values_list("state").annotate(Count("pk"))
    return dict(rows)
