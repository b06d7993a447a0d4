"""Every action on an EC2 account, from the mutation to the state that EC2 shows afterwards."""

import base64

import pytest

from gateway.core.ids import global_id, split_id
from inventory.models import Repository
from inventory.services.providers import provider_connect
from jobs.api import Job
from tests.client import GraphQLClient
from tests.clouds.moto import IMAGE
from tests.inventory.factories import make_user
from tests.inventory.operations.running import run_to_its_end

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.functional,
    pytest.mark.any_database,  # it is about what the cloud answers
]

PAYLOAD = """{
    job { id state } errors { code message }
    dryRun { allowed state userData checks { name ok message } } }"""


class Account:
    """A connected account, used through GraphQL; its jobs run here instead of in a worker."""

    def __init__(self, moto, region):
        self.moto, self.region = moto, region
        self.user = make_user()
        self.client = GraphQLClient().log_in(self.user.username, "correct-horse")
        self.provider = provider_connect(
            owner=self.user,
            kind="aws",
            name="account",
            credentials=moto.credentials,
            regions=[region],
        )

    def machines(self):
        query = """{ virtualMachines(maxAge: 0) { complete nodes {
            id externalId name state size { externalId } tags { key value } } } }"""
        page = self.client.data(query)["virtualMachines"]
        assert page["complete"]
        return {node["externalId"]: node for node in page["nodes"]}

    def mutate(self, name, /, **given):
        field = name[0].lower() + name[1:]
        query = f"mutation ($input: {name}Input!) {{ {field}(input: $input) {PAYLOAD} }}"
        return self.client.data(query, input=given)[field]

    def act(self, name, /, **given):
        """Submit and run to the end; the job's row as it is then."""
        payload = self.mutate(name, **given)
        assert payload["errors"] == []
        job = Job.objects.get(pk=split_id(payload["job"]["id"])[1])
        for child in job.children.all():
            run_to_its_end(child)
        return run_to_its_end(job)

    def instance(self, external_id):
        """The instance as EC2 has it, read with another library."""
        return self.moto.instances(self.region)[external_id]


@pytest.fixture
def account(moto, region):
    return Account(moto, region)


@pytest.fixture
def machine(account):
    (external_id,) = account.moto.launch(account.region, "web", size="t3.micro", team="red")
    return account.machines()[external_id]


def test_stop_and_start(account, machine):
    assert account.act("StopVirtualMachine", id=machine["id"]).state == "SUCCEEDED"
    assert account.instance(machine["externalId"])["State"]["Name"] == "stopped"
    assert account.machines()[machine["externalId"]]["state"] == "STOPPED"

    assert account.act("StartVirtualMachine", id=machine["id"]).state == "SUCCEEDED"
    assert account.machines()[machine["externalId"]]["state"] == "RUNNING"


def test_reboot(account, machine):
    job = account.act("RebootVirtualMachine", id=machine["id"])

    assert (job.state, job.result) == ("SUCCEEDED", {"state": "RUNNING"})


def test_resize_refuses_what_runs_unless_it_may_be_stopped(account, machine):
    refused = account.act("ResizeVirtualMachine", id=machine["id"], size="t3.large")
    assert (refused.state, refused.error_code) == ("FAILED", "CONFLICT")
    assert account.instance(machine["externalId"])["InstanceType"] == "t3.micro"

    job = account.act("ResizeVirtualMachine", id=machine["id"], size="t3.large", stopFirst=True)

    assert job.state == "SUCCEEDED"
    instance = account.instance(machine["externalId"])
    assert (instance["InstanceType"], instance["State"]["Name"]) == ("t3.large", "running")
    assert account.machines()[machine["externalId"]]["size"] == {"externalId": "t3.large"}


def test_resize_leaves_what_was_off_off(account, machine):
    account.act("StopVirtualMachine", id=machine["id"])

    assert account.act("ResizeVirtualMachine", id=machine["id"], size="t3.small").state == (
        "SUCCEEDED"
    )

    instance = account.instance(machine["externalId"])
    assert (instance["InstanceType"], instance["State"]["Name"]) == ("t3.small", "stopped")


def test_tag(account, machine):
    job = account.act(
        "TagVirtualMachine",
        id=machine["id"],
        set=[{"key": "env", "value": "prod"}, {"key": "Name", "value": "web-9"}],
        remove=["team"],
    )

    assert job.state == "SUCCEEDED"
    shown = account.machines()[machine["externalId"]]
    assert shown["name"] == "web-9"
    assert shown["tags"] == [{"key": "Name", "value": "web-9"}, {"key": "env", "value": "prod"}]


def test_terminate(account, machine):
    job = account.act("TerminateVirtualMachine", id=machine["id"])

    assert (job.state, job.result) == ("SUCCEEDED", {"state": "TERMINATED"})
    assert account.instance(machine["externalId"])["State"]["Name"] == "terminated"


