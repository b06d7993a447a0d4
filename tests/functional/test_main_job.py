"""The main job from outside: ask a cloud live, stop a machine, watch it stop.

A gateway with its own web server, worker, beat and Redis uses a simulator, and an AWS account that
moto serves over HTTP. The test checks the result at the cloud itself where that is possible.
"""

import threading

import pytest

from tests.functional.holding_proxy import holding_proxy

pytestmark = pytest.mark.functional

CONNECT = """mutation ($input: ConnectProviderInput!) { connectProvider(input: $input) {
    provider { id status } errors { field code message } } }"""
LIST = """query ($provider: ID!, $maxAge: Int) {
    virtualMachines(first: 1000, filter: {provider: [$provider]}, maxAge: $maxAge) {
        complete totalCount sources { status error { code message } }
        nodes { id externalId name state stale } } }"""
STORED = "query ($id: ID!) { node(id: $id) { ... on VirtualMachine { state } } }"
ONE = "query ($id: ID!) { virtualMachine(id: $id, maxAge: 0) { state stale } }"
ACTION = """mutation ($id: ID!) { NAME(input: {id: $id}) {
    job { id operation state target { id } } errors { code message } } }"""
PROVISION = """mutation ($input: ProvisionVirtualMachineInput!) {
    provisionVirtualMachine(input: $input) { job { id state } errors { field code message } } }"""


class Cloud:
    """A connected provider, and what to buy there."""

    def __init__(self, client, kind, credentials, *, size, image, **options):
        given = {"kind": kind, "name": f"{kind} {id(self)}", **options}
        given["credentials"] = [
            {"name": name, "value": str(value)} for name, value in credentials.items()
        ]
        answer = client.data(CONNECT, input=given)["connectProvider"]
        assert answer["errors"] == []
        self.client = client
        self.provider = answer["provider"]["id"]
        self.order = {"provider": self.provider, "size": size, "image": image}

    def page(self, max_age=0):
        return self.client.data(LIST, provider=self.provider, maxAge=max_age)["virtualMachines"]

    def machines(self, state, max_age=0):
        page = self.page(max_age)
        assert page["complete"], page["sources"]
        return [node for node in page["nodes"] if node["state"] == state]

    def state_of(self, node_id, max_age=0):
        (state,) = [node["state"] for node in self.page(max_age)["nodes"] if node["id"] == node_id]
        return state

    def act(self, name, node_id):
        """The job, when it has ended."""
        answer = self.client.data(ACTION.replace("NAME", name), id=node_id)[name]
        assert answer["errors"] == []
        assert answer["job"]["target"] == {"id": node_id}
        return self.client.finished(answer["job"]["id"])

    def state_at_the_cloud(self, _machine):
        """The state at the cloud; None if only the gateway knows it."""


class MotoCloud(Cloud):
    def __init__(self, client, moto, region, **options):
        self._moto, self._region = moto, region
        moto.launch(region, "web", count=3, env="prod")
        values = moto.credentials | options.pop("credentials", {})
        image = "ami-785db401"
        super().__init__(
            client, "aws", values, size="t3.micro", image=image, regions=[region], **options
        )

    def state_at_the_cloud(self, machine):
        return self._moto.instances(self._region)[machine["externalId"]]["State"]["Name"]

    def names_at_the_cloud(self):
        return sorted(
            tag["Value"]
            for instance in self._moto.instances(self._region).values()
            for tag in instance["Tags"]
            if tag["Key"] == "Name"
        )


@pytest.fixture(params=["aws", "simulator"])
def cloud(request, administrator, moto, region):
    if request.param == "aws":
        return MotoCloud(administrator, moto, region)
    settings = {"seed": f"seed of {region}", "machines": 12, "boot_ms": 300}
    order = {"size": "sim.nano", "image": "img-debian-12"}
    return Cloud(administrator, "simulator", settings, **order)


def test_a_machine_is_stopped_and_started_again(cloud):
    machine = cloud.machines("RUNNING")[0]

    stopped = cloud.act("stopVirtualMachine", machine["id"])

    assert (stopped["state"], stopped["error"]) == ("SUCCEEDED", None)
    assert stopped["events"]["nodes"][-1]["message"] == "The machine is stopped."
    assert cloud.state_of(machine["id"]) == "STOPPED"
    assert cloud.state_at_the_cloud(machine) in {None, "stopped"}
    assert cloud.client.data(ONE, id=machine["id"]) == {
        "virtualMachine": {"state": "STOPPED", "stale": False}
    }

    started = cloud.act("startVirtualMachine", machine["id"])

    assert (started["state"], started["error"]) == ("SUCCEEDED", None)
    assert cloud.state_of(machine["id"]) == "RUNNING"
    assert cloud.state_at_the_cloud(machine) in {None, "running"}


