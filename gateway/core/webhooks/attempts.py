"""Sends the due deliveries of one webhook, one after the other, and records the answers.

::

    lease ──▶ next due delivery ──▶ rights ──▶ request ──▶ answer ──▶ next …
                     └── none, or the lease is lost ──▶ end

The lease is on the webhook's row, so a webhook gets one request at a time, with any number of
workers. If a worker is killed, the lease expires and the delivery is sent again: at least once. An
attempt is counted before it is made, so a delivery that kills its workers uses up its attempts.
"""

import logging
import secrets
import time
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from gateway.core.db import is_unavailable, release_connection
from gateway.core.unexpected import log_unexpected
from gateway.core.webhooks.kinds import EventKind, kind_named
from gateway.core.webhooks.models import (
    ENDED,
    DeliveryState,
    Webhook,
    WebhookDelivery,
    WebhookState,
)
from gateway.core.webhooks.outcomes import begin, fail, settle, use_up, withhold
from gateway.core.webhooks.ping import TEST
from gateway.core.webhooks.sender import post
from gateway.core.webhooks.signing import signature_headers
from gateway.core.webhooks.timing import LEASE, LONGEST, MOST_ATTEMPTS, MOST_IN_A_ROW

log = logging.getLogger(__name__)

AGENT = {"Content-Type": "application/json", "User-Agent": "cloud-gateway-webhooks"}


def due_webhooks() -> QuerySet[Webhook]:
    """The webhooks for which a delivery is due and to which no thread is sending."""
    now = timezone.now()
    due = _due(now).filter(webhook=OuterRef("pk"))
    sendable = Q(state=WebhookState.ACTIVE.value) & (Q(retry_at=None) | Q(retry_at__lte=now))
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    return Webhook.objects.filter(free, (sendable & Exists(due)) | Exists(due.filter(kind=TEST)))


def send_due(webhook_id: UUID) -> bool:
    """Send due deliveries, up to a number of attempts. Returns True if more may be due.

    Does nothing if another thread sends to this webhook.
    """
    token = secrets.token_hex(16)
    now = timezone.now()
    free = Webhook.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), pk=webhook_id)
    if not free.update(lease_token=token, lease_until=now + LEASE):
        return False
    try:
        _give_up_old(webhook_id, now)
        return all(_send_next(webhook_id, token) for _ in range(MOST_IN_A_ROW))
    finally:
        held = Webhook.objects.filter(pk=webhook_id, lease_token__in=[token, ENDED])
        held.update(lease_token=ENDED, lease_until=None)


def _due(now: datetime) -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.filter(next_attempt_at__lte=now)


def _give_up_old(webhook_id: UUID, now: datetime) -> None:
    """Deliveries wait while a webhook is paused. Those that are older than LONGEST fail."""
    old = WebhookDelivery.objects.filter(
        webhook=webhook_id, next_attempt_at__isnull=False, created_at__lte=now - LONGEST
    )
    old.update(
        state=DeliveryState.FAILED.value,
        next_attempt_at=None,
        error="It was not delivered within a day.",
    )


def _send_next(webhook_id: UUID, token: str) -> bool:
    """Returns False if nothing is due, or the lease is lost."""
    now = timezone.now()
    leased = Webhook.objects.filter(pk=webhook_id, lease_token=token)
    if not leased.update(lease_until=now + LEASE):
        return False
    webhook = leased.select_related("owner").first()
    delivery = None if webhook is None else _next(webhook, now)
    if webhook is None or delivery is None:
        return False
    if delivery.attempts >= MOST_ATTEMPTS:
        use_up(delivery)
    else:
        _send(webhook, delivery, token)
    return True


def _send(webhook: Webhook, delivery: WebhookDelivery, token: str) -> None:
    try:
        body = body_of(webhook, delivery)
    except Exception as error:
        if is_unavailable(error):
            raise
        # Only this delivery: it would come first again, and hold up all others for a day.
        fail(delivery, log_unexpected(log, error, context=f"the body of delivery {delivery.pk}"))
        return
    if body is None:
        withhold(delivery, owner=webhook.owner)
        return
    if not begin(delivery):
        return
    timestamp = int(time.time())
    keys = _keys(webhook, timezone.now())
    headers = signature_headers(delivery.message_id, timestamp, body, keys)
    release_connection()
    answer = post(webhook.url, body, headers | AGENT)
    settle(webhook, delivery, answer, token=token)


def _next(webhook: Webhook, now: datetime) -> WebhookDelivery | None:
    """A test is sent whatever the webhook's state is."""
    due = _due(now).filter(webhook=webhook)
    waits = webhook.retry_at is not None and webhook.retry_at > now
    if webhook.state != WebhookState.ACTIVE or waits:
        due = due.filter(kind=TEST)
    return due.order_by("next_attempt_at", "pk").first()


def body_of(webhook: Webhook, delivery: WebhookDelivery) -> bytes | None:
    """The body, with the objects that the owner may see now; None: the owner may see none."""
    kind, owner = kind_named(delivery.kind), webhook.owner
    if kind is None or not owner.is_active:
        return None
    data = _data(kind, owner, delivery)
    if data is None:
        return None
    body = {"type": kind.name, "timestamp": delivery.at, "data": data}
    return orjson.dumps(body, option=orjson.OPT_UTC_Z)


def _data(kind: EventKind, owner: Any, delivery: WebhookDelivery) -> dict[str, Any] | None:
    visible = kind.visible(owner, delivery.keys)
    keys = [key for key in delivery.keys if key in visible]
    return kind.data(owner, keys, delivery.details) if keys else None


def _keys(webhook: Webhook, now: datetime) -> list[str]:
    until = webhook.previous_secret_until
    previous = [webhook.previous_secret] if until is not None and until > now else []
    return [webhook.secret, *previous]
