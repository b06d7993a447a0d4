"""Streams of real processes: several web processes, a worker, Redis."""

import http.client
import json
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest

from tests.functional.gateway import PATIENCE_SECONDS

pytestmark = pytest.mark.functional

CONNECT = """mutation ($credentials: [CredentialInput!]!) { connectProvider(input: {
    name: "watched", kind: "simulator", credentials: $credentials }) {
    provider { id } errors { message } } }"""
STOP = """mutation ($id: ID!) { stopVirtualMachine(input: {id: $id}) {
    job { id } errors { message } } }"""
RUNNING = """{ virtualMachines(maxAge: 0, filter: {state: [RUNNING]}) { nodes { id } } }"""
WATCH = "subscription ($id: ID) { jobUpdated(id: $id) { id state } }"


@contextmanager
def opened(client, method, *, body=None, **headers):
    """The response, on a connection of its own."""
    address = urlsplit(client.url)
    connection = http.client.HTTPConnection(address.netloc, timeout=PATIENCE_SECONDS)
    fields = {"Authorization": f"JWT {client.token}", "Content-Type": "application/json"}
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, "/graphql/stream", body and json.dumps(body), fields | names)
    try:
        with connection.getresponse() as response:
            yield response
    finally:
        connection.close()


def answered(client, method, **options):
    """The status and the text of a response that ends by itself."""
    with opened(client, method, **options) as response:
        return response.status, response.read().decode()


def events(response):
    """(event, data) as they come, until the response ends."""
    event = None
    for line in response:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name == "event":
            event = value
        elif name == "data":
            yield event, json.loads(value or "null")


def state_of(data):
    return data["data"]["jobUpdated"]["state"]


@pytest.fixture
def machine(administrator):
    credentials = [{"name": "seed", "value": "streams"}, {"name": "machines", "value": "12"}]
    assert administrator.data(CONNECT, credentials=credentials)["connectProvider"]["errors"] == []
    return administrator.data(RUNNING)["virtualMachines"]["nodes"][0]["id"]


def test_a_job_is_watched_from_its_submission_to_its_end(administrator, machine):
    """Once by its id and once among all, over connections that reach any of the web processes."""
    with ExitStack() as stack:

        def watch(**variables):
            body = {"query": WATCH, "variables": variables}
            return stack.enter_context(opened(administrator, "POST", body=body))

        everything = [watch() for _ in range(6)]
        assert {response.status for response in everything} == {200}
        job = administrator.data(STOP, id=machine)["stopVirtualMachine"]["job"]["id"]

        own = list(events(watch(id=job)))

        assert [event for event, _data in own][-2:] == ["next", "complete"]
        assert state_of(own[-2][1]) == "SUCCEEDED"
        for response in everything:
            # Jobs that ended lately come first: those of the tests before.
            assert any(
                data["data"]["jobUpdated"]["id"] == job and state_of(data) == "SUCCEEDED"
                for _event, data in events(response)
            )


def test_operations_reach_the_process_that_holds_the_stream(administrator):
    status, reservation = answered(administrator, "PUT")
    assert status == 201
    token = {"X_GraphQL_Event_Stream_Token": reservation}
    with opened(administrator, "GET", Accept="text/event-stream", **token) as stream:
        posted = [
            answered(
                administrator,
                "POST",
                body={"query": "{ viewer { login } }", "extensions": {"operationId": str(number)}},
                **token,
            )[0]
            for number in range(8)
        ]
        assert posted == [202] * 8
        seen = set()
        for event, data in events(stream):
            if event == "next":
                assert data["payload"]["data"]["viewer"]["login"] == "admin"
                seen.add(data["id"])
            if len(seen) == 8:
                break
