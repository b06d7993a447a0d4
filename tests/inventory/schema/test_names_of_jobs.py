"""Jobs and the audit name their objects, even if these are gone, and the objects that they made."""

import pytest
from django.utils import timezone

from gateway.core.audit.models import AuditEvent
from inventory.models import VirtualMachine
from inventory.services.machines import machine_id
from jobs.api import Job
from tests.client import GraphQLClient
from tests.clouds.engine import connect_engine, engines  # noqa: F401 - a fixture
from tests.inventory.factories import make_simulator, make_user
from tests.inventory.operations.running import run_to_its_end

pytestmark = pytest.mark.django_db(transaction=True)


JOBS = """{ jobs { nodes { operation targetName providerName providerKind requesterLogin
    target { id } provider { id } requestedBy { login }
    created { id __typename ... on VirtualMachine { name } ... on Container { name } }
    parent { id } children { nodes { targetName providerName created { id } } } } } }"""
STOP = """mutation ($input: StopVirtualMachinesInput!) {
    stopVirtualMachines(input: $input) { job { id } errors { message } } }"""
PROVISION = """mutation ($input: ProvisionVirtualMachineInput!) {
    provisionVirtualMachine(input: $input) { job { id } errors { message } } }"""
DEPLOY = """mutation ($input: DeployContainerInput!) {
    deployContainer(input: $input) { job { id } errors { message } } }"""
DISCONNECT = """mutation ($id: ID!) { disconnectProvider(input: {id: $id}) {
    errors { message } } }"""
AUDIT = "{ auditEvents { nodes { action arguments names result } } }"


CREATED = """{ jobs { nodes { operation parent { id } created { id }
    createdObjects { id type name providerName region externalId isCertain } } } }"""
CREATE_SCHEDULE = """mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) {
    schedule { id } errors { message } } }"""
SCHEDULES = "{ schedules { nodes { machineNames { id name providerName } } } }"


