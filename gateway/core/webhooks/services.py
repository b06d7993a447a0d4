"""Creates, changes, tests and deletes webhooks, rotates their secrets, sends events again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import User
from django.utils import timezone

from gateway.core.accounts.locks import lock_user
from gateway.core.errors import Conflict, InvalidInput, NotFound
from gateway.core.transactions import delete_locked, in_transaction
from gateway.core.webhooks.address import clean_url
from gateway.core.webhooks.kinds import kinds_on_offer
from gateway.core.webhooks.models import (
    ENDED,
    MESSAGE,
    DeliveryState,
    Webhook,
    WebhookDelivery,
    WebhookState,
)
from gateway.core.webhooks.ping import TEST
from gateway.core.webhooks.queue import make_room, room_for_earlier
from gateway.core.webhooks.signing import new_secret
from gateway.core.webhooks.timing import MOST_OF_ONE_OWNER, PREVIOUS_SECRET
from gateway.core.webhooks.wake import wake_after_commit

LONGEST_DESCRIPTION = 200
MOST_VALUES = 100  # of a key of a filter
Filter = Mapping[str, Sequence[str]]


@in_transaction
def webhook_create(
    *, owner: User, url: str, events: Sequence[str], description: str = "", wanted: Filter
) -> Webhook:
    """``events``: names of kinds. ``wanted``: lists of texts by keys of items; others are left out.

    The secret is the row's. Raises InvalidInput; Conflict if the owner has the most allowed.
    """
    lock_user(owner)
    if Webhook.objects.filter(owner=owner).count() >= MOST_OF_ONE_OWNER:
        raise Conflict(f"You have {MOST_OF_ONE_OWNER} webhooks; delete some first.")
    return Webhook.objects.create(
        owner=owner,
        url=clean_url(url),
        description=_clean_description(description),
        events=_clean_events(events),
        filter=_clean_filter(wanted),
        secret=new_secret(),
    )


@in_transaction
def webhook_update(
    *,
    webhook: Webhook,
    url: str | None = None,
    events: Sequence[str] | None = None,
    description: str | None = None,
    wanted: Filter | None = None,
    enabled: bool | None = None,
) -> Webhook:
    """None leaves a value unchanged. ``enabled`` True resumes it, also if it was paused. If too
    many deliveries wait then, the newer ones become FAILED.

    A running request was sent for the earlier address or state, so its answer is recorded in its
    delivery only: the lease of its thread is ended. ``lease_until`` stays until the thread has
    finished, so that no second request starts meanwhile.

    Raises InvalidInput; NotFound if it was deleted.
    """
    found = _locked(webhook)
    before, was_active = found.url, found.state == WebhookState.ACTIVE
    if url is not None:
        found.url = clean_url(url)
    if events is not None:
        found.events = _clean_events(events)
    if description is not None:
        found.description = _clean_description(description)
    if wanted is not None:
        found.filter = _clean_filter(wanted)
    if enabled is not None:
        found.state = (WebhookState.ACTIVE if enabled else WebhookState.DISABLED).value
        found.reason, found.failures, found.retry_at = "", 0, None
    if found.url != before or enabled is not None:
        found.lease_token = ENDED
    found.save()
    if enabled and not was_active:
        make_room(found)
    wake_after_commit()
    return found


@in_transaction
def webhook_rotate(*, webhook: Webhook) -> Webhook:
    """Set a new secret. For a day, requests are also signed with the previous one.

    Raises NotFound if it was deleted.
    """
    found = _locked(webhook)
    found.previous_secret = found.secret
    found.previous_secret_until = timezone.now() + PREVIOUS_SECRET
    found.secret = new_secret()
    found.save()
    return found


@in_transaction
def webhook_test(*, webhook: Webhook) -> WebhookDelivery:
    """Send a test once, in any state of the webhook.

    Raises Conflict while an earlier test waits; NotFound if it was deleted.
    """
    found = _locked(webhook)
    if found.deliveries.filter(kind=TEST, next_attempt_at__isnull=False).exists():
        raise Conflict("A test of this webhook is already waiting.")
    now = timezone.now()
    delivery = WebhookDelivery.objects.create(
        webhook=found, kind=TEST, at=now, keys=["test"], next_attempt_at=now
    )
    wake_after_commit()
    return delivery


@dataclass(frozen=True, slots=True)
class Redelivery:
    """``count``: sent again. ``remaining``: FAILED ones for which there was no room."""

    count: int
    remaining: int


@in_transaction
def webhook_redeliver(*, webhook: Webhook, message_ids: Sequence[str] | None = None) -> Redelivery:
    """Send deliveries again, with their ids. None: all that have FAILED, the oldest first, as many
    as there is room for.

    They are tried for another day. Those that wait already do not change. Raises InvalidInput;
    Conflict unless the webhook is ACTIVE and there is room; NotFound if it was deleted, or for an
    unknown id.
    """
    found = _locked(webhook)
    if found.state != WebhookState.ACTIVE:
        message = (
            f"This webhook is {found.state}. Resume it first: updateWebhook with enabled: true."
        )
        raise Conflict(message)
    ended = found.deliveries.filter(next_attempt_at=None).exclude(kind=TEST)
    if message_ids is None:
        ended = ended.filter(state=DeliveryState.FAILED.value)
    else:
        ended = ended.filter(pk__in=_deliveries_named(found, message_ids))
    wanted, room = ended.count(), room_for_earlier(found)
    if wanted and (not room or (message_ids is not None and wanted > room)):
        message = "Too many deliveries wait for this webhook. Try again when they were sent."
        raise Conflict(message)
    now = timezone.now()
    again = {"created_at": now, "next_attempt_at": now, "attempts": 0}
    oldest = ended.order_by("created_at", "pk").values("pk")[:room]
    count = found.deliveries.filter(pk__in=oldest).update(
        state=DeliveryState.PENDING.value, **again
    )
    wake_after_commit()
    return Redelivery(count, wanted - count)


def _deliveries_named(webhook: Webhook, message_ids: Sequence[str]) -> set[UUID]:
    if not 1 <= len(message_ids) <= MOST_VALUES:
        message = f"Name 1 to {MOST_VALUES} messages, or leave messageIds out."
        raise InvalidInput(message, field="messageIds")
    keys = {one: _delivery_key(one) for one in message_ids}
    known = webhook.deliveries.exclude(kind=TEST).filter(
        pk__in=[key for key in keys.values() if key]
    )
    found = set(known.values_list("pk", flat=True))
    for message_id, key in keys.items():
        if key not in found:
            message = f"No event was sent to this webhook as {message_id[:40]!r} in the last days."
            raise NotFound(message, field="messageIds")
    return found


def _delivery_key(message_id: str) -> UUID | None:
    """None for a text that is no id of a message."""
    try:
        key = UUID(hex=message_id.removeprefix(MESSAGE))
    except ValueError:
        return None
    return key if message_id == f"{MESSAGE}{key.hex}" else None


def webhook_delete(*, webhook: Webhook) -> None:
    """Delete it with its deliveries. Deleting it twice is no error."""
    delete_locked(Webhook.objects.filter(pk=webhook.pk))


def _locked(webhook: Webhook) -> Webhook:
    found = Webhook.objects.select_for_update(no_key=True).filter(pk=webhook.pk).first()
    if found is None:
        raise NotFound("The webhook was deleted.", field="id")
    return found


def _clean_events(events: Sequence[str]) -> list[str]:
    known = [kind.name for kind in kinds_on_offer()]
    if not events:
        raise InvalidInput("Name at least one event.", field="events")
    return [name for name in known if name in events]


def _clean_description(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_DESCRIPTION or not text.isprintable():
        message = f"A description has at most {LONGEST_DESCRIPTION} printable characters."
        raise InvalidInput(message, field="description")
    return text


def _clean_filter(wanted: Filter) -> dict[str, list[str]]:
    check_filter(wanted)
    for kind in kinds_on_offer():
        kind.check_filter(wanted)
    return {key: list(values) for key, values in wanted.items()}


def check_filter(wanted: Filter) -> None:
    """Raises InvalidInput for too many values, or none."""
    for key, values in wanted.items():
        if not 1 <= len(values) <= MOST_VALUES:
            message = f"Name 1 to {MOST_VALUES} values, or leave {key} out."
            raise InvalidInput(message, field=f"filter.{key}")
