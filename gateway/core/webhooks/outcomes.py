"""Writes down what became of an attempt: the delivery's part, and the webhook's."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from gateway.core.transactions import in_transaction
from gateway.core.webhooks.models import DeliveryState, Webhook, WebhookDelivery, WebhookState
from gateway.core.webhooks.ping import TEST
from gateway.core.webhooks.sender import Answer
from gateway.core.webhooks.timing import MOST_FAILURES, next_attempt, pause_after

GONE = 410
OUT_OF_REACH = "Its object was deleted, or its owner may not see it any more."
USED_UP = "The gateway's worker ended during the last attempt, and no attempt is left."
OWNER_DISABLED = "The account of its owner is disabled."


def withhold(delivery: WebhookDelivery, *, owner: Any) -> None:
    """``owner``: of the webhook."""
    reason = OUT_OF_REACH if owner.is_active else OWNER_DISABLED
    _pending(delivery).update(
        state=DeliveryState.WITHHELD.value, next_attempt_at=None, error=reason
    )


def begin(delivery: WebhookDelivery) -> bool:
    """Count the attempt before it is made: one that kills its worker is none the less one.

    Returns False if the delivery does not wait any more.
    """
    delivery.attempts += 1
    return bool(
        _pending(delivery).update(attempts=delivery.attempts, last_attempt_at=timezone.now())
    )


def use_up(delivery: WebhookDelivery) -> None:
    """All attempts were started, and the worker of the last one ended before the answer."""
    _pending(delivery).update(state=DeliveryState.FAILED.value, next_attempt_at=None, error=USED_UP)


def fail(delivery: WebhookDelivery, error_id: str) -> None:
    """No body can be made of it. ``error_id``: of the log."""
    _pending(delivery).update(
        state=DeliveryState.FAILED.value,
        next_attempt_at=None,
        error=f"The gateway could not make the request. Its log has the reason under {error_id}.",
    )


@in_transaction
def settle(webhook: Webhook, delivery: WebhookDelivery, answer: Answer, *, token: str) -> None:
    """Record the outcome of the attempt that ``begin`` has counted.

    ``token``: of the lease. If the lease is lost, only the delivery is written. It is lost if the
    owner has changed the webhook meanwhile. Then a 410 came from the earlier address, so the
    delivery is tried again.
    """
    now = timezone.now()
    leased = Webhook.objects.filter(pk=webhook.pk, lease_token=token)
    is_test = delivery.kind == TEST
    is_kept = not is_test and leased.update(**_webhook_columns(webhook, answer, now))
    again = None
    if not (answer.is_ok or is_test or (is_kept and answer.status == GONE)):
        again = next_attempt(
            delivery.attempts,
            created_at=delivery.created_at,
            now=now,
            retry_after=answer.retry_after,
        )
    _pending(delivery).update(
        state=_state(answer, again).value,
        next_attempt_at=again,
        last_attempt_at=now,
        status=answer.status,
        latency_ms=answer.latency_ms,
        error=answer.error[:300],
    )


def _pending(delivery: WebhookDelivery) -> Any:
    return WebhookDelivery.objects.filter(pk=delivery.pk, state=DeliveryState.PENDING.value)


def _state(answer: Answer, again: datetime | None) -> DeliveryState:
    if answer.is_ok:
        return DeliveryState.DELIVERED
    return DeliveryState.FAILED if again is None else DeliveryState.PENDING


def _webhook_columns(webhook: Webhook, answer: Answer, now: datetime) -> dict[str, Any]:
    if answer.is_ok:
        return {"failures": 0, "retry_at": None}
    failures = webhook.failures + 1
    columns: dict[str, Any] = {"failures": failures, "retry_at": pause_after(failures, now=now)}
    if reason := _reason_to_pause(answer, failures):
        columns |= {"state": WebhookState.PAUSED.value, "reason": reason}
    return columns


def _reason_to_pause(answer: Answer, failures: int) -> str:
    """Empty: there is none. 410 means that the endpoint wants nothing any more."""
    if answer.status == GONE:
        return "The endpoint answered 410 (Gone): it wants nothing any more."
    if failures >= MOST_FAILURES:
        return f"{failures} attempts in a row failed. The last one: {answer.error}"[:300]
    return ""
