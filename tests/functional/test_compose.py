"""docker-compose.yml at work, without containers: its commands, environment and health checks.

Each service's own command runs as a process, on a real PostgreSQL and a real Redis (the latter by
the file's own command, too). Only host names, ports and directories are replaced.
"""

import json
import re
import socket
import subprocess

import psycopg
import pytest

from gateway.run.options import ROOT
from gateway.run.ports import free_port
from tests import compose
from tests.functional.deployment import (
    ADMIN_PASSWORD,
    PATIENCE_SECONDS,
    SECRETS,
    Deployment,
    Site,
    collectstatic,
    createsuperuser,
    listens,
    wait_until,
)
from tests.postgres import PostgresMissingError, postgres_server

pytestmark = [
    pytest.mark.functional,
    pytest.mark.any_database,  # it starts a PostgreSQL of its own
]


@pytest.fixture(scope="module")
def postgres():
    command, *options = compose.load(SECRETS)["services"]["postgres"]["command"]
    assert command == "postgres"
    try:
        with postgres_server(options) as server:
            with psycopg.connect(server.url(), autocommit=True) as connection:
                connection.execute("CREATE DATABASE gateway")
            yield server
    except PostgresMissingError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def deployment(postgres, tmp_path_factory):
    """Everything but the proxy, started in the order that the file asks for."""
    found = Deployment(tmp_path_factory.mktemp("compose"), postgres, free_port())
    try:
        found.start("redis")
        wait_until(lambda: listens(found.redis_port), found)
        found.run("migrate")
        found.run("web", collectstatic(), GATEWAY_ENV="", DATA_DIR=str(found.directory / "build"))
        found.run("web", createsuperuser(), DJANGO_SUPERUSER_PASSWORD=ADMIN_PASSWORD)
        found.ports = [free_port(), free_port()]
        for number, port in enumerate(found.ports):
            found.start("web", name=f"web-{number}", port=port)
            found.start("worker", name=f"worker-{number}")
        found.start("beat")
        for port in found.ports:
            wait_until(lambda port=port: listens(port), found)
        wait_until(lambda: Site(found.ports[0]).get("/readyz")[0] == 200, found)
        yield found
    finally:
        found.stop()


# --- the main job


def test_the_main_job(deployment):
    site = Site(deployment.ports[0]).log_in()

    stopped, machines = stop_a_machine(site, "main")

    assert stopped["state"] == "SUCCEEDED"
    assert [machine["state"] for machine in machines] == ["STOPPED"]


def stop_a_machine(site, name):
    """Connect a simulator of its own, stop one of its machines; the job and the machine after."""
    provider = connect_simulator(site, name)
    running = [node for node in machines_of(site, provider) if node["state"] == "RUNNING"]
    answer = site.ask(
        """mutation ($id: ID!) { stopVirtualMachine(input: {id: $id}) {
            job { id state } errors { code message } } }""",
        id=running[0]["id"],
    )["stopVirtualMachine"]
    assert not answer["errors"]
    job = wait_for_job(site, answer["job"]["id"])
    after = [node for node in machines_of(site, provider) if node["id"] == running[0]["id"]]
    return job, after


def connect_simulator(site, name):
    answer = site.ask(
        """mutation ($input: ConnectProviderInput!) { connectProvider(input: $input) {
            provider { id } errors { field message } } }""",
        input={
            "kind": "simulator",
            "name": name,
            "credentials": [
                {"name": key, "value": value}
                for key, value in {"machines": "8", "seed": name, "boot_ms": "300"}.items()
            ],
        },
    )["connectProvider"]
    assert not answer["errors"]
    return answer["provider"]["id"]


def machines_of(site, provider):
    query = """query ($provider: ID!) {
        virtualMachines(filter: {provider: [$provider]}, maxAge: 0) {
            complete nodes { id state } } }"""
    page = site.ask(query, provider=provider)["virtualMachines"]
    assert page["complete"]
    return page["nodes"]


