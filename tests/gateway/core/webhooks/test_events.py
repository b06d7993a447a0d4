"""The webhooks that get a delivery of an event."""

import pytest
from django.db import transaction

from gateway.core.webhooks import events, queue
from gateway.core.webhooks.events import fan_out, record_webhook_event
from gateway.core.webhooks.models import Webhook, WebhookDelivery, WebhookEvent
from tests.gateway.core.webhooks.factories import deliveries, make_webhook
from tests.jobs.factories import make_user

pytestmark = pytest.mark.django_db


def test_without_an_active_webhook_nothing_is_written(ann, doorbell, webhook):
    Webhook.objects.update(state="PAUSED")

    record_webhook_event(doorbell.name, ["front"])

    assert not WebhookEvent.objects.exists()


def test_an_event_is_written_with_its_transaction_or_not_at_all(ann, doorbell, webhook):
    with transaction.atomic():
        record_webhook_event(doorbell.name, ["front"])
        transaction.set_rollback(True)

    assert not WebhookEvent.objects.exists()


def test_who_may_see_an_event_gets_it(ann, doorbell, webhook, receiver):
    bob = make_user("bob")
    other = make_webhook(bob, url=receiver.url, events=[doorbell.name])
    doorbell.ring("front", ann, bob)
    doorbell.ring("back", ann)
    doorbell.ring("hidden")
    record_webhook_event(doorbell.name, ["front", "back", "hidden"])

    [of_ann], [of_bob] = deliveries(webhook), deliveries(other)

    assert (of_ann.keys, of_bob.keys) == (["front", "back"], ["front"])
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["a", "b", "c"]),
        ({"provider": ["p"]}, ["a", "b"]),
        ({"target": ["t", "u"]}, ["b", "c"]),
        ({"provider": ["p"], "target": ["t"]}, ["b"]),
        ({"field": ["state"]}, ["a", "b"]),  # of an item without a field, any
        ({"provider": ["none"]}, None),
    ],
)
def test_a_filter_limits_what_is_sent(ann, doorbell, receiver, wanted, expected):
    webhook = make_webhook(ann, url=receiver.url, events=[doorbell.name], wanted=wanted)
    doorbell.ring("a", ann, providers=["o", "p"], targets=["s"])
    doorbell.ring("b", ann, providers=["p"], targets=["t"], fields=["state"])
    doorbell.ring("c", ann, targets=["u"], fields=["size"])
    record_webhook_event(doorbell.name, ["a", "b", "c"])

    found = deliveries(webhook)

    assert [one.keys for one in found] == ([] if expected is None else [expected])


def test_many_keys_become_several_events(ann, doorbell, webhook):
    keys = [str(number) for number in range(120)]
    for key in keys:
        doorbell.ring(key, ann)

    record_webhook_event(doorbell.name, keys)

    assert [len(one.keys) for one in deliveries(webhook)] == [50, 50, 20]


def test_what_another_kind_or_a_disabled_owner_asks_for_is_not_delivered(
    ann, doorbell, webhook, receiver
):
    jobs = make_webhook(ann, url=receiver.url)
    gone = make_webhook(make_user("gone", is_active=False), url=receiver.url)
    doorbell.ring("front", ann, gone.owner)
    record_webhook_event(doorbell.name, ["front"])
    record_webhook_event("of.an_old_release", ["x"])

    assert [len(deliveries(one)) for one in (webhook, jobs, gone)] == [1, 0, 0]
    assert not WebhookEvent.objects.exists()


def test_a_webhook_that_is_deleted_meanwhile_takes_nobody_s_events(
    ann, doorbell, webhook, receiver, monkeypatch
):
    other = make_webhook(ann, url=receiver.url, events=[doorbell.name])
    doorbell.ring("front", ann)
    record_webhook_event(doorbell.name, ["front"])
    made = events._deliveries

    def deleting(*given):
        found = made(*given)
        Webhook.objects.filter(pk=webhook.pk).delete()
        return found

    monkeypatch.setattr(events, "_deliveries", deleting)
    fan_out()

    assert [one.webhook_id for one in WebhookDelivery.objects.all()] == [other.pk]


def test_events_that_another_worker_has_taken_are_delivered_once(
    ann, doorbell, webhook, monkeypatch
):
    doorbell.ring("front", ann)
    record_webhook_event(doorbell.name, ["front"])
    made, inside = events._deliveries, []

    def overtaken(*given):
        found = made(*given)
        if not inside:
            inside.append(True)
            fan_out()
        return found

    monkeypatch.setattr(events, "_deliveries", overtaken)
    fan_out()

    assert WebhookDelivery.objects.count() == 1


def test_a_webhook_for_which_too_much_waits_is_paused(ann, doorbell, webhook, monkeypatch):
    monkeypatch.setattr(queue, "MOST_PENDING", 2)
    for key in "abc":
        doorbell.ring(key, ann)
    record_webhook_event(doorbell.name, ["a", "b", "c"], per_event=1)

    assert len(deliveries(webhook)) == 3

    webhook.refresh_from_db()
    assert webhook.state == "PAUSED"
    assert webhook.reason == "More than 2 deliveries wait for it."
