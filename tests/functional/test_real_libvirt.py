"""A real libvirt, from the mutation to the worker to the guest: where REAL_LIBVIRT names one."""

import os
import signal
import time

import pytest

from tests.clouds import libvirt
from tests.clouds.libvirt import DEAF, OBEDIENT, SIZE
from tests.functional.gateway import running_gateway

pytestmark = [
    pytest.mark.functional,
    pytest.mark.skipif(not libvirt.URI, reason="REAL_LIBVIRT names no running libvirt"),
]
LIST = """query ($provider: [ID!]) { virtualMachines(maxAge: 0, filter: {provider: $provider}) {
    complete sources { status durationMs error { code message } }
    nodes { id name externalId state rawState size { externalId } image { externalId }
        location { externalId } tags { key value } } } }"""


class Host:
    """The host, connected through the API."""

    def __init__(self, client, name="host", deadline=30_000, **credentials):
        self.client = client
        mutation = """mutation ($input: ConnectProviderInput!) { connectProvider(input: $input) {
            provider { id } errors { field message } } }"""
        values = credentials or {"uri": libvirt.URI}
        given = {
            "kind": "libvirt",
            "name": name,
            "deadlineMs": deadline,
            "credentials": [{"name": key, "value": value} for key, value in values.items()],
        }
        answer = client.data(mutation, input=given)["connectProvider"]
        assert answer["errors"] == []
        self.id = answer["provider"]["id"]

    def ask(self):
        return self.client.data(LIST, provider=[self.id])["virtualMachines"]

    def machines(self):
        found = self.ask()
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

    def provision(self, name, image):
        job = self.act(
            "ProvisionVirtualMachine",
            provider=self.id,
            name=name,
            size=SIZE,
            image=image,
            tags=[{"key": "env", "value": "test"}],
        )
        assert job["state"] == "SUCCEEDED", job
        return self.machines()[name]


@pytest.fixture
def clean():
    """Remove the machines that a failed test leaves behind, without the tested code."""
    before = set(libvirt.virsh("list", "--all", "--uuid").split())
    yield
    for uuid in set(libvirt.virsh("list", "--all", "--uuid").split()) - before:
        if libvirt.virsh("domstate", uuid) != "shut off":
            libvirt.virsh("destroy", uuid)
        libvirt.virsh("undefine", uuid, "--managed-save", "--remove-all-storage")


@pytest.fixture(scope="module")
def host(administrator):
    return Host(administrator)


def volumes():
    libvirt.virsh("pool-refresh", "default")
    return libvirt.virsh("vol-list", "default")


def test_a_machines_life(clean, host):
    before = volumes()
    machine = host.provision("real-life", OBEDIENT)
    assert (machine["state"], machine["rawState"]) == ("RUNNING", "running")
    assert (machine["size"]["externalId"], machine["image"]["externalId"]) == (SIZE, OBEDIENT)
    assert {"key": "env", "value": "test"} in machine["tags"]
    uuid = machine["externalId"]
    assert libvirt.virsh("domstate", uuid) == "running"
    libvirt.await_guest(uuid)

    for action, state, word in (
        ("StopVirtualMachine", "STOPPED", "shut off"),
        ("StartVirtualMachine", "RUNNING", "running"),
        ("RebootVirtualMachine", "RUNNING", "running"),
        ("SuspendVirtualMachine", "SUSPENDED", "shut off"),
        ("ResumeVirtualMachine", "RUNNING", "running"),
    ):
        job = host.act(action, id=machine["id"])
        assert job["state"] == "SUCCEEDED", (action, job)
        assert host.machines()["real-life"]["state"] == state
        assert libvirt.virsh("domstate", uuid) == word

    libvirt.await_guest(uuid)
    resized = host.act("ResizeVirtualMachine", id=machine["id"], size="1x512", stopFirst=True)
    assert resized["state"] == "SUCCEEDED", resized
    after = host.machines()["real-life"]
    assert (after["state"], after["size"]) == ("RUNNING", {"externalId": "1x512"})

    gone = host.act("TerminateVirtualMachine", id=machine["id"])
    assert gone["state"] == "SUCCEEDED", gone
    assert host.machines()["real-life"]["state"] == "TERMINATED"
    assert uuid not in libvirt.virsh("list", "--all", "--uuid")
    assert volumes() == before


def test_a_hung_guest_ends_as_a_clear_failure_and_not_as_stopped(clean, tmp_path):
    """libvirt says yes to the stop, and nothing comes of it."""
    with running_gateway(tmp_path, JOB_DEADLINE_SECONDS="20") as client:
        host = Host(client)
        machine = host.provision("deaf", DEAF)

        job = host.act("StopVirtualMachine", id=machine["id"])

        assert (job["state"], job["error"]["code"]) == ("FAILED", "DEADLINE_EXCEEDED"), job
        assert "its guest may hang" in job["error"]["message"]
        assert host.machines()["deaf"]["state"] == "RUNNING"
        assert libvirt.virsh("domstate", machine["externalId"]) == "running"

        reset = host.act("RebootVirtualMachine", id=machine["id"])
        assert reset["state"] == "SUCCEEDED", reset
        gone = host.act("TerminateVirtualMachine", id=machine["id"])
        assert gone["state"] == "SUCCEEDED", gone


def test_what_somebody_else_paused_or_shut_off_is_not_terminated(clean, host):
    machine = host.provision("seen", DEAF)
    uuid = machine["externalId"]

    libvirt.virsh("suspend", uuid)
    paused = host.machines()["seen"]
    assert (paused["state"], paused["rawState"]) == ("PAUSED", "paused (user)")
    assert host.act("StartVirtualMachine", id=machine["id"])["state"] == "SUCCEEDED"
    assert libvirt.virsh("domstate", uuid) == "running"

    libvirt.virsh("destroy", uuid)
    off = host.machines()["seen"]
    assert (off["state"], off["rawState"]) == ("STOPPED", "shut off")

    again = host.act("StopVirtualMachine", id=machine["id"])
    assert again["state"] == "SUCCEEDED", again
    assert host.act("TerminateVirtualMachine", id=machine["id"])["state"] == "SUCCEEDED"


def test_over_tls_with_a_certificate_and_a_password(host):
    secured = Host(host.client, name="secured", **libvirt.tls_credentials())
    stranger = Host(
        host.client,
        name="stranger",
        **{**libvirt.tls_credentials(), "password": "not this one"},
    )

    assert secured.ask()["complete"]
    [source] = stranger.ask()["sources"]
    assert (source["status"], source["error"]["code"]) == ("FAILED", "INVALID_CREDENTIALS")


@pytest.fixture
def daemon():
    """Yields a function that stops the daemon from answering; it goes on after the test."""
    try:
        pid = libvirt.daemon_pid()
    except OSError:
        pytest.skip("The daemon is no process of this machine.")
    yield lambda: os.kill(pid, signal.SIGSTOP)
    os.kill(pid, signal.SIGCONT)


def test_a_hung_daemon_costs_its_deadline_and_no_more(daemon, host):
    hasty = Host(host.client, name="hasty", deadline=1500)
    assert hasty.ask()["complete"]

    daemon()
    began = time.monotonic()
    answers = [hasty.ask() for _ in range(3)]

    assert time.monotonic() - began < 3 * 4
    codes = [answer["sources"][0]["error"]["code"] for answer in answers]
    assert codes[0] == "TIMEOUT"
    assert not any(answer["complete"] for answer in answers)
