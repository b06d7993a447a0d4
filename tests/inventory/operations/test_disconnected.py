"""A provider that is disconnected in the middle of a step, at every operation."""

import pytest
from django.db import DatabaseError
from django.utils import timezone

from gateway.core.ids import global_id
from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import Source, VirtualMachine
from inventory.operations import create
from inventory.operations.actions.virtual_machines import CHANGES
from inventory.selectors.ids import cloud_id_of
from inventory.services.bulk import change_many
from inventory.services.providers import provider_disconnect
from inventory.services.selection import Selection
from jobs.api import Job, run_job
from tests.clouds.engine import engines  # noqa: F401 - a fixture
from tests.inventory.cloud_patches import patch_named, plain_named
from tests.inventory.factories import machine_source, make_simulator, make_user
from tests.inventory.operations.every import OPERATIONS, cloud_of, submit
from tests.inventory.operations.running import messages_of, run_to_its_end

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("engines")]

ORDERS = {"virtual_machine.provision": "create_machine", "container.deploy": "deploy_container"}
READS = ("find_machine", "find_container", "list_machines", "list_containers")


@pytest.fixture(params=OPERATIONS)
def operation(request):
    return request.param


@pytest.fixture(params=ORDERS)
def order(request):
    return request.param


def disconnect_after(monkeypatch, method, provider):
    """The provider is disconnected between the cloud's answer and the next statement."""
    act = plain_named(method)

    def act_then_disconnect(cloud, *given):
        answer = act(cloud, *given)
        type(provider).objects.filter(pk=provider.pk).delete()
        return answer

    patch_named(monkeypatch, method, act_then_disconnect)


def test_a_step_between_read_and_store_is_not_found(monkeypatch, simulator_directory, operation):
    cloud = cloud_of(operation, simulator_directory)
    job = submit(cloud, operation)
    if operation in ORDERS:
        run_job(str(job.pk))
    for read in READS:
        disconnect_after(monkeypatch, read, cloud.provider)

    ended = run_to_its_end(job)

    assert (ended.state, ended.error_code) == ("FAILED", "NOT_FOUND"), ended.error_message
    assert ended.error_message.startswith("The provider was disconnected.")


def test_what_was_bought_meanwhile_is_named(monkeypatch, simulator_directory, order):
    cloud = cloud_of(order, simulator_directory)
    public_id = cloud.provider.public_id
    job = submit(cloud, order)
    disconnect_after(monkeypatch, ORDERS[order], cloud.provider)

    ended = run_to_its_end(job)

    external_id = ended.memory["external_id"]
    assert (ended.state, ended.error_code) == ("FAILED", "NOT_FOUND")
    assert ended.error_message.startswith("The provider was disconnected.")
    assert external_id in ended.error_message
    [created] = ended.created
    kind = "VirtualMachine" if order.startswith("virtual") else "Container"
    region = ended.memory["region"]
    assert created == global_id(kind, f"{public_id}:{region}:{external_id}")


def test_what_was_bought_is_named_when_it_cannot_be_stored(monkeypatch, simulator_directory, order):
    cloud = cloud_of(order, simulator_directory)
    job = submit(cloud, order)

    def fail(*_given, **_options):
        raise DatabaseError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(create, "store_one", fail)
        run_job(str(job.pk))

    ended = Job.objects.get(pk=job.pk)
    assert (ended.state, ended.error_code) == ("FAILED", "INTERNAL")
    assert len(ended.created) == 1
    assert any(ended.memory["external_id"] in message for message in messages_of(ended))


def test_an_order_that_is_open_when_the_provider_goes_is_unknown(simulator_directory, order):
    cloud = cloud_of(order, simulator_directory)
    job = submit(cloud, order)
    memory = {"looked_back": True, "region": "sim-1", "asked_at": 1.0, "order_open": True}
    Job.objects.filter(pk=job.pk).update(memory=memory, run_after=timezone.now())
    Source.objects.all().delete()

    ended = run_to_its_end(job)

    assert (ended.state, ended.error_code) == ("FAILED", "OUTCOME_UNKNOWN")
    assert f"gateway-job={job.pk}" in ended.error_message


@pytest.mark.parametrize(("providers", "name"), [(1, "first"), (2, "")])
def test_a_job_of_many_machines_keeps_the_name_of_its_only_provider(providers, name):
    owner = make_user(is_superuser=True)
    accounts = [make_simulator(owner, name=word) for word in ("first", "second")[:providers]]
    refresh([Ask(machine_source(account), 0) for account in accounts])
    ids = [str(cloud_id_of(VirtualMachine.objects.filter(provider=one)[0])) for one in accounts]

    parent = change_many(change=CHANGES["stop"], selection=Selection(ids=ids), requested_by=owner)
    for account in accounts:
        provider_disconnect(provider=account)

    parent.refresh_from_db()
    assert (parent.scope_name, parent.scope_kind) == (name, "simulator" if name else "")
