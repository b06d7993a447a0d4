"""A user creates, changes, tests and deletes webhooks over GraphQL."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gateway.core.audit.models import AuditEvent
from gateway.core.webhooks import services
from gateway.core.webhooks.models import Webhook, WebhookDelivery
from tests.client import GraphQLClient, token_of
from tests.jobs.factories import make_user

pytestmark = pytest.mark.django_db

CREATE = """mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) {
    secret webhook { id url description events state reason filter { provider target field } }
    errors { field code message } } }"""
UPDATE = """mutation ($input: UpdateWebhookInput!) { updateWebhook(input: $input) {
    webhook { url events state filter { provider field } } errors { field code message } } }"""
ROTATE = """mutation ($id: ID!) { rotateWebhookSecret(input: {id: $id}) {
    secret webhook { previousSecretUntil } errors { code } } }"""
TEST = """mutation ($id: ID!) { testWebhook(input: {id: $id}) {
    delivery { id type state attempts status } errors { code message } } }"""
REDELIVER = """mutation ($id: ID!, $which: [String!]) { redeliverWebhook(input: {
    id: $id, messageIds: $which}) { count remaining errors { field code message } } }"""
DELETE = "mutation ($id: ID!) { deleteWebhook(input: {id: $id}) { id errors { code } } }"
SHOW = """query ($id: ID!) { webhook(id: $id) { id deliveries { totalCount nodes {
    messageId type state attempts status latencyMs error nextAttemptAt } } } }"""
GIVEN = {"url": "https://hooks.example.org/x", "events": ["JOB_FINISHED"]}


@pytest.fixture
def client():
    return GraphQLClient(token_of(make_user("ann")))


@pytest.fixture
def created(client):
    answer = client.data(CREATE, input=GIVEN)["createWebhook"]
    assert answer["errors"] == []
    return answer


def test_a_webhook_is_created_and_its_secret_shown_once(client, created):
    row = Webhook.objects.get()
    assert created["secret"] == row.secret
    assert created["webhook"] == {
        "id": row.public_id,
        "url": GIVEN["url"],
        "description": "",
        "state": "ACTIVE",
        "events": ["JOB_FINISHED"],
        "reason": None,
        "filter": {"provider": None, "target": None, "field": None},
    }
    stored = Webhook.objects.extra(select={"raw": "secret"}).values_list("raw", flat=True).get()
    assert created["secret"] not in stored
    shown = client.data(
        '{ webhooks { totalCount nodes { id } } __type(name: "Webhook") { fields { name } } }'
    )
    assert shown["webhooks"] == {"totalCount": 1, "nodes": [{"id": row.public_id}]}
    names = {one["name"] for one in shown["__type"]["fields"]}
    assert not {"secret", "previousSecret"} & names


def test_neither_the_secret_nor_the_address_is_in_the_audit(created):
    event = AuditEvent.objects.get(action="createWebhook")

    assert event.outcome == "OK"
    assert event.arguments == {"url": "[redacted]", "events": ["JOB_FINISHED"]}
    assert created["secret"] not in str(event.as_json())


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"url": "ftp://hooks.example.org/"}, "url"),
        ({"url": "hooks.example.org"}, "url"),
        ({"url": "https://user:secret@hooks.example.org/"}, "url"),
        ({"url": "https://hooks.example.org/#part"}, "url"),
        ({"url": "https://hooks.example.org:0/"}, "url"),
        ({"url": "https://hooks.example.org:99999/"}, "url"),
        ({"url": "https://hööks.example.org/"}, "url"),
        ({"url": "https://hooks.example.org/\r\nx: y"}, "url"),
        ({"url": "https:///path"}, "url"),
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"url": "https://0xa9fea9fe/"}, "url"),
        ({"url": "https://[::ffff:169.254.169.254]/"}, "url"),
        ({"url": "https://a.example/" + "x" * 2000}, "url"),
        ({"events": []}, "events"),
        ({"description": "x" * 201}, "description"),
        ({"filter": {"field": []}}, "filter.field"),
        ({"filter": {"field": ["x"] * 101}}, "filter.field"),
        ({"filter": {"field": ["state", "stat"]}}, "filter.field"),
        ({"filter": {"provider": ["nonsense"]}}, "filter.provider"),
        ({"filter": {"target": ["nonsense"]}}, "filter.target"),
    ],
)
def test_what_cannot_be_is_refused(client, given, field):
    answer = client.data(CREATE, input=GIVEN | given)["createWebhook"]

    [error] = answer["errors"]
    assert (error["field"], error["code"]) == (field, "INVALID")
    assert (answer["webhook"], answer["secret"]) == (None, None)
    assert not Webhook.objects.exists()


def test_one_user_has_a_number_of_them_at_most(client, created, monkeypatch):
    monkeypatch.setattr(services, "MOST_OF_ONE_OWNER", 1)

    [error] = client.data(CREATE, input=GIVEN)["createWebhook"]["errors"]

    assert error["code"] == "CONFLICT"


def test_it_is_changed_disabled_and_resumed(client, created):
    def update(**given):
        answer = client.data(UPDATE, input={"id": created["webhook"]["id"], **given})
        assert answer["updateWebhook"]["errors"] == []
        return answer["updateWebhook"]["webhook"]

    assert update(filter={"field": ["state"]})["filter"]["field"] == ["state"]
    assert update(events=["OBJECT_CHANGED"])["events"] == ["OBJECT_CHANGED"]
    assert update(enabled=False)["state"] == "DISABLED"
    assert update(filter={}) == {
        "url": GIVEN["url"],
        "events": ["OBJECT_CHANGED"],
        "state": "DISABLED",
        "filter": {"provider": None, "field": None},
    }
    [error] = client.data(
        UPDATE, input={"id": created["webhook"]["id"], "filter": {"field": ["Size"]}}
    )["updateWebhook"]["errors"]
    assert (error["field"], error["code"]) == ("filter.field", "INVALID")
    assert "There are: " in error["message"]
    assert update(enabled=True, url="https://other.example/")["url"] == "https://other.example/"


def test_the_secret_is_replaced(client, created):
    answer = client.data(ROTATE, id=created["webhook"]["id"])["rotateWebhookSecret"]

    row = Webhook.objects.get()
    assert answer["secret"] == row.secret != created["secret"]
    assert row.previous_secret == created["secret"]
    assert answer["webhook"]["previousSecretUntil"] is not None


def test_a_test_waits_for_a_worker_and_there_is_one_at_a_time(client, created):
    webhook_id = created["webhook"]["id"]
    delivery = client.data(TEST, id=webhook_id)["testWebhook"]["delivery"]
    again = client.data(TEST, id=webhook_id)["testWebhook"]

    assert delivery["type"] == "webhook.test"
    assert (delivery["state"], delivery["attempts"], delivery["status"]) == ("PENDING", 0, None)
    assert again["errors"][0]["code"] == "CONFLICT"
    shown = client.data(SHOW, id=webhook_id)["webhook"]["deliveries"]
    assert shown["totalCount"] == 1
    assert shown["nodes"][0]["messageId"].startswith("msg_")


@pytest.fixture
def ended(created):
    """The message ids of deliveries by their states."""
    webhook, old = Webhook.objects.get(), timezone.now() - timedelta(days=3)
    rows = [
        WebhookDelivery.objects.create(
            webhook=webhook,
            kind="job.finished",
            keys=["a"],
            at=old,
            created_at=old,
            state=state,
            attempts=8,
        )
        for state in ("FAILED", "DELIVERED", "WITHHELD")
    ]
    return {row.state: row.message_id for row in rows}


def redelivered(client, created, **given):
    return client.data(REDELIVER, id=created["webhook"]["id"], **given)["redeliverWebhook"]


def waiting():
    now = timezone.now()
    rows = WebhookDelivery.objects.filter(
        state="PENDING",
        attempts=0,
        created_at__gt=now - timedelta(minutes=1),
        next_attempt_at__lte=now,
    )
    return {row.message_id for row in rows}


def test_what_has_failed_is_sent_again(client, created, ended):
    assert redelivered(client, created) == {"count": 1, "remaining": 0, "errors": []}
    assert waiting() == {ended["FAILED"]}
    assert redelivered(client, created) == {"count": 0, "remaining": 0, "errors": []}


@pytest.mark.parametrize("state", ["FAILED", "DELIVERED", "WITHHELD"])
def test_a_delivery_is_sent_again_by_its_message_id(client, created, ended, state):
    assert redelivered(client, created, which=[ended[state]]) == {
        "count": 1,
        "remaining": 0,
        "errors": [],
    }
    assert waiting() == {ended[state]}


@pytest.mark.parametrize("which", ["msg_nothing", "msg_" + 32 * "0", "of another webhook", ""])
def test_what_was_not_sent_cannot_be_sent_again(client, created, ended, which):
    if which == "of another webhook":
        other = Webhook.objects.create(owner=make_user("bob"), url="https://b.example/", secret="x")
        which = WebhookDelivery.objects.create(
            webhook=other, kind="job.finished", keys=["a"], at=timezone.now()
        ).message_id

    [error] = redelivered(client, created, which=[ended["FAILED"], which])["errors"]

    assert (error["field"], error["code"]) == ("messageIds", "NOT_FOUND")
    assert ended["FAILED"] not in waiting()


@pytest.mark.parametrize("which", [[], ["msg_x"] * 101])
def test_as_many_as_can_be_named_at_once(client, created, which):
    [error] = redelivered(client, created, which=which)["errors"]

    assert (error["field"], error["code"]) == ("messageIds", "INVALID")


def test_nothing_is_sent_again_to_a_webhook_that_is_not_active(client, created, ended):
    client.data(UPDATE, input={"id": created["webhook"]["id"], "enabled": False})

    [error] = redelivered(client, created)["errors"]

    assert error["code"] == "CONFLICT"
    assert not waiting()


def test_it_is_deleted_with_its_deliveries(client, created):
    webhook_id = created["webhook"]["id"]
    client.data(TEST, id=webhook_id)

    assert client.data(DELETE, id=webhook_id)["deleteWebhook"] == {"id": webhook_id, "errors": []}
    assert not WebhookDelivery.objects.exists()
    assert client.data(SHOW, id=webhook_id)["webhook"] is None
    assert client.data(DELETE, id=webhook_id)["deleteWebhook"]["errors"] == [{"code": "NOT_FOUND"}]


def test_it_goes_with_its_owner(client, created):
    Webhook.objects.get().owner.delete()

    assert not Webhook.objects.exists()
