"""A real OpenStack, from the mutation to the worker to the cloud: where REAL_OPENSTACK names one.

The clouds ``demo`` and ``alt`` of that clouds.yaml are two projects of it.
"""

import os
from pathlib import Path

import psutil
import pytest

from inventory.providers import connect, get_kind
from tests.clouds.openstack import openstack_credentials
from tests.functional.gateway import running_gateway

CLOUDS = os.environ.get("REAL_OPENSTACK")
pytestmark = [
    pytest.mark.functional,
    pytest.mark.skipif(not CLOUDS, reason="REAL_OPENSTACK names no clouds.yaml of a running cloud"),
]
STUCK = "stuck"
LIST = """query ($provider: [ID!]) { virtualMachines(maxAge: 0, filter: {provider: $provider}) {
    complete sources { status error { code message } }
    nodes { id name externalId state rawState size { externalId } tags { key value } } } }"""


class Project:
    """A project, connected through the API."""

    def __init__(self, client, name, *, called=None):
        self.client = client
        values = openstack_credentials(Path(CLOUDS), name)
        mutation = """mutation ($input: ConnectProviderInput!) { connectProvider(input: $input) {
            provider { id } errors { field message } } }"""
        given = {
            "kind": "openstack",
            "name": called or name,
            "regions": ["RegionOne"],
            "deadlineMs": 30_000,
            "credentials": [{"name": key, "value": value} for key, value in values.items()],
        }
        answer = client.data(mutation, input=given)["connectProvider"]
        assert answer["errors"] == []
        self.id = answer["provider"]["id"]

    def machines(self):
        found = self.client.data(LIST, provider=[self.id])["virtualMachines"]
        assert found["complete"], found["sources"]
        return {machine["name"]: machine for machine in found["nodes"]}

    def act(self, name, /, **given):
        """The job, when it has ended."""
        field = name[0].lower() + name[1:]
        mutation = f"""mutation ($input: {name}Input!) {{ {field}(input: $input) {{
            job {{ id }} errors {{ code message }} }} }}"""
        answer = self.client.data(mutation, input=given)[field]
        assert answer["errors"] == []
        return self.client.finished(answer["job"]["id"])

    def image(self):
        query = """query ($id: ID!) { provider(id: $id) {
            images(search: "cirros", maxAge: 0) { externalId } } }"""
        [image] = self.client.data(query, id=self.id)["provider"]["images"]
        return image["externalId"]


@pytest.fixture(scope="module")
def project(administrator):
    return Project(administrator, "demo")


def test_a_machines_life(project):
    name = "real-life"
    bought = project.act(
        "ProvisionVirtualMachine",
        provider=project.id,
        name=name,
        size="1",
        image=project.image(),
        tags=[{"key": "env", "value": "test"}],
    )
    assert bought["state"] == "SUCCEEDED", bought
    machine = project.machines()[name]
    assert (machine["state"], machine["size"]) == ("RUNNING", {"externalId": "1"})
    assert {"key": "env", "value": "test"} in machine["tags"]

    for action, state in (
        ("StopVirtualMachine", "STOPPED"),
        ("StartVirtualMachine", "RUNNING"),
        ("RebootVirtualMachine", "RUNNING"),
        ("SuspendVirtualMachine", "SUSPENDED"),
        ("ResumeVirtualMachine", "RUNNING"),
        ("StopVirtualMachine", "STOPPED"),
    ):
        job = project.act(action, id=machine["id"])
        assert job["state"] == "SUCCEEDED", (action, job)
        assert project.machines()[name]["state"] == state

    resized = project.act("ResizeVirtualMachine", id=machine["id"], size="2")
    assert resized["state"] == "SUCCEEDED", resized
    after = project.machines()[name]
    assert (after["state"], after["rawState"]) == ("STOPPED", "SHUTOFF")
    assert after["size"] == {"externalId": "2"}

    gone = project.act("TerminateVirtualMachine", id=machine["id"])
    assert gone["state"] == "SUCCEEDED", gone
    assert project.machines()[name]["state"] == "TERMINATED"


def test_two_projects_see_nothing_of_each_other(project):
    other = Project(project.client, "alt")
    bought = project.act(
        "ProvisionVirtualMachine",
        provider=project.id,
        name="not-yours",
        size="1",
        image=project.image(),
    )
    assert bought["state"] == "SUCCEEDED", bought

    assert "not-yours" in project.machines()
    assert "not-yours" not in other.machines()
    machine = project.machines()["not-yours"]
    assert project.act("TerminateVirtualMachine", id=machine["id"])["state"] == "SUCCEEDED"


@pytest.fixture
def hypervisor():
    """Yields a function that stops the hypervisor from answering; it goes on after the test."""
    pid = Path(CLOUDS).parent / "run" / "nova-compute.pid"
    if not pid.exists():
        pytest.skip("nova-compute is no process of this machine.")
    process = psutil.Process(int(pid.read_text()))
    family = [process, *process.children(recursive=True)]
    yield lambda: [one.suspend() for one in family]
    for one in family:
        one.resume()
    kind = get_kind("openstack")
    credentials = kind.clean_credentials(openstack_credentials(Path(CLOUDS), "demo"))
    with connect(kind, credentials, "RegionOne", 30) as cloud:
        for machine in cloud.read("virtual_machines"):
            if machine.name == STUCK:
                cloud.do("virtual_machines", "terminate", machine.external_id)


def test_a_hung_hypervisor_ends_as_a_clear_failure(hypervisor, tmp_path):
    """nova says yes to the stop, and nothing comes of it."""
    with running_gateway(tmp_path, JOB_DEADLINE_SECONDS="90") as client:
        project = Project(client, "demo")
        order = {"provider": project.id, "name": STUCK, "size": "1", "image": project.image()}
        bought = project.act("ProvisionVirtualMachine", **order)
        assert bought["state"] == "SUCCEEDED", bought
        machine = project.machines()[STUCK]

        hypervisor()
        job = project.act("StopVirtualMachine", id=machine["id"])

        assert (job["state"], job["error"]["code"]) == ("FAILED", "DEADLINE_EXCEEDED"), job
        assert project.machines()[STUCK]["state"] != "STOPPED"


CHECK = """mutation ($id: ID!) { checkProvider(input: {id: $id}) { errors { code } check {
    credentialsValid clockSkewSeconds warnings missingPermissions { capability }
    regions { region reachable latencyMs error { code }
        permissions { capability status actions } } } } }"""


@pytest.mark.parametrize(("name", "acting"), [("demo", "ALLOWED"), ("reader", "UNKNOWN")])
def test_a_check_tells_what_the_roles_tell(administrator, name, acting):
    """Nova's policy allows a member everything. Its releases differ for a reader: nova 26 lets a
    reader order and terminate machines, so a check that reported DENIED would be wrong.
    """
    project = Project(administrator, name, called=f"{name}, checked")
    answer = administrator.data(CHECK, id=project.id)["checkProvider"]

    report = answer["check"]
    assert (answer["errors"], report["credentialsValid"]) == ([], True)
    assert (abs(report["clockSkewSeconds"]) <= 2, report["warnings"]) == (True, [])
    (region,) = report["regions"]
    assert (region["reachable"], region["error"]) == (True, None)
    assert 1 <= region["latencyMs"] < 30_000
    told = {one["capability"]: one["status"] for one in region["permissions"]}
    assert {status for one, status in told.items() if one.startswith("LIST_")} == {"ALLOWED"}
    assert {status for one, status in told.items() if not one.startswith("LIST_")} == {acting}
