"""Single deliveries, one after the other, to a real server."""

import itertools
import json
import socket
from datetime import timedelta

import pytest
from django.utils import timezone

from gateway.core.webhooks import attempts, sender
from gateway.core.webhooks.attempts import due_webhooks, send_due
from gateway.core.webhooks.events import record_webhook_event
from gateway.core.webhooks.models import Webhook, WebhookDelivery
from gateway.core.webhooks.services import (
    webhook_delete,
    webhook_redeliver,
    webhook_rotate,
    webhook_test,
    webhook_update,
)
from tests.gateway.core.webhooks.factories import deliveries
from tests.gateway.core.webhooks.test_signing import by_hand

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(webhook, rung):
    """Rings, sends, and returns the delivery."""

    def sent(key="front"):
        rung(key)
        deliveries(webhook)
        send_due(webhook.pk)
        webhook.refresh_from_db()
        return WebhookDelivery.objects.get(keys=[key])

    return sent


def make_due(delivery):
    past = timezone.now() - timedelta(seconds=1)
    WebhookDelivery.objects.filter(pk=delivery.pk).update(next_attempt_at=past)
    Webhook.objects.update(retry_at=None)


def test_an_event_is_sent_signed(sent, webhook, receiver):
    delivery = sent()

    [request] = receiver.requests
    signed = f"msg_{delivery.pk.hex}.{request.headers['webhook-timestamp']}.".encode()
    assert request.path == "/hook?a=b"
    assert request.headers["webhook-id"] == f"msg_{delivery.pk.hex}"
    assert request.headers["webhook-signature"] == by_hand(webhook.secret, signed + request.body)
    assert abs(int(request.headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    assert request.headers["content-type"] == "application/json"
    body = json.loads(request.body)
    assert body.pop("timestamp").endswith("Z")
    assert body == {"type": "door.rung", "data": {"doors": ["front"], "for": "ann"}}
    assert (delivery.state, delivery.status, delivery.attempts) == ("DELIVERED", 204, 1)
    assert (delivery.error, delivery.next_attempt_at) == ("", None)
    assert delivery.latency_ms is not None


def test_for_a_day_both_secrets_sign(sent, webhook, receiver):
    old = webhook.secret
    new = webhook_rotate(webhook=webhook).secret
    sent("a")
    Webhook.objects.update(previous_secret_until=timezone.now())
    sent("b")

    both, one = (request.headers["webhook-signature"].split(" ") for request in receiver.requests)
    first = receiver.requests[0]
    signed = f"{first.headers['webhook-id']}.{first.headers['webhook-timestamp']}."
    content = signed.encode() + first.body
    assert both == [by_hand(new, content), by_hand(old, content)]
    assert len(one) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((500, {}), "The endpoint answered 500."),
        (
            (302, {"Location": "/elsewhere"}),
            "The endpoint answered 302. Redirects are not followed.",
        ),
    ],
)
def test_what_failed_is_tried_again_under_the_same_id(sent, receiver, webhook, answer, error):
    receiver.answers = [answer]
    first = sent()
    make_due(first)
    send_due(webhook.pk)

    assert (first.state, first.status, first.error) == ("PENDING", answer[0], error)
    wait = (first.next_attempt_at - first.last_attempt_at).total_seconds()
    assert 4.5 <= wait <= 5
    ids = [request.headers["webhook-id"] for request in receiver.requests]
    assert ids == [ids[0]] * 2
    assert {request.path for request in receiver.requests} == {"/hook?a=b"}
    first.refresh_from_db()
    assert (first.state, first.attempts) == ("DELIVERED", 2)
    webhook.refresh_from_db()
    assert webhook.failures == 0


def test_an_endpoint_says_when_to_come_again(sent, receiver):
    receiver.answers = [(503, {"Retry-After": "600"})]
    delivery = sent()

    wait = (delivery.next_attempt_at - delivery.last_attempt_at).total_seconds()
    assert wait == pytest.approx(600, abs=1)


@pytest.mark.parametrize("interim", [[100], [102], [103], [102, 103, 100, 199]])
def test_an_interim_answer_is_not_the_answer(sent, receiver, interim):
    receiver.interim = interim

    delivery = sent()

    assert (delivery.state, delivery.status, delivery.attempts) == ("DELIVERED", 204, 1)


def test_a_switch_of_protocols_is_a_failure(sent, receiver):
    receiver.interim = [101]

    assert sent().error == "The endpoint answered 101."


