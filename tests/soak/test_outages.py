"""Redis and PostgreSQL fail in turn under a deployment at work: no job is lost or done twice.

Two web processes of two workers each, two workers and a beat run by docker-compose.yml's own
commands. Redis and PostgreSQL are killed, restarted, cut off and frozen while jobs are submitted:
half of them before an outage, half during it, by a client that asks again with the same
idempotency key until it is answered.

`make soak` has SOAK_OUTAGE_JOBS jobs (60) for each of the eight outages.
"""

import base64
import itertools
import os
import signal
import time
import urllib.error
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace

import psycopg
import pytest

from gateway.run.ports import free_port
from inventory.providers.simulator.store import Store
from tests.clouds.fault_proxy import Reset, fault_proxy
from tests.functional.deployment import (
    ADMIN_PASSWORD,
    Deployment,
    Site,
    createsuperuser,
    listens,
    wait_until,
)
from tests.postgres import PostgresMissingError, controlled_postgres

pytestmark = [
    pytest.mark.functional,
    pytest.mark.any_database,  # it starts a PostgreSQL of its own
]

JOBS = int(os.environ.get("SOAK_OUTAGE_JOBS", "4"))
# The length of an outage: longer than the wait for a connection.
OUTAGE_SECONDS = 5
# The bound of a wait on a busy machine. The promise is 30 seconds after the outage: the time is
# printed.
PATIENCE_SECONDS = 180
CLOUDS = 4
OUTAGES = [
    (part, fault)
    for part in ("redis", "postgres")
    for fault in ("killed", "restarted", "cut off", "frozen")
]
# Without SOAK_OUTAGE_JOBS, two outages run; they differ as much as possible.
CHOSEN = OUTAGES if "SOAK_OUTAGE_JOBS" in os.environ else [OUTAGES[0], OUTAGES[-1]]
ACTIONS = {"RUNNING": "stop", "STOPPED": "start"}
CONNECT = """mutation ($input: ConnectProviderInput!) { connectProvider(input: $input) {
    provider { id } errors { message } } }"""
MACHINES = """query ($provider: ID!) { virtualMachines(first: 1000, maxAge: 0,
    filter: {provider: [$provider]}) { complete nodes { id state } } }"""
ACT = """mutation ($id: ID!, $key: String!) {
    %sVirtualMachine(input: {id: $id, idempotencyKey: $key}) {
        job { id } errors { code message } } }"""
JOB = "query ($id: ID!) { job(id: $id) { state error { code message } } }"


@dataclass(frozen=True)
class Order:
    """Something to do to a machine that nothing else is done to."""

    seed: str
    machine: str
    action: str

    @property
    def effect(self):
        kind, rest = base64.b64decode(self.machine).decode().split(":", 1)
        assert kind == "VirtualMachine"
        return self.seed, rest.rsplit(":", 1)[1], self.action


