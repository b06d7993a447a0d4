"""Idempotency keys of actions, and retries of them, as a script uses them."""

import pytest
from django.db.models import F

from inventory.models import VirtualMachine
from inventory.services.machines import machine_id, provider_id
from inventory.services.providers import provider_disconnect
from inventory.types import MachineState
from jobs.api import Job
from tests.client import GraphQLClient
from tests.inventory.actions import machine_change
from tests.inventory.factories import make_simulator, make_user

pytestmark = pytest.mark.django_db(transaction=True)

PROVISION = """mutation ($input: ProvisionVirtualMachineInput!) {
    provisionVirtualMachine(input: $input) {
        job { id children { totalCount } } dryRun { allowed } errors { field code } } }"""
RETRY = """mutation ($id: ID!) { retryJob(input: {id: $id}) {
    job { target { id } } errors { field code message } } }"""


@pytest.fixture(autouse=True)
def _simulator_directory(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"


@pytest.fixture
def ann():
    return make_user("ann")


@pytest.fixture
def client(ann):
    return GraphQLClient().log_in("ann", "correct-horse")


@pytest.fixture
def provider(ann):
    return make_simulator(ann, machines=6)


@pytest.fixture
def machines(client, provider):
    """Ids of its machines; asking stores them."""
    found = client.data("{ virtualMachines(maxAge: 0) { nodes { id } } }")
    return [node["id"] for node in found["virtualMachines"]["nodes"]]


def act(client, action, machine, key, *, dry_run=False):
    query = f"""mutation ($id: ID!, $key: String, $dryRun: Boolean) {{
        {action}(input: {{id: $id, idempotencyKey: $key, dryRun: $dryRun}}) {{
            job {{ id }} dryRun {{ allowed }} errors {{ field code }} }} }}"""
    return client.data(query, id=machine, key=key, dryRun=dry_run)[action]


def order(client, provider, **given):
    wanted = {"provider": provider_id(provider), "name": "web", "idempotencyKey": "a-key"}
    wanted |= {"size": "sim.nano", "image": "img-debian-12"} | given
    return client.data(PROVISION, input=wanted)["provisionVirtualMachine"]


@pytest.mark.parametrize(
    "action", ["startVirtualMachine", "stopVirtualMachine", "terminateVirtualMachine"]
)
def test_the_same_action_under_the_same_key_is_one_job(client, machines, action):
    first = act(client, action, machines[0], "a-key")

    assert first["errors"] == []
    assert act(client, action, machines[0], "a-key") == first
    assert Job.objects.count() == 1


def test_another_machine_or_action_under_the_key_is_refused(client, machines):
    act(client, "stopVirtualMachine", machines[0], "a-key")

    for action, machine in (
        ("stopVirtualMachine", machines[1]),
        ("startVirtualMachine", machines[0]),
    ):
        refused = act(client, action, machine, "a-key")
        assert refused["job"] is None
        assert refused["errors"] == [{"field": "idempotencyKey", "code": "CONFLICT"}]
    assert Job.objects.count() == 1


def test_a_dry_run_reserves_no_key(client, machines):
    dry = act(client, "stopVirtualMachine", machines[0], "a-key", dry_run=True)

    assert (dry["job"], dry["errors"]) == (None, [])
    assert act(client, "stopVirtualMachine", machines[1], "a-key")["errors"] == []


def test_an_impossible_key_is_refused(client, machines):
    refused = act(client, "stopVirtualMachine", machines[0], "")

    assert refused["errors"] == [{"field": "idempotencyKey", "code": "INVALID"}]
    assert not Job.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_a_retried_script_buys_no_two_machines(client, provider, count):
    first = order(client, provider, count=count)
    jobs = Job.objects.count()

    assert first["errors"] == []
    assert order(client, provider, count=count) == first
    assert Job.objects.count() == jobs == (1 if count == 1 else 4)


@pytest.mark.parametrize("changed", [{"count": 2}, {"name": "db"}, {"size": "sim.small"}])
def test_another_order_under_the_key_is_refused(client, provider, changed):
    order(client, provider)

    refused = order(client, provider, **changed)

    assert refused["job"] is None
    assert refused["errors"] == [{"field": "idempotencyKey", "code": "CONFLICT"}]
    assert Job.objects.count() == 1


def failed_stop(machine, requested_by):
    job = machine_change(name="stop", machine=machine, requested_by=requested_by)
    Job.objects.filter(pk=job.pk).update(state="FAILED", finished_at=F("created_at"))
    return job


def a_machine():
    machines = VirtualMachine.objects.select_related("source__provider", "provider")
    return machines.filter(state=MachineState.RUNNING).first()


def test_a_failed_action_is_tried_again(client, ann, machines):
    job = failed_stop(a_machine(), ann)

    payload = client.data(RETRY, id=job.public_id)["retryJob"]

    assert payload == {"job": {"target": {"id": machine_id(a_machine())}}, "errors": []}


def test_not_what_is_out_of_reach_by_now(client, ann, machines, provider):
    job = failed_stop(a_machine(), ann)
    provider.owner = make_user()
    provider.save()

    payload = client.data(RETRY, id=job.public_id)["retryJob"]

    assert payload["job"] is None
    assert payload["errors"] == [
        {"field": "id", "code": "NOT_FOUND", "message": "There is no job with this id."}
    ]
    assert Job.objects.count() == 1


def test_not_at_a_provider_that_was_disconnected(client, provider):
    order(client, provider)
    Job.objects.update(state="FAILED", finished_at=F("created_at"))
    provider_disconnect(provider=provider)

    payload = client.data(RETRY, id=Job.objects.get().public_id)["retryJob"]

    assert payload["errors"] == [
        {"field": "id", "code": "NOT_FOUND", "message": "Its provider is not there any more."}
    ]
    assert Job.objects.count() == 1
