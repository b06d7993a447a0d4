"""The number of deliveries that wait for a webhook: redelivery and resumption pause none."""

import pytest

from gateway.core.errors import Conflict
from gateway.core.webhooks import queue
from gateway.core.webhooks.events import record_webhook_event
from gateway.core.webhooks.models import WebhookDelivery
from gateway.core.webhooks.services import (
    Redelivery,
    webhook_redeliver,
    webhook_test,
    webhook_update,
)
from tests.gateway.core.webhooks.factories import deliveries

pytestmark = pytest.mark.django_db
MOST = 8


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    monkeypatch.setattr(queue, "MOST_PENDING", MOST)


@pytest.fixture
def of_events(webhook, doorbell, ann):
    """Makes a delivery each of so many new events; all deliveries, the oldest first."""

    def of_events(count):
        keys = [f"{WebhookDelivery.objects.count()}-{number}" for number in range(count)]
        for key in keys:
            doorbell.ring(key, ann)
        record_webhook_event(doorbell.name, keys, per_event=1)
        return deliveries(webhook)

    return of_events


def all_failed():
    WebhookDelivery.objects.update(state="FAILED", next_attempt_at=None)


def state_of(webhook):
    webhook.refresh_from_db()
    return (webhook.state, webhook.reason)


def waiting():
    return set(WebhookDelivery.objects.filter(state="PENDING").values_list("pk", flat=True))


def test_what_has_failed_is_sent_again_page_by_page_and_pauses_nothing(webhook, of_events):
    for _ in range(3):
        found = of_events(MOST)
        all_failed()
    assert len(found) == 3 * MOST

    sent, remaining = [], None
    while remaining != 0:
        done = webhook_redeliver(webhook=webhook)
        remaining = done.remaining
        sent.append(done.count)
        of_events(1)
        assert state_of(webhook) == ("ACTIVE", "")
        WebhookDelivery.objects.filter(state="PENDING").update(
            state="DELIVERED", next_attempt_at=None
        )

    assert sent == 6 * [MOST // 2]
    assert WebhookDelivery.objects.filter(state="DELIVERED").count() == 3 * MOST + len(sent)


def test_the_oldest_are_sent_again_first(webhook, of_events):
    oldest = [one.pk for one in of_events(4)]
    all_failed()
    of_events(4)
    all_failed()

    assert webhook_redeliver(webhook=webhook) == Redelivery(4, 4)

    assert waiting() == set(oldest)


def test_while_enough_waits_nothing_is_sent_again(webhook, of_events):
    failed = of_events(3)
    all_failed()
    of_events(MOST // 2)
    before = waiting()

    for named in (None, [failed[0].message_id]):
        with pytest.raises(Conflict, match="Too many deliveries wait"):
            webhook_redeliver(webhook=webhook, message_ids=named)

    assert waiting() == before
    assert state_of(webhook) == ("ACTIVE", "")


def test_named_deliveries_are_sent_again_all_or_none(webhook, of_events):
    failed = of_events(3)
    all_failed()
    of_events(MOST // 2 - 2)

    with pytest.raises(Conflict):
        webhook_redeliver(webhook=webhook, message_ids=[one.message_id for one in failed])
    assert webhook_redeliver(
        webhook=webhook, message_ids=[one.message_id for one in failed[:2]]
    ) == Redelivery(2, 0)


def test_a_webhook_that_was_paused_for_its_queue_is_not_paused_again_by_the_next_event(
    webhook, of_events
):
    found = of_events(MOST + 3)
    assert state_of(webhook) == ("PAUSED", f"More than {MOST} deliveries wait for it.")
    webhook_test(webhook=webhook)

    webhook_update(webhook=webhook, enabled=True)
    of_events(1)

    assert state_of(webhook) == ("ACTIVE", "")
    states = dict(WebhookDelivery.objects.exclude(kind="webhook.test").values_list("pk", "state"))
    kept = [one.pk for one in found[: MOST // 2]]
    failed = [one.pk for one in found[MOST // 2 :]]
    assert {states[pk] for pk in kept} == {"PENDING"}
    assert {states[pk] for pk in failed} == {"FAILED"}
    assert set(WebhookDelivery.objects.filter(pk__in=failed).values_list("error", flat=True)) == {
        queue.NO_ROOM
    }
    assert WebhookDelivery.objects.get(kind="webhook.test").state == "PENDING"
    WebhookDelivery.objects.filter(pk__in=kept).update(state="DELIVERED", next_attempt_at=None)
    assert webhook_redeliver(webhook=webhook).count > 0


def test_a_webhook_that_is_active_loses_nothing_by_being_enabled(webhook, of_events):
    of_events(MOST)

    webhook_update(webhook=webhook, enabled=True)

    assert len(waiting()) == MOST
