"""Jobs that cannot do their action, and jobs that are canceled."""

from base64 import b64decode

import pytest

from gateway.core.ids import global_id
from inventory.models import VirtualMachine
from inventory.services.machines import provider_id
from jobs.api import Job, run_job
from tests.bad_input.conftest import machine_gid
from tests.inventory.factories import make_simulator

ACTION = """mutation ($id: ID!) { NAME(input: {id: $id}) {
    job { id state } errors { field code message } } }"""
PROVISION = """mutation ($input: ProvisionVirtualMachineInput!) {
    provisionVirtualMachine(input: $input) { job { id state } errors { field code message } } }"""
CANCEL = """mutation ($id: ID!) { cancelJob(input: {id: $id}) {
    job { id state } errors { field code message } } }"""
JOB = """query ($id: ID!) { job(id: $id) {
    operation state error { code message retryable } result attempts
    target { id } provider { id name } requestedBy { login }
    events { nodes { kind message } } children { totalCount nodes { state error { code } } } } }"""
MACHINE = """query ($id: ID!) { virtualMachine(id: $id, maxAge: 0) { state } }"""

pytestmark = pytest.mark.django_db(transaction=True)


def act(client, name, machine_id):
    return client.data(ACTION.replace("NAME", name), id=machine_id)[name]


def job_of(client, payload):
    assert payload["errors"] == []
    return client.data(JOB, id=payload["job"]["id"])["job"]


def provision(client, provider, **given):
    order = {"name": "new", "size": "sim.nano", "image": "img-debian-12"} | given
    data = client.data(PROVISION, input={"provider": provider_id(provider), **order})
    return data["provisionVirtualMachine"]


def last_message(job):
    return job["events"]["nodes"][-1]["message"]


@pytest.mark.parametrize(
    ("name", "state"), [("stopVirtualMachine", "STOPPED"), ("startVirtualMachine", "RUNNING")]
)
def test_what_is_so_already_succeeds_and_says_so(client, machines, finish, name, state):
    machine_id = machines[state][0]

    payload = act(client, name, machine_id)
    finish(payload["job"]["id"])

    job = job_of(client, payload)
    assert (job["state"], job["error"]) == ("SUCCEEDED", None)
    assert last_message(job) == f"The machine was {state.lower()} already; nothing was done."
    assert client.data(MACHINE, id=machine_id) == {"virtualMachine": {"state": state}}


def test_a_machine_that_vanished(client, provider, machines, finish):
    """Known here, but its cloud has none of this name any more."""
    row = VirtualMachine.objects.filter(state="RUNNING").first()
    VirtualMachine.objects.filter(pk=row.pk).update(external_id="sim-gone")

    payload = act(client, "stopVirtualMachine", machine_gid(provider, "sim-gone"))
    finish(payload["job"]["id"])

    job = job_of(client, payload)
    assert (job["state"], job["error"]["code"]) == ("FAILED", "NOT_FOUND")
    assert job["error"]["retryable"] is False
    assert job["attempts"] == 1


def test_a_machine_that_nobody_ever_saw(client, provider, unchanged):
    unchanged()

    payload = act(client, "stopVirtualMachine", machine_gid(provider, "sim-never"))

    message = "There is no machine with this id."
    assert payload == {
        "job": None,
        "errors": [{"field": "id", "code": "NOT_FOUND", "message": message}],
    }
    unchanged()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"size": "nope"}, "sim-1 offers no size 'nope'."),
        ({"image": "nope"}, "sim-1 offers no image 'nope'."),
        ({"location": "nope"}, "sim-1 offers no location 'nope'."),
    ],
)
def test_what_is_not_offered_cannot_be_bought(client, provider, given, message):
    payload = provision(client, provider, **given)

    assert payload["job"] is None
    [error] = payload["errors"]
    assert (error["field"], error["code"]) == (next(iter(given)), "INVALID")
    assert error["message"].startswith(message)
    assert client.data("{ jobs { totalCount } }")["jobs"] == {"totalCount": 0}
    total = client.data("{ virtualMachines(maxAge: 0) { totalCount } }")["virtualMachines"]
    assert total == {"totalCount": 12}


@pytest.mark.parametrize("count", [-1, 0, 51, 2**31 - 1])
def test_a_number_of_machines_that_cannot_be(client, provider, unchanged, count):
    unchanged()

    payload = provision(client, provider, count=count)

    message = "count must be between 1 and 50."
    assert payload == {
        "job": None,
        "errors": [{"field": "count", "code": "INVALID", "message": message}],
    }
    unchanged()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"name": ""}, ("name", "A name has 1 to 255 characters.")),
        ({"name": " \n "}, ("name", "A name has 1 to 255 characters.")),
        ({"name": "x" * 256}, ("name", "A name has 1 to 255 characters.")),
        ({"name": "x" * 254, "count": 2}, ("name", "A name has 1 to 253 characters.")),
        ({"name": "a\nb"}, ("name", "A name has no line breaks and no control characters.")),
        ({"size": " "}, ("size", "size is empty.")),
        ({"image": ""}, ("image", "image is empty.")),
        ({"location": ""}, ("location", "location is empty.")),
        ({"tags": [{"key": "", "value": ""}]}, ("tags", "A tag's key has 1 to 127 characters.")),
        (
            {"tags": [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]},
            ("tags", "The tag 'a' is given twice."),
        ),
    ],
)
def test_an_order_that_cannot_be(client, provider, unchanged, given, expected):
    field, message = expected
    unchanged()

    payload = provision(client, provider, **given)

    assert payload == {
        "job": None,
        "errors": [{"field": field, "code": "INVALID", "message": message}],
    }
    unchanged()


