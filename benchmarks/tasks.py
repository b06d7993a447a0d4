"""The tasks of the benchmarks. Some record when their first line ran, others when they ended.

The clock is the monotonic one, which all processes of a machine share on Linux and macOS.
"""

import time

from celery import shared_task

from gateway.core import redis
from jobs.api import Done, Outcome, Step, operation

OPERATION = "benchmark.note"
STARTS = "benchmark:starts"
IO_OPERATION = "benchmark.io"
EMPTY_OPERATION = "benchmark.empty"
IO_SECONDS = 0.05
ENDS = "benchmark:ends"


@operation(OPERATION, label="Note the time")
def note(_step: Step) -> Outcome:
    redis.client().rpush(STARTS, time.monotonic_ns())
    return Done("Noted.")


@shared_task(name="benchmark.bare")
def bare() -> None:
    redis.client().rpush(STARTS, time.monotonic_ns())


@operation(IO_OPERATION, label="Wait as for a cloud")
def io(_step: Step) -> Outcome:
    time.sleep(IO_SECONDS)
    redis.client().incr(ENDS)
    return Done("Waited.")


@shared_task(name="benchmark.bare_io")
def bare_io() -> None:
    time.sleep(IO_SECONDS)
    redis.client().incr(ENDS)


@operation(EMPTY_OPERATION, label="Do nothing")
def empty(_step: Step) -> Outcome:
    return Done("Nothing.")
