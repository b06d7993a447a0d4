"""Many clients at once, and one source that hangs among twenty."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any

from benchmarks.cases.ec2 import credentials
from benchmarks.measure import WALL, Sample, Subject, percentile
from benchmarks.registry import By, Target, benchmark
from benchmarks.servers.clients import Crowd, ask_all
from benchmarks.servers.ec2 import listings_of, static_ec2
from benchmarks.servers.gateway import Client, RefusedError, gateway
from benchmarks.world import World

LIVE = """query ($provider: [ID!], $maxAge: Int) {
    virtualMachines(first: 50, maxAge: $maxAge, filter: {provider: $provider}) {
        complete totalCount nodes { id name state } sources { status error { code } } } }"""
CLOSE_BREAKER = """mutation ($id: ID!) {
    updateProvider(input: {id: $id}) { errors { message } } }"""


def _body(query: str, **variables: Any) -> dict[str, Any]:
    return {"query": query, "variables": variables}


def _simulator(client: Client, name: str, **settings: Any) -> str:
    values = {"seed": name, "boot_ms": 0} | settings
    return client.connect_provider(kind="simulator", name=name, credentials=values)


# --- one of twenty hangs -------------------------------------------------------------------------

HANGING, DEADLINE = "gateway, one of 20 hangs", "the deadline"
SOURCES, DEADLINE_MS = 20, 2000


def _ask_with_one_hanging(client: Client, hanging: str) -> Sample:
    """Raises RefusedError unless 19 answered in full and one did not."""
    client.ask(CLOSE_BREAKER, id=hanging)  # else it is left alone after five failures
    began = time.perf_counter()
    page = client.ask(LIVE, maxAge=0)["virtualMachines"]
    took = (time.perf_counter() - began) * 1000
    statuses = sorted(source["status"] for source in page["sources"])
    if statuses != ["FAILED", *["LIVE"] * (SOURCES - 1)] or page["complete"]:
        raise RefusedError(statuses)
    return {WALL: took}


@benchmark(
    "hang",
    "20 simulators of 200 ms x 50 machines asked now, over HTTP, one of which never answers: its "
    "deadline is 2 s. The other 19 must be complete.",
    targets=(Target(HANGING, DEADLINE, at_most=100.0, by=By.DIFFERENCE),),
)
def hang(world: World) -> Iterator[Mapping[str, Subject]]:
    with gateway(world, LIVE_DEADLINE_MS=str(DEADLINE_MS)) as client:
        for number in range(SOURCES - 1):
            _simulator(client, f"answers-{number}", machines=50, latency_ms=200)
        hanging = _simulator(client, "hangs", machines=50, hang="true")
        yield {
            HANGING: partial(_ask_with_one_hanging, client, hanging),
            DEADLINE: lambda: {WALL: float(DEADLINE_MS)},
        }


# --- two hundred clients -------------------------------------------------------------------------

CLIENTS, WAIT_MS, ASKS = 200, 1000, 20
CROWD, IDEAL = "200 clients", "1 s each, nothing else"
BESIDE, IDLE = "a stored query beside them", "the same while idle"
PER_ANSWER, P99, P50 = "ms an answer", "p99 ms", "p50 ms"


def _crowd_sample(crowd: Crowd, stored: Crowd, seen: dict[str, float]) -> Sample:
    took = ask_all(crowd, beside=stored)
    seen[P50] = percentile(took.beside, 0.5)
    return {PER_ANSWER: took.whole / len(took.answers), P99: percentile(took.answers, 0.99)}


def _idle_sample(stored: Crowd) -> Sample:
    return {P50: percentile(ask_all(stored).answers, 0.5)}


@benchmark(
    "clients",
    "200 clients who begin at once and ask twenty times each, now, for 10 machines of a simulator "
    "of their own that takes 1 s, of two web processes; and a stored query beside them.",
    targets=(
        Target(CROWD, IDEAL, at_most=1 / 0.85, metric=PER_ANSWER),
        Target(CROWD, IDEAL, at_most=1.5, metric=P99),
        Target(BESIDE, IDLE, at_most=3.0, metric=P50),
    ),
    rounds=5,
    is_long=True,
)
def clients(world: World) -> Iterator[Mapping[str, Subject]]:
    with gateway(world) as client:
        ids = [
            _simulator(client, f"own-{number}", machines=10, latency_ms=WAIT_MS)
            for number in range(CLIENTS)
        ]
        quiet = _simulator(client, "stored", machines=10)
        client.ask(LIVE, provider=[quiet], maxAge=0)
        here = {"port": client.port, "authorization": client.authorization}
        bodies = [_body(LIVE, provider=[one], maxAge=0) for one in ids]
        stored = Crowd(**here, bodies=[_body(LIVE, provider=[quiet], maxAge=3600)], times=100)
        seen: dict[str, float] = {}
        yield {
            CROWD: partial(_crowd_sample, Crowd(**here, bodies=bodies, times=ASKS), stored, seen),
            IDEAL: lambda: {PER_ANSWER: WAIT_MS / CLIENTS, P99: float(WAIT_MS)},
            BESIDE: lambda: {P50: seen[P50]},
            IDLE: partial(_idle_sample, stored),
        }


# --- a hundred equal queries ---------------------------------------------------------------------

EQUAL, ONE = "100 equal queries", "one query"
LISTINGS = "listings"


def _listings(url: str, crowd: Crowd) -> Sample:
    before = listings_of(url)
    ask_all(crowd)
    return {LISTINGS: float(listings_of(url) - before)}


@benchmark(
    "coalescing",
    "100 clients who ask the same EC2 region at once, now, of two web processes: how often the "
    "cloud, which takes 800 ms, is asked to list.",
    targets=(Target(EQUAL, ONE, at_most=1.0, metric=LISTINGS),),
)
def coalescing(world: World) -> Iterator[Mapping[str, Subject]]:
    with ExitStack() as stack:
        url = stack.enter_context(static_ec2(world, instances=50, delay_ms=800))
        client = stack.enter_context(gateway(world))
        client.connect_provider(kind="aws", name="aws", credentials=credentials(url))
        here = {"port": client.port, "authorization": client.authorization}
        body = _body(LIVE, maxAge=0)
        yield {
            EQUAL: partial(_listings, url, Crowd(**here, bodies=[body] * 100)),
            ONE: partial(_listings, url, Crowd(**here, bodies=[body])),
        }