@pytest.fixture(autouse=True)
def simulator_directory(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    return settings.SIMULATOR_DIR


@pytest.fixture
def ann():
    return make_user("ann", is_superuser=True)


@pytest.fixture
def client(ann):
    return GraphQLClient().log_in("ann", "correct-horse")


@pytest.fixture
def provider(ann, client):
    found = make_simulator(ann, name="lab", machines=6)
    client.data("{ virtualMachines(maxAge: 0) { totalCount } }")
    return found


def jobs_of(client, operation, *, parts=False):
    nodes = client.data(JOBS)["jobs"]["nodes"]
    return [
        node
        for node in nodes
        if node["operation"] == operation and (node["parent"] is not None) is parts
    ]


def run_all():
    for job in Job.objects.filter(run_after__isnull=False):
        run_to_its_end(job)


def order(provider, **given):
    values = {"name": "web", "size": "sim.nano", "image": "img-debian-12"}
    return {"provider": provider.scope, **values, **given}


def test_created_names_what_a_job_made_and_a_parent_s_what_its_children_made(client, provider):
    client.data(PROVISION, input=order(provider))
    client.data(PROVISION, input=order(provider, name="many", count=3))
    before = jobs_of(client, "virtual_machine.provision")
    run_all()

    many, one = jobs_of(client, "virtual_machine.provision")
    assert [node["created"] for node in before] == [[], []]
    row = VirtualMachine.objects.select_related("provider").get(name="web")
    expected = {"id": machine_id(row), "__typename": "VirtualMachine", "name": "web"}
    assert one["created"] == [expected]
    assert [made["name"] for made in many["created"]] == ["many-1", "many-2", "many-3"]
    parts = [part["created"] for part in many["children"]["nodes"]]
    assert parts == [[{"id": made["id"]}] for made in many["created"]]
    assert (one["targetName"], many["targetName"]) == ("web", "many")


@pytest.mark.usefixtures("engines")
def test_created_names_a_container(ann, client):
    engine = connect_engine(ann)
    client.data(DEPLOY, input={"provider": engine.scope, "name": "cache", "image": "redis:7"})
    run_all()

    (job,) = jobs_of(client, "container.deploy")
    assert [(made["__typename"], made["name"]) for made in job["created"]] == [
        ("Container", "cache")
    ]
    assert (job["targetName"], job["providerName"]) == ("cache", "engine")


def test_a_purchase_that_failed_names_what_it_made(client, provider):
    client.data(PROVISION, input=order(provider))
    run_all()
    Job.objects.update(state="FAILED", result=None, error_code="DEADLINE_EXCEEDED")

    (node,) = jobs_of(client, "virtual_machine.provision")

    assert [made["name"] for made in node["created"]] == ["web"]


def test_jobs_and_audit_keep_their_names_when_the_provider_is_gone(client, provider, ann):
    machines = VirtualMachine.objects.filter(state="RUNNING").select_related("provider")
    names = {machine_id(machine): machine.name for machine in machines}
    client.data(STOP, input={"ids": list(names)})
    client.data(PROVISION, input=order(provider))
    run_all()
    client.data(DISCONNECT, id=provider.scope)

    stops = jobs_of(client, "virtual_machine.stop", parts=True)
    (made,) = jobs_of(client, "virtual_machine.provision")
    assert {job["targetName"] for job in stops} == set(names.values())
    for job in [*stops, made]:
        assert (job["providerName"], job["providerKind"]) == ("lab", "simulator")
        assert (job["target"], job["provider"], job["created"]) == (None, None, [])
        assert job["requesterLogin"] == "ann"
    events = {one["action"]: one for one in client.data(AUDIT)["auditEvents"]["nodes"]}
    stopped = events["stopVirtualMachines"]["names"]
    for key, name in names.items():
        assert stopped[key] == {
            "type": "VirtualMachine",
            "name": name,
            "provider": "lab",
            "kind": "simulator",
        }
    gone = events["disconnectProvider"]["names"][provider.scope]
    assert gone == {"type": "Provider", "name": "lab", "provider": "lab", "kind": "simulator"}
    bought = events["provisionVirtualMachine"]
    job = bought["names"][bought["result"]["job"]]
    assert (job["target"], job["provider"], job["kind"]) == ("web", "lab", "simulator")


def test_a_job_keeps_the_login_of_a_user_who_is_gone(client, provider):
    bob = make_user("bob", is_superuser=True)
    machine = VirtualMachine.objects.select_related("provider").filter(state="RUNNING").first()
    http = GraphQLClient().log_in("bob", "correct-horse")
    http.data(STOP, input={"ids": [machine_id(machine)]})
    bob.delete()

    (job,) = jobs_of(client, "virtual_machine.stop", parts=True)

    assert (job["requestedBy"], job["requesterLogin"]) == (None, "bob")


def test_ids_of_others_are_not_named(provider):
    make_user("carl")
    http = GraphQLClient().log_in("carl", "correct-horse")

    http.data(DISCONNECT, id=provider.scope)

    event = AuditEvent.objects.filter(action="disconnectProvider").get()
    assert (event.outcome, event.names) == ("NOT_FOUND", {})


def test_what_jobs_created_keeps_its_names_when_the_provider_is_gone(client, provider):
    client.data(PROVISION, input=order(provider))
    client.data(PROVISION, input=order(provider, name="many", count=2))
    client.data(STOP, input={"ids": [machine_id(VirtualMachine.objects.first())]})
    run_all()
    rows = VirtualMachine.objects.exclude(provisioned_at=None).select_related("provider")
    expected = [
        {
            "id": machine_id(row),
            "type": "VirtualMachine",
            "name": row.name,
            "providerName": "lab",
            "region": row.region,
            "externalId": row.external_id,
            "isCertain": True,
        }
        for row in rows.order_by("name")
    ]

    client.data(DISCONNECT, id=provider.scope)

    found = [one for one in client.data(CREATED)["jobs"]["nodes"] if one["parent"] is None]
    stop, many, one = found
    assert [node["created"] for node in found] == [[], [], []]
    assert (stop["createdObjects"], len(expected)) == ([], 3)
    assert sorted(many["createdObjects"], key=lambda made: made["name"]) == expected[:2]
    assert one["createdObjects"] == expected[2:]


def test_what_may_have_been_made_is_named_and_marked_as_uncertain(client, provider):
    client.data(PROVISION, input=order(provider))
    memory = {"looked_back": True, "region": "sim-1", "asked_at": 1.0, "order_open": True}
    ended = {"state": "FAILED", "error_code": "OUTCOME_UNKNOWN", "finished_at": timezone.now()}
    Job.objects.update(memory=memory, **ended)

    client.data(DISCONNECT, id=provider.scope)

    (node,) = client.data(CREATED)["jobs"]["nodes"]
    assert node["createdObjects"] == [
        {
            "id": None,
            "type": "VirtualMachine",
            "name": "web",
            "providerName": "lab",
            "region": "sim-1",
            "externalId": None,
            "isCertain": False,
        }
    ]


def test_a_schedule_keeps_the_names_of_its_machines(client, provider):
    machines = list(VirtualMachine.objects.select_related("provider").order_by("name")[:2])
    given = {
        "name": "off",
        "operation": "virtual_machine.stop",
        "cron": "0 19 * * *",
        "ids": [machine_id(machine) for machine in machines],
    }
    assert client.data(CREATE_SCHEDULE, input=given)["createSchedule"]["errors"] == []

    client.data(DISCONNECT, id=provider.scope)

    (schedule,) = client.data(SCHEDULES)["schedules"]["nodes"]
    assert schedule["machineNames"] == [
        {"id": machine_id(machine), "name": machine.name, "providerName": "lab"}
        for machine in machines
    ]


def test_a_schedule_with_a_filter_names_no_machines(client, provider):
    given = {
        "name": "off",
        "operation": "virtual_machine.stop",
        "cron": "0 19 * * *",
        "filter": {"state": ["RUNNING"]},
    }
    client.data(CREATE_SCHEDULE, input=given)

    assert client.data(SCHEDULES)["schedules"]["nodes"] == [{"machineNames": None}]
