"""``object.changed`` and ``source.failing``: the events of reads, and their recipients."""

import contextlib
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from gateway.core.errors import InvalidInput
from gateway.core.webhooks.attempts import body_of
from gateway.core.webhooks.kinds import kinds_on_offer
from gateway.core.webhooks.models import WebhookDelivery, WebhookEvent
from inventory.live.source_state import close_breakers, store_failure
from inventory.models import Change, Grant, Provider, Role, Source, VirtualMachine
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.services.machines import machine_id
from tests.client import GraphQLClient, token_of
from tests.gateway.core.webhooks.factories import deliveries, make_webhook
from tests.inventory.factories import make_simulator
from tests.jobs.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

READ = "{ virtualMachines(maxAge: 0) { totalCount } }"
PASSES = ProviderError(ProviderErrorCode.TIMEOUT, "It took too long.")
STAYS = ProviderError(ProviderErrorCode.INVALID_CREDENTIALS, "The key is refused.")


@pytest.fixture(autouse=True)
def _clouds(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"


@pytest.fixture
def ann():
    return make_user("ann")


@pytest.fixture
def provider(ann):
    provider = make_simulator(ann, machines=3, name="cloud")
    GraphQLClient(token_of(ann)).data(READ)
    return provider


def changed(provider, ann, *, number=0):
    """A machine that a read has found in another state; the Change's delivery is made of it."""
    running = VirtualMachine.objects.filter(provider=provider, state="RUNNING").order_by("pk")
    machine = running[number]
    VirtualMachine.objects.filter(pk=machine.pk).update(state="STOPPED", fingerprint="old")
    Source.objects.update(fetched_at=None)
    GraphQLClient(token_of(ann)).data(READ)
    return machine


def body(webhook, delivery):
    import orjson  # noqa: PLC0415

    text = body_of(webhook, delivery)
    return text and orjson.loads(text)


def test_a_change_that_a_read_finds_is_told_with_what_it_was_and_is(ann, provider):
    webhook = make_webhook(ann, url="https://a.example/", events=["object.changed"])
    machine = changed(provider, ann)

    [delivery] = deliveries(webhook)

    found = body(webhook, delivery)
    [change] = found["data"]["changes"]
    assert found["type"] == "object.changed"
    assert change.pop("at").endswith("Z")
    assert change == {
        "type": "VirtualMachine",
        "target": machine_id(machine),
        "targetName": machine.name,
        "provider": provider.scope,
        "providerName": "cloud",
        "field": "state",
        "before": "STOPPED",
        "after": "RUNNING",
        "actor": None,
    }


@pytest.mark.parametrize(
    ("wanted", "count"),
    [({"field": ["state"]}, 1), ({"field": ["size"]}, 0), ({"provider": ["other"]}, 0)],
)
def test_changes_are_filtered(ann, provider, wanted, count):
    webhook = make_webhook(ann, url="https://a.example/", events=["object.changed"], wanted=wanted)
    changed(provider, ann)

    assert len(deliveries(webhook)) == count


def test_a_change_whose_object_is_deleted_before_it_is_sent_is_left_out(ann, provider):
    """Behind the gateway's back: the gateway itself deletes the changes, too."""
    webhook = make_webhook(ann, url="https://a.example/", events=["object.changed"])
    changes = [changed(provider, ann, number=number) for number in range(2)]
    waiting = deliveries(webhook)
    keys = [key for one in waiting for key in one.keys]
    together = WebhookDelivery(webhook=webhook, kind="object.changed", at=timezone.now(), keys=keys)
    together.save()
    assert len(body(webhook, together)["data"]["changes"]) == 2

    changes[0].delete()

    shown = body(webhook, together)["data"]["changes"]
    assert [change["target"] for change in shown] == [machine_id(changes[1])]
    changes[1].delete()
    assert [body(webhook, one) for one in (together, *waiting)] == [None, None, None]
    assert Change.objects.filter(pk__in=keys).count() == 2


@pytest.mark.parametrize("kind", kinds_on_offer(), ids=lambda kind: kind.name)
def test_an_event_about_what_is_gone_by_now_has_no_body(kind, ann):
    """The rights are looked up before, and what it is about can be deleted between."""
    for key in ("0", str(uuid.uuid4())):
        with contextlib.suppress(ValueError, ValidationError):  # a key of another kind
            assert kind.data(ann, [key], {}) is None
            break
    else:
        pytest.fail("No form of key was taken.")


def test_a_filter_has_only_fields_of_the_types_of_its_targets(ann, provider):
    machine = VirtualMachine.objects.select_related("provider").first()
    wanted = {"target": [machine_id(machine)], "field": ["state"]}
    make_webhook(ann, url="https://a.example/", events=["object.changed"], wanted=wanted)
    make_webhook(ann, url="https://a.example/", wanted={"field": ["openToWorld"]})

    with pytest.raises(InvalidInput, match=r"'openToWorld' of machines\. There are: "):
        make_webhook(ann, url="https://a.example/", wanted=wanted | {"field": ["openToWorld"]})


def test_who_has_lost_the_role_is_told_nothing_more(ann, provider):
    bob = make_user("bob")
    grant = Grant.objects.create(provider=provider, user=bob, role=Role.VIEWER.value)
    events = ["object.changed", "source.failing"]
    webhook = make_webhook(bob, url="https://b.example/", events=events)
    changed(provider, ann)
    store_failure(Source.objects.first().pk, STAYS, started_at=timezone.now())
    waiting = deliveries(webhook)
    assert [body(webhook, one)["type"] for one in waiting] == ["object.changed", "source.failing"]

    grant.delete()

    assert [body(webhook, one) for one in waiting] == [None, None]
    changed(provider, ann)
    assert len(deliveries(webhook)) == 2


@pytest.mark.parametrize(
    ("errors", "told_at"),
    [([STAYS, STAYS], [1]), ([PASSES] * 5, [3]), ([PASSES, STAYS, PASSES, PASSES], [2])],
)
def test_a_source_that_fails_is_told_once(ann, provider, errors, told_at):
    make_webhook(ann, url="https://a.example/", events=["source.failing"])
    source = Source.objects.first()
    told = []
    for number, error in enumerate(errors, start=1):
        before = WebhookEvent.objects.count()
        store_failure(source.pk, error, started_at=timezone.now())
        if WebhookEvent.objects.count() > before:
            told.append(number)

    assert told == told_at
    close_breakers(Source.objects.all())
    store_failure(source.pk, STAYS, started_at=timezone.now())
    assert WebhookEvent.objects.count() == len(told) + 1


def test_a_failing_source_is_told_with_its_error(ann, provider):
    webhook = make_webhook(ann, url="https://a.example/", events=["source.failing"])
    source = Source.objects.filter(resource="virtual_machines").first()
    store_failure(source.pk, STAYS, started_at=timezone.now())
    [delivery] = deliveries(webhook)
    store_failure(source.pk, PASSES, started_at=timezone.now())

    assert body(webhook, delivery)["data"] == {
        "provider": provider.scope,
        "providerName": "cloud",
        "region": source.region,
        "resource": "virtual_machines",
        "error": {"code": "INVALID_CREDENTIALS", "message": "The key is refused."},
    }
    Provider.objects.all().delete()
    assert body(webhook, delivery) is None


def test_a_limit_of_targets_or_fields_is_none_of_a_source_that_fails(ann, provider):
    machine = VirtualMachine.objects.select_related("provider").first()
    wanted = {"target": [machine_id(machine)], "field": ["state"]}
    webhook = make_webhook(ann, url="https://a.example/", events=["source.failing"], wanted=wanted)

    store_failure(Source.objects.first().pk, STAYS, started_at=timezone.now())

    assert [one.kind for one in deliveries(webhook)] == ["source.failing"]