def test_provision_with_everything(account):
    ec2 = account.moto.ec2(account.region)
    ec2.create_key_pair(KeyName="ops")
    ec2.create_security_group(GroupName="web", Description="web")
    zone = ec2.describe_availability_zones()["AvailabilityZones"][1]["ZoneName"]

    job = account.act(
        "ProvisionVirtualMachine",
        provider=account.client.data("{ providers { id } }")["providers"][0]["id"],
        name="new",
        size="t3.small",
        image=IMAGE,
        location=zone,
        count=2,
        keyPair="ops",
        securityGroups=["web"],
        tags=[{"key": "team", "value": "blue"}],
        userData="#!/bin/sh\necho hello",
    )

    assert (job.state, job.result["succeeded"]) == ("SUCCEEDED", 2)
    instances = account.moto.instances(account.region)
    assert len(instances) == 2
    for external_id, instance in instances.items():
        assert instance["InstanceType"] == "t3.small"
        assert instance["ImageId"] == IMAGE
        assert instance["Placement"]["AvailabilityZone"] == zone
        assert instance["KeyName"] == "ops"
        assert [group["GroupName"] for group in instance["SecurityGroups"]] == ["web"]
        assert {"Key": "team", "Value": "blue"} in instance["Tags"]
        data = ec2.describe_instance_attribute(InstanceId=external_id, Attribute="userData")
        assert base64.b64decode(data["UserData"]["Value"]) == b"#!/bin/sh\necho hello"
    ec2.close()
    names = {node["name"] for node in account.machines().values()}
    assert names == {"new-1", "new-2"}


def test_an_order_with_a_repository_sends_what_the_dry_run_shows(account):
    row = Repository.objects.create(
        name="web", full_name="acme/web", owner_login="acme", url="https://github.com/acme/web"
    )
    order = {
        "provider": account.client.data("{ providers { id } }")["providers"][0]["id"],
        "name": "new",
        "size": "t3.small",
        "image": IMAGE,
        "repository": global_id("Repository", row.pk),
        "ref": "büro/it's",
    }
    shown = account.mutate("ProvisionVirtualMachine", **order, dryRun=True)["dryRun"]
    assert shown["allowed"] is True, shown["checks"]
    assert account.moto.instances(account.region) == {}

    job = account.act("ProvisionVirtualMachine", **order)

    assert job.state == "SUCCEEDED"
    [external_id] = account.moto.instances(account.region)
    ec2 = account.moto.ec2(account.region)
    data = ec2.describe_instance_attribute(InstanceId=external_id, Attribute="userData")
    ec2.close()
    assert base64.b64decode(data["UserData"]["Value"]).decode() == shown["userData"]
    assert '"checkout", "büro/it\'s", "--"]' in shown["userData"]


DRY_RUNS = {
    "StopVirtualMachine": {},
    "StartVirtualMachine": {},
    "RebootVirtualMachine": {},
    "TerminateVirtualMachine": {},
    "ResizeVirtualMachine": {"size": "t3.large", "stopFirst": True},
    "TagVirtualMachine": {"remove": ["team"]},
}


@pytest.mark.parametrize(("name", "given"), DRY_RUNS.items(), ids=DRY_RUNS)
def test_a_dry_run_changes_nothing(account, machine, name, given):
    before = account.instance(machine["externalId"])

    payload = account.mutate(name, id=machine["id"], dryRun=True, **given)

    assert (payload["job"], payload["errors"]) == (None, [])
    assert payload["dryRun"]["state"] == "RUNNING"
    assert payload["dryRun"]["allowed"] is True, payload["dryRun"]["checks"]
    assert not Job.objects.exists()
    assert account.instance(machine["externalId"]) == before


def test_a_dry_run_of_an_order_buys_nothing(account):
    provider = account.client.data("{ providers { id } }")["providers"][0]["id"]

    payload = account.mutate(
        "ProvisionVirtualMachine",
        provider=provider,
        name="new",
        size="t3.small",
        image=IMAGE,
        dryRun=True,
    )

    assert payload["dryRun"]["allowed"] is True, payload["dryRun"]["checks"]
    assert payload["dryRun"]["state"] is None
    assert not Job.objects.exists()
    assert account.moto.instances(account.region) == {}


@pytest.mark.parametrize("name", ["SuspendVirtualMachine", "ResumeVirtualMachine"])
def test_what_ec2_cannot_do_is_refused_before_any_job(account, machine, name):
    payload = account.mutate(name, id=machine["id"])

    assert payload["job"] is None
    assert [error["code"] for error in payload["errors"]] == ["NOT_SUPPORTED"]
    assert not Job.objects.exists()