def test_stopping_changes_no_other_machine(cloud):
    before = cloud.page()["nodes"]
    machine = next(node for node in before if node["state"] == "RUNNING")

    cloud.act("stopVirtualMachine", machine["id"])

    expected = [
        node | {"state": "STOPPED"} if node["id"] == machine["id"] else node for node in before
    ]
    assert cloud.page()["nodes"] == expected


def test_three_machines_are_bought(cloud):
    before = {node["id"] for node in cloud.page()["nodes"]}

    given = cloud.order | {"name": "bought", "count": 3}
    answer = cloud.client.data(PROVISION, input=given)["provisionVirtualMachine"]
    assert answer["errors"] == []
    job = cloud.client.finished(answer["job"]["id"])

    assert (job["state"], job["error"]) == ("SUCCEEDED", None)
    assert job["result"] == {"succeeded": 3, "failed": 0, "canceled": 0}
    children = job["children"]["nodes"]
    assert [child["state"] for child in children] == ["SUCCEEDED"] * 3
    new = [node for node in cloud.page()["nodes"] if node["id"] not in before]
    assert sorted(node["name"] for node in new) == ["bought-1", "bought-2", "bought-3"]
    assert {node["state"] for node in new} == {"RUNNING"}
    assert {node["id"] for node in new} == {child["result"]["virtualMachine"] for child in children}
    if isinstance(cloud, MotoCloud):
        assert cloud.names_at_the_cloud() == ["bought-1", "bought-2", "bought-3", *["web"] * 3]


def test_a_machine_that_was_deleted_elsewhere_cannot_be_stopped(administrator, moto, region):
    cloud = MotoCloud(administrator, moto, region)
    machine = cloud.machines("RUNNING")[0]
    moto.ec2(region).terminate_instances(InstanceIds=[machine["externalId"]])

    job = cloud.act("stopVirtualMachine", machine["id"])

    message = "The machine is terminated; it cannot be stopped."
    assert job["state"] == "FAILED"
    assert job["error"] == {"code": "CONFLICT", "message": message}
    assert cloud.state_at_the_cloud(machine) == "terminated"


@pytest.fixture
def proxy(moto):
    with holding_proxy(moto.url) as proxy:
        yield proxy


def test_a_listing_from_before_a_stop_does_not_bring_running_back(
    administrator, moto, region, proxy
):
    cloud = MotoCloud(
        administrator, moto, region, credentials={"endpoint_url": proxy.url}, deadlineMs=60_000
    )
    machine = cloud.machines("RUNNING")[0]
    pages = []
    slow = threading.Thread(target=lambda: pages.append(cloud.page()))

    old = proxy.hold()
    slow.start()
    old.wait()  # in its hands: a listing that says RUNNING
    job = cloud.act("stopVirtualMachine", machine["id"])
    new = proxy.hold()
    old.release()
    new.wait()  # the old one was no answer to a request from before the stop's end
    stored = administrator.data(STORED, id=machine["id"])
    new.release()
    slow.join(timeout=60)

    assert job["state"] == "SUCCEEDED"
    assert stored == {"node": {"state": "STOPPED"}}
    assert cloud.state_at_the_cloud(machine) == "stopped"
    (page,) = pages
    assert page["complete"] is True
    (shown,) = [node["state"] for node in page["nodes"] if node["id"] == machine["id"]]
    assert shown == "STOPPED"
    assert cloud.state_of(machine["id"], max_age=3600) == "STOPPED"
    assert len(cloud.machines("RUNNING", max_age=3600)) == 2


def test_asking_while_a_listing_hangs_waits_no_longer_than_the_deadline(
    administrator, moto, region, proxy
):
    cloud = MotoCloud(
        administrator, moto, region, credentials={"endpoint_url": proxy.url}, deadlineMs=1_000
    )
    assert len(cloud.machines("RUNNING")) == 3

    hold = proxy.hold()
    page = cloud.page()

    assert (page["complete"], page["totalCount"]) == (False, 3)
    assert page["sources"][0]["status"] == "STALE"
    assert page["sources"][0]["error"]["code"] == "TIMEOUT"
    assert {node["stale"] for node in page["nodes"]} == {True}
    hold.release()
    assert cloud.page()["complete"] is True
