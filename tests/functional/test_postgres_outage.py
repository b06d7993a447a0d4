"""A PostgreSQL that is restarted, stopped and frozen under a web server and a worker.

No beat runs here, so no sweep repeats a message: a job that is done was taken up by its own.
"""

import http.client
import json
import time

import pytest

from gateway.run.ports import LOOPBACK
from tests.functional.test_web import ADD_ANN, LOGIN, PATIENCE_SECONDS, Web
from tests.postgres import PostgresMissingError, controlled_postgres

pytestmark = [pytest.mark.functional, pytest.mark.any_database]

VIEWER = "{ viewer { login } }"
CONNECT = """mutation { connectProvider(input: {kind: "simulator", name: "cloud", credentials: [
    {name: "machines", value: "1"}, {name: "latency_ms", value: "0"},
    {name: "boot_ms", value: "0"}]}) { provider { id } errors { message } } }"""
MACHINES = "{ virtualMachines { complete nodes { id state } } }"
STOP = """mutation ($id: ID!) { stopVirtualMachine(input: {id: $id}) {
    job { id } errors { message } } }"""
JOB = "query ($id: ID!) { job(id: $id) { state } }"


@pytest.fixture(scope="module")
def module_postgres():
    try:
        with controlled_postgres() as controlled:
            yield controlled
    except PostgresMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def module_web(tmp_path_factory, redis_server, module_postgres):
    web = Web(tmp_path_factory.mktemp("web"), redis_server, module_postgres.server.url())
    try:
        web.run("manage.py", "migrate", "--verbosity", "0")
        web.run("manage.py", "shell", "-c", ADD_ANN)
        web.demo_ready.touch()
        web.start_server()
        yield web
    finally:
        web.close()


@pytest.fixture
def postgres(module_postgres):
    yield module_postgres
    module_postgres.restart()


@pytest.fixture
def client(module_web, postgres):
    return Client(module_web)


class Client:
    """Asks as ann; ``token`` is from a login before the outage."""

    def __init__(self, web):
        self.web = web
        self.token = None
        self.token = self.data(LOGIN)["tokenAuth"]["token"]

    def post(self, query, **variables):
        """Status, headers and body."""
        connection = http.client.HTTPConnection(LOOPBACK, self.web.port, timeout=PATIENCE_SECONDS)
        headers = {"Content-Type": "application/json"}
        if self.token is not None:
            headers["Authorization"] = f"JWT {self.token}"
        body = json.dumps({"query": query, "variables": variables})
        connection.request("POST", "/graphql/", body, headers)
        response = connection.getresponse()
        found = response.status, response.headers, json.loads(response.read())
        connection.close()
        return found

    def data(self, query, **variables):
        status, _headers, body = self.post(query, **variables)
        assert (status, body.get("errors")) == (200, None), (body, self.web.log)
        return body["data"]

    def assert_unavailable(self, query):
        status, headers, body = self.post(query)
        assert status == 503, (body, self.web.log)
        assert int(headers["Retry-After"]) > 0
        assert [error["extensions"]["code"] for error in body["errors"]] == ["DATABASE_UNAVAILABLE"]


def wait_until(condition):
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def test_a_restart_costs_no_request(client, postgres):
    client.data(VIEWER)
    for _ in range(3):
        postgres.restart()
        for _ in range(10):
            assert client.data(VIEWER) == {"viewer": {"login": "ann"}}


@pytest.mark.parametrize("query", [VIEWER, LOGIN])
def test_a_database_that_is_away_has_a_code_of_its_own(client, postgres, query):
    if query == LOGIN:
        client.token = None  # so that the database is asked in a resolver
    postgres.stop()
    for _ in range(5):
        client.assert_unavailable(query)

    postgres.start()

    assert client.post(query)[0] == 200


def test_a_frozen_database_has_it_too(client, postgres):
    client.data(VIEWER)
    time.sleep(1.1)  # a connection that was used within a second is not asked
    postgres.freeze()
    try:
        client.assert_unavailable(VIEWER)
    finally:
        postgres.thaw()

    assert client.data(VIEWER) == {"viewer": {"login": "ann"}}


def test_it_is_not_ready_without_its_database(client, postgres):
    postgres.stop()
    wait_until(lambda: "database" in client.web.get("/readyz")[1]["missing"])
    assert client.web.get("/readyz")[0] == 503

    postgres.start()
    wait_until(lambda: "database" not in client.web.get("/readyz")[1]["missing"])


def test_jobs_are_taken_up_by_their_own_messages(client, postgres):
    """A worker gets one message while the database is away, and another one after a restart."""
    assert client.data(CONNECT)["connectProvider"]["errors"] == []
    machine = client.data(MACHINES)["virtualMachines"]["nodes"][0]["id"]
    first = client.data(STOP, id=machine)["stopVirtualMachine"]["job"]["id"]

    postgres.stop()
    client.web.start("celery", "-A", "gateway", "worker", "--pool", "threads")
    wait_until(lambda: "is claimed later" in client.web.log)
    postgres.start()
    wait_until(lambda: client.data(JOB, id=first)["job"]["state"] == "SUCCEEDED")

    postgres.restart()
    second = client.data(STOP, id=machine)["stopVirtualMachine"]["job"]["id"]
    wait_until(lambda: client.data(JOB, id=second)["job"]["state"] == "SUCCEEDED")
