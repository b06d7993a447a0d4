"""Sending threads: an endpoint that hangs delays no other delivery and no job."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gateway.core.webhooks.events import fan_out, record_webhook_event
from gateway.core.webhooks.models import WebhookDelivery
from gateway.core.webhooks.pool import Sending
from gateway.core.webhooks.retention import deliveries_prune
from tests.functional.workers import wait_until
from tests.gateway.core.threadless import no_thread_left
from tests.gateway.core.webhooks.factories import make_webhook
from tests.gateway.core.webhooks.receiver import running_receiver
from tests.jobs.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_endpoints_that_hang_hold_up_neither_the_others_nor_who_starts_them(doorbell):
    ann, bob = make_user("ann"), make_user("bob")
    sending = Sending()
    with running_receiver() as slow, running_receiver() as quick:
        slow.hangs = True
        for _ in range(15):
            make_webhook(ann, url=slow.url, events=[doorbell.name])
        make_webhook(bob, url=quick.url, events=[doorbell.name])
        doorbell.ring("front", ann, bob)
        record_webhook_event(doorbell.name, ["front"])
        fan_out()

        sending.start_due()
        sending.start_due()

        # Of 32 threads, a quarter of those that are left; each webhook is started once.
        assert sending._pool.running in {8, 9}
        assert sum(sending._pool._waiting.values()) == 7
        quick.wait_for(1)
        slow.wait_for(8)
        slow.released.set()
        slow.wait_for(15)
        wait_until(lambda: WebhookDelivery.objects.filter(state="DELIVERED").count() == 16)
        assert len(slow.requests) == 15


def test_a_webhook_that_no_thread_was_started_for_is_sent_to_later(
    rung, receiver, webhook, monkeypatch, caplog
):
    rung()
    fan_out()
    sending = Sending()
    with no_thread_left(monkeypatch):
        for _ in range(40):  # more than there are threads
            sending.start_due()
    assert f"sending to webhook {webhook.pk}" in caplog.text

    sending.start_due()

    receiver.wait_for(1)


def test_old_deliveries_are_deleted(doorbell):
    webhook = make_webhook(make_user("ann"), url="https://a.example/", events=[doorbell.name])
    now = timezone.now()
    for age in (1, 8):
        WebhookDelivery.objects.create(
            webhook=webhook, kind="k", at=now, keys=[], created_at=now - timedelta(days=age)
        )

    assert deliveries_prune(older_than=now - timedelta(days=7)) == 1

    assert WebhookDelivery.objects.count() == 1
