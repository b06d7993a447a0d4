"""Two web servers, two workers and two beats on one database behind PgBouncer, and one Redis.

PgBouncer lends a connection for one transaction, so nothing of the gateway may depend on a session.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import psycopg
import pytest

from gateway.run.ports import LOOPBACK
from tests.functional.test_web import ADD_ANN, LOGIN, PATIENCE_SECONDS, Web, wait_until
from tests.pgbouncer import SERVERS, PgBouncerMissingError, pgbouncer
from tests.postgres import PostgresMissingError, postgres_server

pytestmark = [pytest.mark.functional, pytest.mark.any_database]

MACHINES = 200
CONNECT = """mutation ($machines: String!) { connectProvider(input: {kind: "simulator",
    name: "cloud", credentials: [{name: "machines", value: $machines},
    {name: "latency_ms", value: "0"}, {name: "boot_ms", value: "0"}]}) {
    provider { id } errors { message } } }"""
LIST = """{ virtualMachines(first: 1000) { complete totalCount nodes { id name state } }
    virtualMachinesAggregate(groupBy: [{field: STATE}]) { complete totals { count } } }"""
PROVISION = """mutation ($provider: ID!) { provisionVirtualMachine(input: {provider: $provider,
    name: "only-one", size: "sim.small", image: "img-debian-13", idempotencyKey: "only-one"}) {
    job { id } errors { field message } } }"""
SCHEDULE = """mutation ($id: ID!) { createSchedule(input: {name: "evening", cron: "0 0 1 1 *",
    operation: "virtual_machine.stop", ids: [$id]}) { schedule { id } errors { message } } }"""
RUNS = "{ schedules { nodes { runs { nodes { outcome job { id state } } } } } }"
JOB = "query ($id: ID!) { job(id: $id) { state } }"
MAKE_DUE = """
from django.utils import timezone
from jobs.models import Schedule
Schedule.objects.update(next_run_at=timezone.now().replace(second=0, microsecond=0),
                        cron=f"{timezone.now():%M %H %d %m} *")
"""


@pytest.fixture(scope="module")
def database():
    """The addresses of a database: the pooler's, and PostgreSQL's own."""
    try:
        with postgres_server() as server:
            with psycopg.connect(server.url(), autocommit=True) as connection:
                connection.execute("CREATE DATABASE gateway")
            with pgbouncer(server, "gateway") as url:
                yield url, server.url("gateway")
    except (PostgresMissingError, PgBouncerMissingError) as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def webs(tmp_path_factory, redis_server, database):
    pooled, _ = database
    found = [Web(tmp_path_factory.mktemp("web"), redis_server, pooled) for _ in range(2)]
    first, second = found
    # The simulator's clouds, and the keys: what hosts share.
    second.environment["DATA_DIR"] = first.environment["DATA_DIR"]
    try:
        first.run("manage.py", "migrate", "--verbosity", "0")
        first.run("manage.py", "shell", "-c", ADD_ANN)
        for web in found:
            web.demo_ready.touch()
            web.start_server()
            web.start("celery", "-A", "gateway", "worker", "--pool", "threads")
            schedule = f"{web.demo_ready}-beat"
            web.start("celery", "-A", "gateway.beat", "beat", "--schedule", schedule)
        yield found
    finally:
        for web in found:
            web.close()


class Client:
    """Asks as ann: ``web`` is the number of the server."""

    def __init__(self, webs):
        self._webs, self._token = webs, ""
        self._token = self(LOGIN)["tokenAuth"]["token"]

    def __call__(self, query, *, web=0, **variables):
        body = json.dumps({"query": query, "variables": variables})
        answer = json.loads(self.send(web, "/graphql/", body))
        assert "errors" not in answer, (answer, self._webs[web].log)
        return answer["data"]

    def send(self, web, path, body=None):
        """The text of the answer; ``body``: None for a GET."""
        connection = HTTPConnection(LOOPBACK, self._webs[web].port, timeout=PATIENCE_SECONDS)
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"JWT {self._token}"
        connection.request("GET" if body is None else "POST", path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        assert response.status == 200, (text, self._webs[web].log)
        return text


@pytest.fixture(scope="module")
def ask(webs):
    return Client(webs)


@pytest.fixture(scope="module")
def provider(ask):
    made = ask(CONNECT, machines=str(MACHINES))["connectProvider"]
    assert made["errors"] == []
    return made["provider"]["id"]


def at_once(times, ask_of):
    """The answers of the two web servers in turn, all asked at once."""
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(ask_of, [number % 2 for number in range(times)]))


def test_the_pooler_has_fewer_connections_than_it_has_clients(ask, provider, database):
    """Else the other tests would prove nothing."""
    pooled, direct = database
    at_once(8, lambda web: ask(LIST, web=web))

    with psycopg.connect(direct) as connection:
        count = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'gateway' AND pid <> "
        used = connection.execute(f"{count} pg_backend_pid()").fetchone()[0]
    assert 0 < used <= SERVERS
    admin = pooled.rpartition("/")[0] + "/pgbouncer"
    with psycopg.connect(admin, autocommit=True) as connection:
        cursor = psycopg.ClientCursor(connection)
        cursor.execute("SHOW CLIENTS")
        assert len(cursor.fetchall()) > SERVERS


def test_lists_sums_and_exports_are_whole(ask, provider, webs):
    found = ask(LIST, web=1)
    assert found["virtualMachines"]["totalCount"] == MACHINES
    assert len(found["virtualMachines"]["nodes"]) == MACHINES
    assert found["virtualMachines"]["complete"]
    assert found["virtualMachinesAggregate"]["totals"]["count"] == MACHINES

    lines = ask.send(1, "/export/virtualMachines.csv").splitlines()
    assert len(lines) == 1 + MACHINES
    webs[0].run("manage.py", "export_audit")


def test_one_order_that_comes_twenty_times_at_once_buys_one_machine(ask, provider):
    made = at_once(20, lambda web: ask(PROVISION, web=web, provider=provider))

    assert len(made) == 20
    (job,) = {one["provisionVirtualMachine"]["job"]["id"] for one in made}
    wait_until(lambda: ask(JOB, id=job)["job"]["state"] == "SUCCEEDED")
    assert ask(LIST)["virtualMachines"]["totalCount"] == MACHINES + 1


def test_two_beats_run_a_schedule_once(ask, provider, webs):
    machines = ask(LIST)["virtualMachines"]["nodes"]
    running = next(one["id"] for one in machines if one["state"] == "RUNNING")
    assert ask(SCHEDULE, id=running)["createSchedule"]["errors"] == []
    webs[0].run("manage.py", "shell", "-c", MAKE_DUE)

    def runs():
        return ask(RUNS, web=1)["schedules"]["nodes"][0]["runs"]["nodes"]

    wait_until(lambda: runs() and runs()[0]["job"]["state"] == "SUCCEEDED")
    assert [one["outcome"] for one in runs()] == ["SUBMITTED"]
