"""Buying machines: the region that offers, one machine per job, several under a parent."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.utils import timezone

from gateway.core.errors import InvalidInput, NotFound
from gateway.core.ids import global_id
from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.live.store import store_listing
from inventory.models import Size, VirtualMachine
from inventory.operations import create as operation
from inventory.operations.target_context import cloud_at
from inventory.providers import Cloud, ProviderError, ProviderErrorCode
from inventory.services.machines import machine_provision
from inventory.services.orders import ProvisionRequest
from jobs.api import Job, KeyReused, retry, run_job
from tests.inventory.cloud_patches import patch_cloud, patch_named, plain_cloud
from tests.inventory.factories import machine_source, make_simulator
from tests.inventory.operations.running import effects_of, messages_of, run_to_its_end

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def provider():
    return make_simulator(machines=0, regions=["r1", "r2"])


def order(**changes):
    given = {"name": "web", "size": "sim.nano", "image": "img-debian-12"} | changes
    return ProvisionRequest(**given)


def provision(provider, request=None, count=1):
    job = machine_provision(
        provider=provider, request=request or order(), count=count, requested_by=provider.owner
    )
    for child in job.children.all():
        run_to_its_end(child)
    return run_to_its_end(job)


def test_a_machine_is_made_in_the_first_region_and_seen_running(provider, simulator_directory):
    job = provision(provider, order(tags=[("team", "red")]))

    machine = VirtualMachine.objects.get(provider=provider)
    assert job.state == "SUCCEEDED"
    assert job.result == {
        "virtualMachine": global_id(
            "VirtualMachine", f"{provider.public_id}:r1:{machine.external_id}"
        ),
        "externalId": machine.external_id,
    }
    assert (machine.name, machine.state, machine.region) == ("web", "RUNNING", "r1")
    assert (machine.size_id, machine.image_id) == ("sim.nano", "img-debian-12")
    assert machine.tags == [["gateway-job", str(job.pk)], ["team", "red"]]
    assert machine.provisioned_at is not None
    assert effects_of(simulator_directory, provider) == ["create"]


def test_the_jobs_id_is_the_clouds_client_token(provider, simulator_directory):
    """A step that is taken again after a crash, its notes lost, makes no second machine."""
    job = machine_provision(provider=provider, request=order(), requested_by=None)
    run_job(str(job.pk))
    Job.objects.filter(pk=job.pk).update(memory={"region": "r1"})

    ended = run_to_its_end(job)

    assert ended.state == "SUCCEEDED"
    assert effects_of(simulator_directory, provider) == ["create"]
    assert VirtualMachine.objects.filter(provider=provider).count() == 1


@pytest.fixture
def forgetful(monkeypatch):
    """Clouds that honour no client token, as many do: each create makes a machine."""
    create = plain_cloud("virtual_machines", "provision")

    def without_token(cloud, order):
        return create(cloud, replace(order, client_token=uuid.uuid4().hex))

    patch_cloud(monkeypatch, "virtual_machines", "provision", without_token)


class Killed(BaseException):
    """Nothing in a worker survives it, as nothing survives SIGKILL."""


@pytest.fixture
def kill_at(monkeypatch):
    """Runs a job's next step until ``place.function`` is called, of which it dies."""

    def die(*_arguments, **_options):
        raise Killed

    def _kill_at(place, function, job):
        with monkeypatch.context() as patched:
            if place is Cloud:
                patch_named(patched, function, die)
            else:
                patched.setattr(place, function, die)
            with pytest.raises(Killed):
                run_job(str(job.pk))
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now())  # it lapses

    return _kill_at


@pytest.mark.parametrize(
    "moment",
    [(Cloud, "create_machine"), (operation, "store_one")],
    ids=["before the call", "after the call, before any note of it"],
)
def test_a_worker_that_dies_around_the_create_leaves_one_machine(
    forgetful, kill_at, provider, simulator_directory, moment
):
    job = machine_provision(provider=provider, request=order(), requested_by=None)
    kill_at(*moment, job)
    assert Job.objects.get(pk=job.pk).state == "RUNNING"

    ended = run_to_its_end(job)

    assert (ended.state, ended.interrupted) == ("SUCCEEDED", False)
    assert ended.events.filter(kind="INTERRUPTED").count() == 1
    assert effects_of(simulator_directory, provider) == ["create"]
    machine = VirtualMachine.objects.get(provider=provider)
    assert ended.result["externalId"] == machine.external_id
    assert machine.provisioned_at is not None