def wait_for_job(site, job_id):
    query = "query ($id: ID!) { job(id: $id) { state error { code message } } }"
    found = {}

    def is_finished():
        found.update(site.ask(query, id=job_id)["job"])
        return found["state"] not in ("QUEUED", "RUNNING")

    wait_until(is_finished)
    return found


def test_every_replica_knows_the_others_tokens_and_rows(deployment):
    first, second = deployment.ports
    here = Site(first).log_in()
    provider = connect_simulator(here, "replicas")

    there = Site(second, here.token)

    assert {node["id"] for node in machines_of(there, provider)} == {
        node["id"] for node in machines_of(here, provider)
    }
    assert len(machines_of(there, provider)) == 8


def test_the_browser_gets_no_graphiql_unless_asked_but_static_files(deployment):
    site = Site(deployment.ports[0])

    status, headers, _ = site.get("/graphql/", Accept="text/html")
    script, _, body = site.get("/static/graphiql/graphiql.js")

    assert (status, headers["Content-Type"]) == (406, "application/json; charset=utf-8")
    assert script == 200
    assert body == (ROOT / "gateway/static/graphiql/graphiql.js").read_bytes()


def test_a_name_that_is_not_ours_is_refused(deployment):
    status, _, body = Site(deployment.ports[0]).get(
        "/graphql/?query={viewer{login}}", Host="elsewhere.example.org"
    )

    assert (status, json.loads(body)["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")


def test_browsers_are_told_to_stay_on_https_where_the_proxy_has_it(deployment):
    site = Site(deployment.ports[0])

    _, over_http, _ = site.get("/graphql/", Accept="text/html")
    _, over_https, _ = site.get("/graphql/", Accept="text/html", **{"X-Forwarded-Proto": "https"})

    assert "Strict-Transport-Security" not in over_http
    assert over_https["Strict-Transport-Security"] == "max-age=31536000"


def test_the_health_checks_see_health(deployment):
    port = deployment.ports[0]

    wait_until(lambda: deployment.is_healthy("beat"))  # it writes its schedule after a while
    assert deployment.is_healthy("web", port)
    assert deployment.is_healthy("worker")


def test_the_health_checks_see_what_is_not(deployment, tmp_path):
    environment = deployment.environment

    def elsewhere(service):
        return environment(service) | {"HOSTNAME": "no-such-worker"}

    deployment.environment = elsewhere
    try:
        assert not deployment.is_healthy("web", free_port())
        assert not deployment.is_healthy("worker")
    finally:
        deployment.environment = environment


def test_redis_refuses_who_has_no_password(deployment):
    with socket.create_connection(("127.0.0.1", deployment.redis_port), timeout=60) as connection:
        connection.sendall(b"PING\r\n")

        assert connection.recv(100).startswith(b"-NOAUTH")


def test_no_log_holds_a_secret(deployment):
    Site(deployment.ports[0]).log_in()

    logs = deployment.logs()

    held = [*SECRETS.items(), ("postgres", deployment.postgres.password), ("admin", ADMIN_PASSWORD)]
    public = ("ALLOWED_HOSTS", "SITE_ADDRESS")
    assert [name for name, value in held if name not in public and value in logs] == []


def test_django_s_checks_for_deployment_find_nothing(deployment):
    said = deployment.run(
        "web", ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    )

    assert said.startswith("System check identified no issues")


@pytest.mark.parametrize("name", ["SECRET_KEY", "CREDENTIAL_KEYS", "ALLOWED_HOSTS"])
def test_production_does_not_start_without(deployment, name):
    environment = deployment.environment("web")
    del environment[name]

    done = subprocess.run(
        ["python", "manage.py", "check"],  # noqa: S607 - found on the deployment's PATH
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert done.returncode != 0
    assert re.search(rf"ImproperlyConfigured: Production .*{name}", done.stderr)
    assert not (deployment.directory / "data" / "keys").exists()
