"""An internal error in one event or delivery delays no other one, and is logged."""

import logging
from datetime import timedelta

import pytest
from django.db import InterfaceError
from django.utils import timezone

from gateway.core.webhooks.attempts import send_due
from gateway.core.webhooks.events import fan_out
from gateway.core.webhooks.metrics import counts
from gateway.core.webhooks.models import WebhookDelivery, WebhookEvent
from gateway.core.webhooks.retention import deliveries_prune
from tests.gateway.core.webhooks.factories import Doorbell, deliveries

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken(monkeypatch):
    """The method of the kind raises ``error`` for the key "odd"."""

    def broken(method, error):
        works = getattr(Doorbell, method)

        def fails(self, *given):
            if any("odd" in one for one in given if not hasattr(one, "username")):
                raise error
            return works(self, *given)

        monkeypatch.setattr(Doorbell, method, fails)

    return broken


def logged(caplog):
    """The exceptions whose tracebacks are in the log, at the level of an error."""
    return [
        record.exc_info[1]
        for record in caplog.records
        if record.levelno == logging.ERROR and record.exc_info
    ]


def states():
    return {one.keys[0]: one.state for one in WebhookDelivery.objects.all()}


@pytest.mark.parametrize("value", [10**30, "a\ud800b", {1: 2}, object()])
def test_a_value_that_cannot_be_encoded_fails_its_delivery_alone(
    value, webhook, rung, monkeypatch, caplog
):
    data = Doorbell.data
    monkeypatch.setattr(
        Doorbell,
        "data",
        lambda self, user, keys, details: (
            {"odd": value} if "odd" in keys else data(self, user, keys, details)
        ),
    )
    rung("odd")
    rung("after")
    deliveries(webhook)

    send_due(webhook.pk)

    assert states() == {"odd": "FAILED", "after": "DELIVERED"}
    odd = WebhookDelivery.objects.get(keys=["odd"])
    assert odd.next_attempt_at is None
    assert odd.error.startswith("The gateway could not make the request.")
    [error] = logged(caplog)
    assert isinstance(error, TypeError)
    assert odd.error.split()[-1].rstrip(".") in caplog.text
    assert counts().deliveries == {"FAILED": 1, "DELIVERED": 1}
    webhook.refresh_from_db()
    assert (webhook.state, webhook.failures) == ("ACTIVE", 0)


@pytest.mark.parametrize("method", ["visible", "data"])
def test_an_error_of_the_kind_fails_its_delivery_alone(method, broken, webhook, rung, caplog):
    rung("odd")
    rung("after")
    deliveries(webhook)
    error = RuntimeError("a fault")
    broken(method, error)

    send_due(webhook.pk)

    assert states() == {"odd": "FAILED", "after": "DELIVERED"}
    assert logged(caplog) == [error]


@pytest.mark.parametrize("method", ["items", "visible"])
def test_an_event_of_which_no_delivery_can_be_made_holds_up_no_other(
    method, broken, webhook, rung, caplog
):
    rung("before")
    rung("odd")
    rung("after")
    error = RuntimeError("a fault")
    broken(method, error)

    deliveries(webhook)
    fan_out()

    assert states() == {"before": "PENDING", "after": "PENDING"}
    assert [event.keys for event in WebhookEvent.objects.all()] == [["odd"]]
    assert logged(caplog) == [error]  # once: it is not tried again and again
    assert (counts().events, counts().failed_events) == (0, 1)
    deliveries_prune(older_than=timezone.now() + timedelta(seconds=1))
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("method", ["items", "visible", "data"])
def test_nothing_is_failed_while_the_database_is_away(method, broken, webhook, rung):
    rung("odd")
    if method == "data":
        deliveries(webhook)
    broken(method, InterfaceError("away"))

    with pytest.raises(InterfaceError):
        send_due(webhook.pk) if method == "data" else fan_out()

    assert counts().failed_events == 0
    assert "FAILED" not in counts().deliveries
