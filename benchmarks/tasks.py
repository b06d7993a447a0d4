"""What the worker of the enqueue benchmark runs: each notes when its first line ran.

The clock is the monotonic one, which all processes of a machine share on Linux and macOS.
"""

import time

from celery import shared_task

from gateway.core import redis
from jobs.registry import Done, Outcome, Step, operation

OPERATION = "benchmark.note"
STARTS = "benchmark:starts"


@operation(OPERATION, label="Note the time")
def note(_step: Step) -> Outcome:
    redis.client().rpush(STARTS, time.monotonic_ns())
    return Done("Noted.")


@shared_task(name="benchmark.bare")
def bare() -> None:
    redis.client().rpush(STARTS, time.monotonic_ns())
