"""The cost of open streams, and the time until many of them report the end of a job."""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import orjson
import psutil

from benchmarks.measure import Sample, Subject, percentile
from benchmarks.registry import Target, benchmark
from benchmarks.servers.gateway import Client, RefusedError, gateway
from benchmarks.servers.watchers import watchers
from benchmarks.servers.web_processes import web_processes
from benchmarks.world import World

STREAMS, PROCESSES = 2000, 2
STREAM_THREADS = 32
MEMORY, THREADS, P50 = "MiB more in a process", "threads of a process", "p50 ms"
OPEN, LIMIT = "1,000 idle streams in each process", "the limit"
BESIDE, IDLE = "a stored query beside them", "the same while idle"
ASKS = 200
WATCH = "subscription { jobUpdated { id state } }"
WATCH_ONE = "subscription ($id: ID!) { jobUpdated(id: $id) { id state finishedAt } }"
STORED = "{ virtualMachines(first: 10, maxAge: 3600) { totalCount nodes { id name } } }"
LIVE = "{ virtualMachines(first: 100, maxAge: 0) { nodes { id } } }"
STOP = """mutation ($id: ID!) { stopVirtualMachine(input: {id: $id}) {
    job { id } errors { message } } }"""


def _most(processes: list[psutil.Process], measure: Callable[[psutil.Process], float]) -> float:
    return max(measure(process) for process in processes)


def _held(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 2**20


def _stored(client: Client) -> Sample:
    took = []
    for _ in range(ASKS):
        began = time.perf_counter()
        client.ask(STORED)
        took.append((time.perf_counter() - began) * 1000)
    return {P50: percentile(took, 0.5)}


@benchmark(
    "streams",
    "2,000 idle streams of jobUpdated, about 1,000 in each of two web processes: how much more "
    "memory the larger one holds than before the first was opened, its threads, and a stored query "
    "beside them.",
    targets=(
        Target(OPEN, LIMIT, at_most=1.0, metric=MEMORY),
        Target(OPEN, LIMIT, at_most=1.0, metric=THREADS),
        Target(BESIDE, IDLE, at_most=2.0, metric=P50),
    ),
    rounds=5,
    is_long=True,
)
def streams(world: World) -> Iterator[Mapping[str, Subject]]:
    limits = {"STREAMS_PER_PROCESS": str(STREAMS), "STREAMS_PER_USER": str(STREAMS)}
    with gateway(world, **limits) as client:
        _connect(client, machines=10)
        _stored(client)
        processes = web_processes(client.port)
        if len(processes) != PROCESSES:
            raise RefusedError(f"There are {len(processes)} web processes.")
        with watchers(client.port, client.authorization, world.environment) as ask:
            before, threads = _most(processes, _held), _most(processes, psutil.Process.num_threads)
            seen: dict[str, float] = {}

            def opened() -> Sample:
                body = orjson.dumps({"query": WATCH}).decode()
                if int(float(ask(f"open {STREAMS} {body}"))) != STREAMS:
                    raise RefusedError("Not all streams were opened.")
                seen.update(_stored(client))
                measured = {
                    MEMORY: _most(processes, _held) - before,
                    THREADS: _most(processes, psutil.Process.num_threads),
                }
                ask("close")
                return measured

            yield {
                OPEN: opened,
                # 100 MB; the threads that answer streams, however many streams there are.
                LIMIT: lambda: {MEMORY: 100e6 / 2**20, THREADS: threads + STREAM_THREADS},
                BESIDE: lambda: dict(seen),
                IDLE: partial(_stored, client),
            }


# --- five hundred subscribers to one job ---------------------------------------------------------

SUBSCRIBERS = 500
BOOT_MS = 10_000  # of a stop: a slow machine takes seconds to open the streams
LAST, SECOND = "the last of 500 subscribers", "a second"
TO_LAST = "ms after the job's end"


@benchmark(
    "subscribers",
    "500 streams that follow one job: how long after its last transition the last one shows it.",
    targets=(Target(LAST, SECOND, at_most=1.0, metric=TO_LAST),),
)
def subscribers(world: World) -> Iterator[Mapping[str, Subject]]:
    with gateway(world) as client:
        machines = iter(_connect(client, machines=100, boot_ms=BOOT_MS))
        with watchers(client.port, client.authorization, world.environment) as ask:

            def last() -> Sample:
                payload = client.ask(STOP, id=next(machines))["stopVirtualMachine"]
                if payload["errors"]:
                    raise RefusedError(payload["errors"])
                variables = {"id": payload["job"]["id"]}
                body = orjson.dumps({"query": WATCH_ONE, "variables": variables}).decode()
                ask(f"open {SUBSCRIBERS} {body}")
                took = float(ask("last"))
                ask("close")
                return {TO_LAST: took}

            yield {LAST: last, SECOND: lambda: {TO_LAST: 1000.0}}


def _connect(client: Client, **settings: Any) -> list[str]:
    """The ids of the running machines of a new simulator, each of which takes 5 s to stop."""
    values = {"seed": "streams", "boot_ms": 5000} | settings
    client.connect_provider(kind="simulator", name="streams", credentials=values)
    client.ask(LIVE)
    running = "{ virtualMachines(first: 100, filter: {state: [RUNNING]}) { nodes { id } } }"
    return [node["id"] for node in client.ask(running)["virtualMachines"]["nodes"]]
