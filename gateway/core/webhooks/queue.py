"""How many deliveries wait for one webhook, and what happens when they are too many.

::

    events          up to MOST_PENDING; with more, the webhook is paused
    sent again      as many as there is room for below half of that
    resumed         half of that wait on; the newer ones have FAILED, and can be sent again

So neither its owner's redelivery nor its resumption pauses a webhook.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet

from gateway.core.webhooks.models import DeliveryState, Webhook, WebhookDelivery, WebhookState
from gateway.core.webhooks.ping import TEST
from gateway.core.webhooks.timing import MOST_PENDING

NO_ROOM = (
    "Too many deliveries waited when the webhook was resumed; redeliverWebhook sends it again."
)


def pause_overfull(webhooks: Iterable[Any]) -> None:
    """``webhooks``: primary keys."""
    waiting = _waiting().filter(webhook__in=list(webhooks))
    counted = waiting.order_by().values("webhook").annotate(number=Count("pk"))
    full = counted.filter(number__gt=MOST_PENDING).values("webhook")
    Webhook.objects.filter(pk__in=full, state=WebhookState.ACTIVE.value).update(
        state=WebhookState.PAUSED.value,
        reason=f"More than {MOST_PENDING:,} deliveries wait for it.",
    )


def room_for_earlier(webhook: Webhook) -> int:
    """The number of earlier deliveries that may be queued again now."""
    return max(0, _most_earlier() - _waiting().filter(webhook=webhook).count())


def make_room(webhook: Webhook) -> None:
    """Keep as many of the oldest as may wait; the others become FAILED."""
    waiting = _waiting().filter(webhook=webhook).exclude(kind=TEST)
    waits_on = waiting.order_by("created_at", "pk").values("pk")[: _most_earlier()]
    waiting.exclude(pk__in=waits_on).update(
        state=DeliveryState.FAILED.value, next_attempt_at=None, error=NO_ROOM
    )


def _most_earlier() -> int:
    return MOST_PENDING // 2


def _waiting() -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.filter(next_attempt_at__isnull=False)