def test_an_answer_that_was_lost_buys_no_second_machine(
    monkeypatch, forgetful, provider, simulator_directory
):
    create = plain_cloud("virtual_machines", "provision")

    def create_and_lose_the_answer(cloud, order):
        create(cloud, order)
        raise ProviderError(ProviderErrorCode.TIMEOUT, "No answer in time.")

    job = machine_provision(provider=provider, request=order(), requested_by=None)
    with monkeypatch.context() as patched:
        patch_cloud(patched, "virtual_machines", "provision", create_and_lose_the_answer)
        run_job(str(job.pk))

    ended = run_to_its_end(job)

    assert (ended.state, ended.attempts) == ("SUCCEEDED", 2)
    assert effects_of(simulator_directory, provider) == ["create"]


def test_what_was_made_and_terminated_since_is_not_bought_again(
    forgetful, kill_at, provider, simulator_directory
):
    job = machine_provision(provider=provider, request=order(), requested_by=None)
    kill_at(operation, "store_one", job)
    with cloud_at(machine_source(provider, "r1")) as cloud:
        (made,) = cloud.read("virtual_machines")
        cloud.do("virtual_machines", "terminate", made.external_id)

    ended = run_to_its_end(job)

    assert (ended.state, ended.error_code) == ("FAILED", "PROVIDER_ERROR")
    assert effects_of(simulator_directory, provider) == ["create", "terminate"]


@pytest.fixture
def overdue(provider, monkeypatch):
    """A job that failed by its deadline after its cloud had made the machine.

    The last look gets no answer.
    """

    def no_answer(_cloud, _external_id):
        raise ProviderError(ProviderErrorCode.TIMEOUT, "No answer in time.")

    job = machine_provision(provider=provider, request=order(), requested_by=provider.owner)
    run_job(str(job.pk))
    Job.objects.filter(pk=job.pk).update(deadline_at=timezone.now(), run_after=timezone.now())
    with monkeypatch.context() as patched:
        patch_cloud(patched, "virtual_machines", "find", no_answer)
        ended = run_to_its_end(job)
    assert (ended.state, ended.error_code) == ("FAILED", "DEADLINE_EXCEEDED")
    return ended


def tried_again(job):
    again = retry(job=job, requested_by=job.requested_by)
    Job.objects.filter(pk=again.pk).update(deadline_at=timezone.now() + timedelta(minutes=5))
    return run_to_its_end(again)


@pytest.mark.parametrize("times", [1, 2])
def test_a_retry_goes_on_with_what_the_earlier_job_made(
    provider, forgetful, overdue, simulator_directory, times
):
    for _ in range(times - 1):  # a retry that got nowhere itself, and is tried again
        again = retry(job=overdue, requested_by=provider.owner)
        Job.objects.filter(pk=again.pk).update(state="CANCELED")
        overdue = Job.objects.get(pk=again.pk)

    ended = tried_again(overdue)

    assert ended.state == "SUCCEEDED"
    assert effects_of(simulator_directory, provider) == ["create"]
    machine = VirtualMachine.objects.get(provider=provider)
    assert ended.result["externalId"] == machine.external_id
    assert any("nothing is made again" in message for message in messages_of(ended))


def test_a_retry_buys_anew_what_was_terminated_since(
    provider, forgetful, overdue, simulator_directory
):
    made = VirtualMachine.objects.get(provider=provider)
    with cloud_at(machine_source(provider, "r1")) as cloud:
        cloud.do("virtual_machines", "terminate", made.external_id)

    ended = tried_again(overdue)

    assert ended.state == "SUCCEEDED"
    assert ended.result["externalId"] != made.external_id
    assert effects_of(simulator_directory, provider) == ["create", "terminate", "create"]


def test_several_of_one_order_do_not_take_each_other_s_machines(
    forgetful, kill_at, provider, simulator_directory
):
    parent = machine_provision(provider=provider, request=order(), count=2, requested_by=None)
    for child in parent.children.all():
        kill_at(operation, "store_one", child)

    for child in parent.children.all():
        run_to_its_end(child)

    made = [child.result["externalId"] for child in parent.children.all()]
    assert len(set(made)) == 2
    assert effects_of(simulator_directory, provider) == ["create"] * 2


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ([("gateway-job", "x")], "The tag 'gateway-job' is the gateway's"),
        ([(f"key-{number}", "") for number in range(49)], "At most 48 tags can be set at once."),
    ],
)
def test_the_mark_is_the_gateways_and_needs_room(provider, tags, message):
    with pytest.raises(InvalidInput, match=message) as raised:
        machine_provision(provider=provider, request=order(tags=tags), requested_by=None)

    assert raised.value.field == "tags"
    assert not Job.objects.exists()


