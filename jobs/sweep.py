"""The safety net: rings for what is due although nobody seems to have heard of it.

That is so after a lost message, a broker that was down or flushed, and a worker that was killed. A
mark in Redis keeps the sweep from ringing every two seconds for jobs that wait for a free worker.
It is lost together with the messages that it stands for, as it should be.
"""

import logging
from datetime import timedelta

from django.utils import timezone
from redis import RedisError

from gateway.core import redis
from jobs import bell
from jobs.idempotency import forget_old_keys
from jobs.selectors import due_jobs, parents_left_behind
from jobs.timing import SWEEP_GRACE, ring_again_seconds
from jobs.transitions import derive_parent

log = logging.getLogger(__name__)

MOST_RUNG = 500
MOST_DERIVED = 100


def sweep() -> int:
    """Ring for the jobs that are due longest, derive parents left behind and free old idempotency
    keys; returns how many bells were rung. One query each when there is nothing to do.
    """
    forget_old_keys()
    for parent_id in parents_left_behind().values_list("pk", flat=True)[:MOST_DERIVED]:
        derive_parent(parent_id)
    due = _find_due()
    if not due:
        return 0
    try:
        return _ring_unmarked(due)
    except RedisError as error:
        log.warning("The sweep cannot ring: %s", error)
        return 0


def _find_due() -> dict[str, str]:
    """Job id → the mark of a ring for its next step."""
    now = timezone.now()
    overheard = due_jobs(now).filter(run_after__lte=now - timedelta(seconds=SWEEP_GRACE))
    found = overheard.order_by("run_after").values_list("pk", "step")[:MOST_RUNG]
    return {str(job_id): f"jobs:rung:{job_id}:{step}" for job_id, step in found}


def _ring_unmarked(due: dict[str, str]) -> int:
    client = redis.client()
    marks = client.mget(list(due.values()))
    unmarked = [job_id for job_id, mark in zip(due, marks, strict=True) if mark is None]
    rung = bell.ring_all(unmarked)
    with client.pipeline(transaction=False) as pipeline:
        for job_id in unmarked[:rung]:
            pipeline.set(due[job_id], "1", px=int(ring_again_seconds() * 1000))
        pipeline.execute()
    if rung:
        log.info("Rang for %d jobs that nobody had heard of.", rung)
    return rung
