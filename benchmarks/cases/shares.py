"""The response times of one user while the clouds of ten other users hang."""

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from itertools import cycle
from typing import Any

import orjson

from benchmarks.measure import Sample, Subject, percentile
from benchmarks.registry import By, Target, benchmark
from benchmarks.servers.gateway import Client, RefusedError, gateway
from benchmarks.world import World
from gateway.run.ports import LOOPBACK

USERS, REGIONS, REQUESTS = 10, 100, 40
MACHINES = 12  # of each of the three providers of a user whose jobs hang
DEADLINE_MS = 45_000  # the measuring takes about half of it
ASKS, IDLE_JOBS = 100, 5
PASSWORD = "correct horse 9"  # noqa: S105 - of users that live as long as the benchmark
BURST_SECONDS = 3.0  # from the first request of the ten users
STORED, IDLE = "another user's stored query", "the same while idle"
BURST, BURST_IDLE = "the slowest when the ten begin", "the slowest while idle"
JOB, IDLE_JOB = "another user's job, until it starts", "the same job while idle"
P50, LONGEST, START = "p50 ms", "longest ms", "ms to its start"

CREATE_USER = """mutation ($login: String!, $password: String!) {
    createUser(input: {login: $login, password: $password}) { errors { message } } }"""
CONNECT = """mutation ($input: ConnectProviderInput!) {
    connectProvider(input: $input) { provider { id } errors { message } } }"""
HANG = """mutation ($id: ID!) { updateProvider(input: {
    id: $id, credentials: [{name: "hang", value: "true"}]}) { errors { message } } }"""
LIVE = """query ($provider: [ID!]) {
    virtualMachines(maxAge: 0, filter: {provider: $provider}) { nodes { id } } }"""
STORED_QUERY = "{ viewer { login } }"
TAG = """mutation ($id: ID!, $value: String!) { tagVirtualMachine(input: {
    id: $id, set: [{key: "run", value: $value}]}) { job { id } errors { message } } }"""
STARTED = "query ($id: ID!) { job(id: $id) { createdAt startedAt } }"


def _connect(client: Client, name: str, **options: Any) -> str:
    """A simulator's id. ``settings``: its credentials; the others are the provider's."""
    settings = {"seed": name, "boot_ms": "0"} | options.pop("settings", {})
    credentials = [{"name": key, "value": str(value)} for key, value in settings.items()]
    given = {"kind": "simulator", "name": name, "credentials": credentials, **options}
    payload = client.ask(CONNECT, input=given)["connectProvider"]
    if payload["errors"]:
        raise RefusedError(payload["errors"])
    provider_id: str = payload["provider"]["id"]
    return provider_id


def _machines(client: Client, provider: str) -> list[str]:
    nodes = client.ask(LIVE, provider=[provider])["virtualMachines"]["nodes"]
    return [node["id"] for node in nodes]


def _tag(client: Client, machine: str) -> str:
    payload = client.ask(TAG, id=machine, value=str(time.monotonic_ns()))["tagVirtualMachine"]
    if payload["errors"]:
        raise RefusedError(payload["errors"])
    job_id: str = payload["job"]["id"]
    return job_id


def _milliseconds(client: Client) -> float:
    began = time.perf_counter()
    client.ask(STORED_QUERY)
    return (time.perf_counter() - began) * 1000


def _stored(client: Client) -> Sample:
    took = [_milliseconds(client) for _ in range(ASKS)]
    return {P50: percentile(took, 0.5)}


def _longest(client: Client) -> Sample:
    ends_at, longest = time.monotonic() + BURST_SECONDS, 0.0
    while time.monotonic() < ends_at:
        longest = max(longest, _milliseconds(client))
    return {LONGEST: longest}


def _job(client: Client, machine: str) -> Sample:
    job_id = _tag(client, machine)
    while (job := client.ask(STARTED, id=job_id)["job"])["startedAt"] is None:
        time.sleep(0.02)
    created, started = map(datetime.fromisoformat, (job["createdAt"], job["startedAt"]))
    return {START: (started - created).total_seconds() * 1000}


class _Hostile:
    """A user whose clouds hang. ``requests`` are bodies that will not be answered in time."""

    def __init__(self, client: Client, name: str) -> None:
        self.client = client
        hanging = {"deadlineMs": DEADLINE_MS, "settings": {"hang": "true"}}
        regions = [f"r{number}" for number in range(REGIONS)]
        one = _connect(client, f"{name}-one", **hanging)
        self.requests = [one] * REQUESTS
        self.requests += [
            _connect(client, f"{name}-{each}", regions=regions, **hanging) for each in "ab"
        ]
        self.machines: list[str] = []
        for each in "xyz":
            provider = _connect(client, f"{name}-{each}", settings={"machines": MACHINES})
            self.machines += _machines(client, provider)
            client.ask(HANG, id=provider)
        client.close()  # the server ends connections that are idle for a while; it opens by itself

    def submit_jobs(self) -> None:
        for machine in self.machines:
            _tag(self.client, machine)

    def send_requests(self, stack: ExitStack) -> None:
        """Their answers come at the deadline, and are not waited for."""
        for provider in self.requests:
            self._send(LIVE, stack, provider=[provider])

    def _send(self, query: str, stack: ExitStack, **variables: Any) -> None:
        content = orjson.dumps({"query": query, "variables": variables})
        head = (
            f"POST /graphql/ HTTP/1.1\r\nHost: {LOOPBACK}:{self.client.port}\r\n"
            f"Authorization: {self.client.authorization}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        connection = stack.enter_context(socket.create_connection((LOOPBACK, self.client.port)))
        connection.sendall(head.encode() + content)


@benchmark(
    "shares",
    "What one user gets beside ten others, each with 2 hanging simulators of 100 regions, 40 "
    "requests of a third, and 36 jobs at three more; of two web processes and one worker.",
    targets=(
        Target(STORED, IDLE, at_most=2.0, metric=P50),
        Target(BURST, BURST_IDLE, at_most=500.0, by=By.DIFFERENCE, metric=LONGEST),
        Target(JOB, IDLE_JOB, at_most=2_000.0, by=By.DIFFERENCE, metric=START),
    ),
    rounds=5,
    is_long=True,
)
def shares(world: World) -> Iterator[Mapping[str, Subject]]:
    with ExitStack() as stack:
        admin = stack.enter_context(gateway(world))

        def user(name: str) -> Client:
            admin.close()
            admin.ask(CREATE_USER, login=name, password=PASSWORD)
            client = Client(admin.port, environment=admin.environment)
            stack.callback(client.close)
            client.log_in(PASSWORD, name)
            return client

        alice = user("alice")
        # One for each job: a machine has one unfinished job at most.
        machines = iter(_machines(alice, _connect(alice, "alice", settings={"machines": 24})))
        hostile = [_Hostile(user(f"user-{number}"), f"u{number}") for number in range(USERS)]
        alice.close()
        idle = cycle([_stored(alice) for _ in range(IDLE_JOBS)])
        longest_idle = _longest(alice)
        idle_jobs = cycle([_job(alice, next(machines)) for _ in range(IDLE_JOBS)])
        for one in hostile:
            one.submit_jobs()
        alice.close()
        for one in hostile:
            one.send_requests(stack)
        longest = _longest(alice)
        yield {
            STORED: partial(_stored, alice),
            IDLE: lambda: next(idle),
            BURST: lambda: longest,
            BURST_IDLE: lambda: longest_idle,
            JOB: lambda: _job(alice, next(machines)),
            IDLE_JOB: lambda: next(idle_jobs),
        }