def test_interim_answers_without_end_are_bounded_by_the_time_of_the_attempt(
    sent, receiver, monkeypatch
):
    monkeypatch.setattr(sender, "ATTEMPT_SECONDS", 0.2)
    receiver.interim = itertools.repeat(102)

    assert sent().error == "There was no answer within 0 seconds."


def test_one_that_hangs_ends_with_its_time(sent, receiver, monkeypatch):
    monkeypatch.setattr(sender, "ATTEMPT_SECONDS", 0.2)
    receiver.hangs = True

    delivery = sent()

    assert (delivery.state, delivery.status) == ("PENDING", None)
    assert delivery.error == "There was no answer within 0 seconds."


def test_one_that_is_gone_is_paused_at_once(sent, receiver, webhook, rung):
    receiver.answers = [(410, {})]

    delivery = sent()

    assert (delivery.state, delivery.next_attempt_at) == ("FAILED", None)
    assert webhook.state == "PAUSED"
    assert webhook.reason == "The endpoint answered 410 (Gone): it wants nothing any more."
    rung("later")
    assert len(deliveries(webhook)) == 1


def test_one_that_fails_again_and_again_is_left_alone_then_paused_and_can_be_resumed(
    sent, receiver, webhook, monkeypatch
):
    delivery = None
    pauses = []
    receiver.answers = [(500, {})] * 50
    for number in range(50):
        delivery = sent(str(number))
        pauses.append(webhook.retry_at and (webhook.retry_at - timezone.now()).total_seconds())
        Webhook.objects.update(retry_at=None)
    assert pauses[:2] == [None, None]
    assert pauses[2:5] == pytest.approx([10, 20, 40], abs=2)
    assert pauses[-1] == pytest.approx(1800, abs=2)
    assert webhook.state == "PAUSED"
    assert webhook.reason == (
        "50 attempts in a row failed. The last one: The endpoint answered 500."
    )
    make_due(delivery)
    assert not due_webhooks().exists()

    webhook_update(webhook=webhook, enabled=True)

    assert [one.pk for one in due_webhooks()] == [webhook.pk]
    send_due(webhook.pk)
    delivery.refresh_from_db()
    webhook.refresh_from_db()
    assert delivery.state == "DELIVERED"
    assert (webhook.state, webhook.reason, webhook.failures) == ("ACTIVE", "", 0)


def test_a_delivery_fails_when_its_last_attempt_does(sent, receiver, webhook):
    receiver.answers = [(500, {})] * 8
    delivery = sent()
    for _ in range(7):
        make_due(delivery)
        send_due(webhook.pk)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.next_attempt_at) == ("FAILED", 8, None)


def test_what_waited_for_a_day_is_not_sent_any_more(rung, receiver, webhook):
    rung()
    deliveries(webhook)
    WebhookDelivery.objects.update(created_at=timezone.now() - timedelta(hours=24))

    send_due(webhook.pk)

    assert receiver.requests == []
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.error) == ("FAILED", "It was not delivered within a day.")


@pytest.mark.each_case
@pytest.mark.parametrize(
    ("lost", "reason"),
    [
        ("right", "Its object was deleted, or its owner may not see it any more."),
        ("account", "The account of its owner is disabled."),
    ],
)
def test_who_has_lost_the_right_is_sent_nothing_more(rung, webhook, doorbell, lost, reason):
    rung()
    deliveries(webhook)
    if lost == "right":
        doorbell.seen_by["front"] = set()
    else:
        type(webhook.owner).objects.update(is_active=False)

    send_due(webhook.pk)

    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.next_attempt_at) == ("WITHHELD", None)
    assert (delivery.attempts, delivery.error) == (0, reason)


def test_of_an_event_only_what_is_still_visible_is_sent(doorbell, receiver, webhook, ann):
    doorbell.ring("a", ann)
    doorbell.ring("b", ann)
    record_webhook_event(doorbell.name, ["a", "b"])
    deliveries(webhook)
    doorbell.seen_by["a"] = set()

    send_due(webhook.pk)

    assert json.loads(receiver.requests[0].body)["data"]["doors"] == ["b"]


