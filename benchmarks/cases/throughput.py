"""How many jobs a worker does in a second, and whether it grows while very many wait for it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial

import psutil
import psycopg

from benchmarks import tasks
from benchmarks.measure import WALL, Sample, Subject
from benchmarks.registry import Skipped, Target, benchmark
from benchmarks.servers.submitter import submitter
from benchmarks.servers.worker import worker
from benchmarks.world import World
from tests.postgres import PostgresMissingError, postgres_server

JOBS, TASKS = "jobs", "bare Celery tasks"
NUMBER = 200
NOW, EARLY = "while 10,000 jobs drain", "after the first 1,000"
MEMORY = "MiB"
FIRST, QUEUED, EACH, ROUNDS = 1_000, 10_000, 1_500, 5


@benchmark(
    "throughput",
    "200 jobs that wait for 50 ms each, from the first one's submission to the last one's end, on "
    "PostgreSQL with a worker as `make run` starts it; beside 200 bare Celery tasks that do the "
    "same in the same worker. Half as many in a second is a ratio of 2.",
    targets=(Target(JOBS, TASKS, at_most=2.0),),
)
def throughput(world: World) -> Iterator[Mapping[str, Subject]]:
    with ExitStack() as stack:
        _pid, ask = _on_postgres(world, "throughput", stack)
        for name in ("jobs", "tasks"):  # what is done once is done
            ask(f"{name} 20")
        yield {
            JOBS: partial(_milliseconds, ask, f"jobs {NUMBER}"),
            TASKS: partial(_milliseconds, ask, f"tasks {NUMBER}"),
        }


@benchmark(
    "drain",
    "The resident memory of a worker while 10,000 jobs that wait for it are done, looked at after "
    "each 1,500, on PostgreSQL; beside what it held after the first 1,000.",
    targets=(Target(NOW, EARLY, at_most=1.1, metric=MEMORY),),
    rounds=ROUNDS,
    is_long=True,
)
def drain(world: World) -> Iterator[Mapping[str, Subject]]:
    with ExitStack() as stack:
        pid, ask = _on_postgres(world, "drain", stack)
        ask(f"submit {FIRST}")
        ask(f"drain {FIRST}")
        early = _held_by(pid)
        for _ in range(QUEUED // FIRST):
            ask(f"submit {FIRST}")
        # One look more than rounds: the first is not counted.
        ended = iter(range(FIRST + QUEUED - ROUNDS * EACH, FIRST + QUEUED + 1, EACH))

        def drained() -> Sample:
            ask(f"drain {next(ended)}")
            return {MEMORY: _held_by(pid)}

        yield {NOW: drained, EARLY: lambda: {MEMORY: early}}


def _on_postgres(world: World, name: str, stack: ExitStack) -> tuple[int, Callable[[str], float]]:
    """A worker's process id, and what takes commands, on a database and a queue of their own."""
    try:
        server = stack.enter_context(postgres_server())
    except PostgresMissingError as missing:
        raise Skipped(str(missing)) from missing
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    environment = world.environment | {"DATABASE_URL": server.url(name)}
    ask = stack.enter_context(submitter(environment))
    theirs = World(world.directory, environment)
    return stack.enter_context(worker(theirs, tasks=tasks.__name__)), ask


def _milliseconds(ask: Callable[[str], float], command: str) -> Sample:
    return {WALL: ask(command) * 1000}


def _held_by(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss) / 2**20