class World:
    """The deployment, and what its parts reach Redis and PostgreSQL through."""

    def __init__(self, directory, postgres, stack):
        self.postgres, self.sites = postgres, []
        self._redis_port = free_port()
        self._proxies = {
            part: stack.enter_context(fault_proxy("127.0.0.1", port))
            for part, port in (("redis", self._redis_port), ("postgres", postgres.server.port))
        }
        proxied = {part: proxy.server_address[1] for part, proxy in self._proxies.items()}
        server = replace(postgres.server, port=proxied["postgres"])
        self.deployment = Deployment(directory, server, proxied["redis"])

    def start_redis(self):
        proxied = self.deployment.redis_port
        self.deployment.redis_port = self._redis_port
        try:
            self.deployment.start("redis")
        finally:
            self.deployment.redis_port = proxied
        wait_until(lambda: listens(self._redis_port), self.deployment)

    def start_parts(self):
        self.deployment.run("migrate")
        self.deployment.run("web", createsuperuser(), DJANGO_SUPERUSER_PASSWORD=ADMIN_PASSWORD)
        for number in range(2):
            port = free_port()
            self.deployment.start("web", name=f"web-{number}", port=port)
            self.deployment.start("worker", name=f"worker-{number}")
            self.sites.append(Site(port))
        self.deployment.start("beat")
        wait_until(self.is_ready, self.deployment)
        self.sites = [site.log_in() for site in self.sites]

    def is_ready(self):
        with suppress(OSError):
            return all(site.get("/readyz")[0] == 200 for site in self.sites)
        return False

    def ended(self):
        """The parts that have ended, Redis left out: it is ended here."""
        parts = self.deployment.processes.items()
        return [name for name, part in parts if name != "redis" and part.poll() is not None]

    def fail(self, part, fault):
        """Begin the outage; returns what ends it."""
        if fault == "cut off":
            return self._cut(self._proxies[part])
        return self._redis(fault) if part == "redis" else self._postgres(fault)

    @staticmethod
    def _cut(proxy):
        proxy.fault = Reset()

        def heal():
            proxy.fault = None

        return heal

    def _redis(self, fault):
        process = self.deployment.processes["redis"]
        if fault == "frozen":
            process.send_signal(signal.SIGSTOP)
            return lambda: process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGKILL if fault == "killed" else signal.SIGTERM)
        process.wait(timeout=20)
        if fault == "killed":
            return self.start_redis
        self.start_redis()
        return lambda: None

    def _postgres(self, fault):
        if fault == "frozen":
            self.postgres.freeze()
            return self.postgres.thaw
        if fault == "restarted":
            self.postgres.restart()
            return lambda: None
        self.postgres.kill()
        return self.postgres.start


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    directory = tmp_path_factory.mktemp("outages")
    with ExitStack() as stack:
        try:
            postgres = stack.enter_context(controlled_postgres())
        except PostgresMissingError as missing:
            pytest.skip(str(missing))
        with psycopg.connect(postgres.server.url(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE gateway")
        found = World(directory, postgres, stack)
        stack.callback(found.deployment.stop)
        found.start_redis()
        found.start_parts()
        yield found


@pytest.mark.parametrize(("part", "fault"), CHOSEN)
def test_every_effect_takes_place_once_and_no_part_is_left_down(part, fault, world):
    orders = Orders(world, name=f"{part} {fault}")
    before, during = orders.halves()
    accepted = [orders.submit(order) for order in before]
    assert None not in accepted

    heal = world.fail(part, fault)
    outage_ends = time.monotonic() + OUTAGE_SECONDS
    refused = [order for order in during if not _tried(orders, order, accepted)]
    time.sleep(max(0.0, outage_ends - time.monotonic()))
    heal()
    healed = time.monotonic()
    wait_until(lambda: _all_tried(orders, refused, accepted), world.deployment, PATIENCE_SECONDS)
    wait_until(lambda: orders.have_ended(accepted), world.deployment, PATIENCE_SECONDS)

    print(f"{part} {fault}: {JOBS} jobs, all final {time.monotonic() - healed:.1f} s after it")  # noqa: T201 - what `make soak` is asked for
    assert {job["state"] for job in orders.jobs(accepted)} == {"SUCCEEDED"}
    assert orders.effects() == Counter(order.effect for order in (*before, *during))
    wait_until(world.is_ready, world.deployment)
    assert world.ended() == []


def _tried(orders, order, accepted):
    """True if the job is accepted; then it is in ``accepted``."""
    job = orders.submit(order)
    if job is not None:
        accepted.append(job)
    return job is not None


def _all_tried(orders, refused, accepted):
    refused[:] = [order for order in refused if not _tried(orders, order, accepted)]
    return not refused


class Orders:
    """JOBS things to do at simulated accounts of their own."""

    def __init__(self, world, *, name):
        self._world, self._name = world, name
        self._sites = itertools.cycle(world.sites)
        self._seeds = [f"{name} {number}" for number in range(CLOUDS)]

    def halves(self):
        per_cloud = [self._orders_at(seed) for seed in self._seeds]
        mixed = [order for orders in zip(*per_cloud, strict=True) for order in orders][:JOBS]
        assert len(mixed) == JOBS
        return mixed[: JOBS // 2], mixed[JOBS // 2 :]

    def _orders_at(self, seed):
        """The same number of each account, however many of its machines run."""
        settings = {"machines": str(JOBS), "seed": seed, "boot_ms": "300", "latency_ms": "20"}
        credentials = [{"name": name, "value": value} for name, value in settings.items()]
        given = {"kind": "simulator", "name": seed, "credentials": credentials}
        site = self._world.sites[0]
        connected = site.ask(CONNECT, input=given)["connectProvider"]
        assert connected["errors"] == []
        page = site.ask(MACHINES, provider=connected["provider"]["id"])["virtualMachines"]
        assert page["complete"]
        able = [node for node in page["nodes"] if node["state"] in ACTIONS]
        orders = [Order(seed, node["id"], ACTIONS[node["state"]]) for node in able]
        assert len(orders) >= JOBS / CLOUDS
        return orders[: -(-JOBS // CLOUDS)]

    def submit(self, order):
        """The id of the job; None if there was no answer or an outage is the answer."""
        query, key = ACT % order.action, f"{self._name} {order.machine}"
        try:
            answer = next(self._sites).post(query, id=order.machine, key=key)
        except (OSError, urllib.error.URLError):
            return None
        if "errors" in answer:
            codes = {error["extensions"]["code"] for error in answer["errors"]}
            assert codes <= {"DATABASE_UNAVAILABLE", "UNAVAILABLE"}, answer
            return None
        payload = answer["data"][f"{order.action}VirtualMachine"]
        assert payload["errors"] == [], payload
        return payload["job"]["id"]

    def jobs(self, ids):
        return [self._world.sites[1].ask(JOB, id=job)["job"] for job in ids]

    def have_ended(self, ids):
        try:
            return all(job["state"] in {"SUCCEEDED", "FAILED"} for job in self.jobs(ids))
        except (OSError, AssertionError):
            return False  # a part may still need a moment

    def effects(self):
        """The effects that the clouds accepted: (seed, machine, action)."""
        directory = self._world.deployment.directory / "data" / "simulator"
        return Counter(
            (seed, effect.machine, effect.action)
            for seed in self._seeds
            for effect in Store(directory, seed).effects()
        )