def test_null_is_as_absent_in_an_order(client, provider, finish):
    absent = ("location", "count", "keyPair", "securityGroups", "tags", "userData")
    absent += ("repository", "ref")

    payload = provision(client, provider, **dict.fromkeys(absent))
    finish(payload["job"]["id"])

    job = job_of(client, payload)
    assert (job["state"], job["children"]["totalCount"]) == ("SUCCEEDED", 0)


def test_two_stops_at_once(client, machines, unchanged):
    machine_id = machines["RUNNING"][0]
    first = act(client, "stopVirtualMachine", machine_id)
    unchanged()

    second = act(client, "stopVirtualMachine", machine_id)

    (error,) = second["errors"]
    assert second["job"] is None
    assert error["code"] == "CONFLICT"
    assert first["job"]["id"] in error["message"]
    assert "is still QUEUED on it" in error["message"]
    unchanged()


def test_a_job_that_is_canceled_before_it_runs_does_nothing(client, machines, finish):
    machine_id = machines["RUNNING"][0]
    payload = act(client, "stopVirtualMachine", machine_id)

    canceled = client.data(CANCEL, id=payload["job"]["id"])["cancelJob"]
    finish(payload["job"]["id"])

    job = job_of(client, payload)
    assert canceled["job"]["state"] == job["state"] == "CANCELED"
    assert last_message(job) == "Canceled by ann before it began. Nothing had been done."
    assert client.data(MACHINE, id=machine_id) == {"virtualMachine": {"state": "RUNNING"}}


def test_a_job_that_is_canceled_during_its_run(client, ann, finish):
    make_simulator(ann, boot_ms=600_000)
    listed = client.data("{ virtualMachines(filter: {state: [RUNNING]}) { nodes { id } } }")
    machine_id = listed["virtualMachines"]["nodes"][0]["id"]
    payload = act(client, "stopVirtualMachine", machine_id)
    run_one_step(payload)

    canceled = client.data(CANCEL, id=payload["job"]["id"])["cancelJob"]
    assert canceled["job"]["state"] == "CANCELING"
    finish(payload["job"]["id"])

    job = job_of(client, payload)
    assert job["state"] == "CANCELED"
    assert [event["kind"] for event in job["events"]["nodes"]][-2:] == ["CANCELING", "CANCELED"]
    assert client.data(MACHINE, id=machine_id) == {"virtualMachine": {"state": "STOPPING"}}
    again = client.data(CANCEL, id=payload["job"]["id"])["cancelJob"]
    assert again["errors"][0]["code"] == "CONFLICT"


def run_one_step(payload):
    run_job(b64decode(payload["job"]["id"]).decode().partition(":")[2])


def test_a_stranger_cancels_nothing(client, stranger, machines, unchanged):
    payload = act(client, "stopVirtualMachine", machines["RUNNING"][0])
    absent = global_id("Job", "00000000-0000-4000-8000-000000000000")
    unchanged()

    answers = [stranger.post(CANCEL, {"id": node_id}) for node_id in (payload["job"]["id"], absent)]

    assert answers[0] == answers[1]
    assert answers[0]["data"]["cancelJob"]["errors"][0]["code"] == "NOT_FOUND"
    unchanged()


def test_jobs_outlive_their_provider(client, provider, machines, finish):
    done = act(client, "stopVirtualMachine", machines["RUNNING"][0])
    finish(done["job"]["id"])
    waiting = act(client, "stopVirtualMachine", machines["RUNNING"][1])

    client.data(
        "mutation ($id: ID!) { disconnectProvider(input: {id: $id}) { id } }",
        id=provider_id(provider),
    )
    finish(waiting["job"]["id"])

    first, second = job_of(client, done), job_of(client, waiting)
    for job in (first, second):
        assert (job["provider"], job["target"], job["requestedBy"]) == (
            None,
            None,
            {"login": "ann"},
        )
    assert first["state"] == "SUCCEEDED"
    assert (second["state"], second["error"]["code"]) == ("FAILED", "NOT_FOUND")
    assert second["error"]["message"] == "The provider was disconnected."
    assert client.data("{ jobs { totalCount } }") == {"jobs": {"totalCount": 2}}
    assert Job.objects.count() == 2
