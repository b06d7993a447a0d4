"""A user changes a webhook while one of its requests is being sent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gateway.core.webhooks import attempts
from gateway.core.webhooks.attempts import due_webhooks, send_due
from gateway.core.webhooks.models import Webhook, WebhookDelivery
from gateway.core.webhooks.sender import Answer
from gateway.core.webhooks.services import webhook_test, webhook_update
from tests.gateway.core.webhooks.factories import deliveries

pytestmark = pytest.mark.django_db

NEW = "https://new.example.org/"
OK, GONE, NOTHING = Answer(5, 204), Answer(5, 410, "gone"), Answer(15_000, None, "no answer")


@pytest.fixture
def answered(webhook, rung, monkeypatch):
    """Sends one event, with changes by the owner before the answer; returns the delivery."""

    def answered(answer, **changes):
        def post(*_):
            webhook_update(webhook=webhook, **changes)
            assert not due_webhooks().exists()  # one request at a time
            return answer

        monkeypatch.setattr(attempts, "post", post)
        rung()
        deliveries(webhook)
        send_due(webhook.pk)
        webhook.refresh_from_db()
        return WebhookDelivery.objects.get()

    return answered


@pytest.mark.parametrize("answer", [GONE, NOTHING])
@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"url": NEW}, "ACTIVE"),
        ({"url": NEW, "enabled": True}, "ACTIVE"),
        ({"enabled": True}, "ACTIVE"),
        ({"enabled": False}, "DISABLED"),
    ],
)
def test_an_answer_undoes_no_change(answered, webhook, answer, changes, state):
    Webhook.objects.update(failures=49)

    delivery = answered(answer, **changes)

    assert (webhook.state, webhook.reason, webhook.retry_at) == (state, "", None)
    assert webhook.url == changes.get("url", webhook.url)
    assert webhook.failures == (0 if "enabled" in changes else 49)
    assert (delivery.state, delivery.attempts, delivery.status) == ("PENDING", 1, answer.status)


def test_an_answer_of_success_is_noted_of_the_delivery_alone(answered, webhook):
    Webhook.objects.update(failures=2)

    assert answered(OK, url=NEW).state == "DELIVERED"

    assert webhook.failures == 2


@pytest.mark.parametrize("changes", [{"url": NEW}, {"enabled": True}])
def test_the_webhook_is_free_when_the_request_has_ended(answered, webhook, changes):
    answered(OK, **changes)

    assert (webhook.lease_token, webhook.lease_until) == ("", None)
    webhook_test(webhook=webhook)
    assert [one.pk for one in due_webhooks()] == [webhook.pk]


def test_other_changes_leave_the_answer_its_effect(answered, webhook):
    same = webhook.url

    delivery = answered(GONE, url=same, description="mine")

    assert (webhook.state, webhook.description, delivery.state) == ("PAUSED", "mine", "FAILED")


def test_the_lease_of_another_thread_is_not_ended(webhook, rung, monkeypatch):
    """The lease of this thread has lapsed meanwhile."""
    until = timezone.now() + timedelta(seconds=30)

    def post(*_):
        Webhook.objects.update(lease_token="another", lease_until=until)
        return OK

    monkeypatch.setattr(attempts, "post", post)
    rung()
    deliveries(webhook)
    send_due(webhook.pk)

    webhook.refresh_from_db()
    assert (webhook.lease_token, webhook.lease_until) == ("another", until)