def test_nobody_else_sends_while_one_does(rung, receiver, webhook):
    rung()
    deliveries(webhook)
    Webhook.objects.update(
        lease_token="another", lease_until=timezone.now() + timedelta(seconds=30)
    )

    assert not due_webhooks().exists()
    assert send_due(webhook.pk) is False
    assert receiver.requests == []
    Webhook.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    send_due(webhook.pk)
    assert len(receiver.requests) == 1


def test_a_worker_that_dies_between_the_request_and_its_note_sends_it_again(
    rung, receiver, webhook, monkeypatch
):
    rung()
    deliveries(webhook)
    with monkeypatch.context() as patch:
        patch.setattr(attempts, "settle", lambda *_, **__: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            send_due(webhook.pk)

    send_due(webhook.pk)

    first, second = receiver.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("DELIVERED", 2)


def test_a_delivery_that_kills_each_worker_uses_up_its_attempts(
    rung, receiver, webhook, monkeypatch
):
    rung()
    deliveries(webhook)
    monkeypatch.setattr(attempts, "settle", lambda *_, **__: (_ for _ in ()).throw(SystemExit))
    for number in range(1, 9):
        with pytest.raises(SystemExit):
            send_due(webhook.pk)
        delivery = WebhookDelivery.objects.get()
        assert (delivery.state, delivery.attempts) == ("PENDING", number)

    send_due(webhook.pk)

    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.next_attempt_at) == ("FAILED", 8, None)
    assert delivery.error.startswith("The gateway's worker ended during the last attempt")
    assert len(receiver.requests) == 8


def test_a_test_is_sent_once_whatever_the_state(receiver, webhook):
    receiver.answers = [(500, {})]
    webhook_update(webhook=webhook, enabled=False)
    delivery = webhook_test(webhook=webhook)
    assert [one.pk for one in due_webhooks()] == [webhook.pk]

    send_due(webhook.pk)

    delivery.refresh_from_db()
    webhook.refresh_from_db()
    assert json.loads(receiver.requests[0].body)["type"] == "webhook.test"
    assert (delivery.state, delivery.status, delivery.attempts) == ("FAILED", 500, 1)
    assert (webhook.state, webhook.failures) == ("DISABLED", 0)


def test_one_that_is_deleted_while_it_is_sent_to_leaves_nothing(
    rung, receiver, webhook, monkeypatch
):
    rung()
    deliveries(webhook)
    send = attempts.post

    def deleting(*given):
        webhook_delete(webhook=webhook)
        return send(*given)

    monkeypatch.setattr(attempts, "post", deleting)

    send_due(webhook.pk)

    assert not Webhook.objects.exists()
    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://127.0.0.1:1/", "The connection was refused."),
        ("https://metadata.test/", "metadata.test leads to a cloud's metadata address"),
        ("https://inside.test/", "inside.test leads to a private address"),
        ("http://outside.test/", "outside.test is not reached without encryption: use https."),
    ],
)
def test_where_an_address_leads_is_checked_when_it_is_connected_to(
    sent, webhook, monkeypatch, url, error
):
    """Names are resolved for each attempt: an address may have been allowed at the creation."""
    places = {
        "metadata.test": "169.254.169.254",
        "inside.test": "10.0.0.1",
        "outside.test": "93.184.216.34",
    }
    resolve = socket.getaddrinfo

    def resolved(host, port, *given, **options):
        return resolve(places.get(host, host), port, *given, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    webhook_update(webhook=webhook, url=url)

    delivery = sent()

    assert delivery.status is None
    assert delivery.error.startswith(error)


def test_what_is_sent_again_has_the_same_id_and_a_day_of_its_own(sent, webhook, receiver):
    delivery = sent()
    long_ago = timezone.now() - timedelta(days=3)
    WebhookDelivery.objects.update(created_at=long_ago, attempts=8)

    assert webhook_redeliver(webhook=webhook).count == 0  # it has not failed
    assert webhook_redeliver(webhook=webhook, message_ids=[delivery.message_id]).count == 1
    send_due(webhook.pk)

    first, again = receiver.requests
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert first.body == again.body
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("DELIVERED", 1)


def test_what_is_sent_again_after_a_role_was_lost_is_withheld(sent, webhook, receiver, doorbell):
    delivery = sent()
    doorbell.seen_by["front"] = set()

    webhook_redeliver(webhook=webhook, message_ids=[delivery.message_id])
    send_due(webhook.pk)

    delivery.refresh_from_db()
    assert (delivery.state, len(receiver.requests)) == ("WITHHELD", 1)