def test_several_are_children_of_one_job(provider, simulator_directory):
    job = provision(provider, count=3)

    assert (job.state, job.progress) == ("SUCCEEDED", 100)
    assert job.result == {"succeeded": 3, "failed": 0, "canceled": 0}
    names = VirtualMachine.objects.order_by("name").values_list("name", flat=True)
    assert list(names) == ["web-1", "web-2", "web-3"]
    assert effects_of(simulator_directory, provider) == ["create"] * 3


@pytest.mark.parametrize(
    ("location", "region", "zone"), [("r2-b", "r2", "r2-b"), ("r2", "r2", "r2-a")]
)
def test_a_location_chooses_the_region(provider, location, region, zone):
    job = provision(provider, order(location=location))

    assert job.state == "SUCCEEDED", messages_of(job)
    machine = VirtualMachine.objects.get(provider=provider)
    assert (machine.region, machine.location_id) == (region, zone)


def test_relay_ids_name_the_region(provider):
    sizes = provider.sources.select_related("provider").get(region="r2", resource="sizes")
    refresh([Ask(sizes, 0)])
    size = Size.objects.get(region="r2", external_id="sim.small")
    size_id = global_id("Size", f"{provider.public_id}:r2:{size.external_id}")

    provision(provider, order(size=size_id))

    machine = VirtualMachine.objects.get(provider=provider)
    assert (machine.region, machine.size_id) == ("r2", "sim.small")


def test_relay_ids_of_two_regions_are_refused(provider):
    ids = {
        field: global_id(kind, f"{provider.public_id}:{region}:x")
        for field, kind, region in (("size", "Size", "r1"), ("image", "Image", "r2"))
    }

    with pytest.raises(InvalidInput, match="different regions: r1 and r2"):
        machine_provision(provider=provider, request=order(**ids), requested_by=None)
    assert not Job.objects.exists()


def test_another_providers_id_is_not_found(provider):
    other = make_simulator()
    size = global_id("Size", f"{other.public_id}:sim-1:sim.nano")

    with pytest.raises(NotFound):
        machine_provision(provider=provider, request=order(size=size), requested_by=None)


def test_a_new_machine_is_not_missing_while_its_cloud_does_not_list_it(provider):
    provision(provider)

    store_listing(machine_source(provider, "r1").pk, [], started_at=timezone.now())

    machine = VirtualMachine.objects.get(provider=provider)
    assert (machine.state, machine.listed, machine.unlisted_since) == ("RUNNING", False, None)


def test_what_a_machine_runs_at_first_is_stored_encrypted_and_ordered_in_clear(
    provider, monkeypatch
):
    ordered = []
    create = plain_cloud("virtual_machines", "provision")
    patch_cloud(
        monkeypatch,
        "virtual_machines",
        "provision",
        lambda cloud, order: ordered.append(order) or create(cloud, order),
    )
    script = "#!/bin/sh\necho canary-7f3a > /root/password"

    job = provision(provider, order(user_data=script), count=2)

    assert job.state == "SUCCEEDED"
    assert [each.user_data for each in ordered] == [script, script]
    with connection.cursor() as cursor:
        for table in ("jobs_job", "jobs_jobevent", "inventory_virtualmachine"):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own names
            rows = cursor.fetchall()
            assert rows
            assert "canary" not in repr(rows)


def test_the_same_secret_under_one_key_is_the_same_request(provider):
    def ask(user_data):
        return machine_provision(
            provider=provider,
            request=order(user_data=user_data),
            requested_by=provider.owner,
            idempotency_key="key",
        )

    job = ask("one")

    assert ask("one") == job
    with pytest.raises(KeyReused):
        ask("another")


def test_a_secret_that_no_key_opens_fails_its_job(provider, settings):
    job = machine_provision(provider=provider, request=order(user_data="x"), requested_by=None)
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    ended = run_to_its_end(job)

    assert ended.state == "FAILED"
