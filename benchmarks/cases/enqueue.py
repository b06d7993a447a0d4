"""From a job's commit to the first line of its operation."""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from django.db import transaction

from benchmarks import tasks
from benchmarks.measure import Sample, Subject, percentile
from benchmarks.registry import By, Target, benchmark
from benchmarks.servers.worker import worker
from benchmarks.world import World
from gateway.core import redis
from jobs import api as jobs

GATEWAY, BARE = "a job", "a bare Celery task"
P50, P95 = "p50 ms", "p95 ms"
COUNT = 40  # of one sample
PAUSE_SECONDS = 0.03  # in which what one of them leaves to do is done
PATIENCE_SECONDS = 30


class NeverStartedError(Exception):
    """No worker began it in PATIENCE_SECONDS."""


def _start_of_job() -> int:
    """Submit a job. Returns when its row was committed, in nanoseconds; its dispatch follows."""
    committed: list[int] = []
    with transaction.atomic():
        transaction.on_commit(lambda: committed.append(time.monotonic_ns()))
        jobs.submit(operation=tasks.OPERATION, arguments={}, requested_by=None)
    return committed[0]


def _start_of_task() -> int:
    sent = time.monotonic_ns()
    tasks.bare.delay()
    return sent


def _latencies(start: Callable[[], int]) -> Sample:
    milliseconds = []
    for _ in range(COUNT):
        began = start()
        noted = redis.client().blpop([tasks.STARTS], timeout=PATIENCE_SECONDS)
        if noted is None:
            raise NeverStartedError
        milliseconds.append((int(noted[1]) - began) / 1_000_000)
        time.sleep(PAUSE_SECONDS)
    return {P50: percentile(milliseconds, 0.5), P95: percentile(milliseconds, 0.95)}


@benchmark(
    "enqueue",
    "From the commit of a job's row to the first line of its operation in an idle worker, one at "
    "a time, 40 a round, beside a bare Celery task sent to the same worker (threads, real Redis).",
    targets=(
        Target(GATEWAY, BARE, at_most=2.0, metric=P50),
        Target(GATEWAY, BARE, at_most=10.0, by=By.DIFFERENCE, metric=P95),
    ),
)
def enqueue(world: World) -> Iterator[Mapping[str, Subject]]:
    with worker(world, tasks=tasks.__name__):
        yield {
            GATEWAY: partial(_latencies, _start_of_job),
            BARE: partial(_latencies, _start_of_task),
        }
