"""The safety net: rings for what is due although nobody seems to have heard of it.

That is so after a lost message, a broker that was down or flushed, and a worker that was killed. A
mark in Redis keeps the sweep from ringing every two seconds for jobs that wait for a free worker.
It is lost together with the messages that it stands for, as it should be.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from kombu.exceptions import KombuError
from redis import RedisError

from gateway.core import redis
from jobs import dispatch
from jobs.conf import SWEEP_GRACE, ring_again_seconds
from jobs.models import Job
from jobs.models.states import JobState
from jobs.row.selectors import due_jobs, in_turn, parents_left_behind
from jobs.row.transitions import derive_parent, fail_alone
from jobs.run.settlement import DATABASE_AWAY, error_columns, internal_failure
from jobs.run.slots import full_scopes
from jobs.schedule.runner import ring_planned
from jobs.submit.idempotency import forget_old_keys

log = logging.getLogger(__name__)

CANCELING = JobState.CANCELING.value  # it takes no step any more, so it needs no slot
MOST_RUNG = 500
MOST_LOOKED_AT = 10 * MOST_RUNG  # most of them are marked when many wait for a free worker
MOST_DERIVED = 100
# While so many bells wait for a worker, none is lost that would be heard sooner if it rang again.
MOST_UNHEARD = 500


class Overheard(NamedTuple):
    """A due job that nobody seems to have heard of."""

    job_id: str
    step: int
    priority: int

    @property
    def mark(self) -> str:
        """The name of a ring for its next step."""
        return f"jobs:rung:{self.job_id}:{self.step}"


def sweep() -> int:
    """Ring for schedules that are due and for the jobs that are due longest, derive parents left
    behind and free old idempotency keys; returns how many bells were rung. Few queries when there
    is nothing to do.
    """
    forget_old_keys()
    for parent_id in parents_left_behind().values_list("pk", flat=True)[:MOST_DERIVED]:
        _derive(parent_id)
    try:
        return ring_planned() + _ring_due()
    except (KombuError, RedisError, OSError) as error:
        log.warning("The sweep cannot ring: %s", error)
        return 0


def _derive(parent_id: UUID) -> None:
    """An exception of ours ends the parent: it would keep the sweep from everything else."""
    try:
        derive_parent(parent_id)
    except DATABASE_AWAY:
        raise
    except Exception as error:  # noqa: BLE001 - logged there
        failure = internal_failure(error, context=f"the end of parent {parent_id}")
        columns = error_columns(failure)
        fail_alone(parent_id, Job.objects.all(), message=failure.message, **columns)


def _ring_due() -> int:
    due = _find_due()
    return 0 if not due or dispatch.unheard() >= MOST_UNHEARD else _ring_unmarked(due)


def _find_due() -> list[Overheard]:
    """The jobs that have been due for a while, but for those that wait for their scope's slot.

    The requesters take turns: jobs that wait for a share of their requester stay due.
    """
    now = timezone.now()
    overheard = due_jobs(now).filter(run_after__lte=now - timedelta(seconds=SWEEP_GRACE))
    if full := full_scopes(now):
        overheard = overheard.filter(~Q(scope__in=full) | Q(scope=None) | Q(state=CANCELING))
    found = in_turn(overheard, "requested_by", "priority", "run_after")
    rows = found.values_list("pk", "step", "priority")[:MOST_LOOKED_AT]
    return [Overheard(str(job_id), *rest) for job_id, *rest in rows]


def _ring_unmarked(due: Sequence[Overheard]) -> int:
    client = redis.client()
    marks = client.mget([job.mark for job in due])
    unmarked = [job for job, mark in zip(due, marks, strict=True) if mark is None][:MOST_RUNG]
    rung = [job for jobs in _by_priority(unmarked) for job in _ring(jobs)]
    with client.pipeline(transaction=False) as pipeline:
        for job in rung:
            pipeline.set(job.mark, "1", px=int(ring_again_seconds() * 1000))
        pipeline.execute()
    if rung:
        log.info("Rang for %d jobs that nobody had heard of.", len(rung))
    return len(rung)


def _by_priority(jobs: Iterable[Overheard]) -> list[list[Overheard]]:
    """One list for each priority, the most urgent first."""
    ordered = sorted(jobs, key=lambda job: job.priority)
    return [list(same) for _, same in groupby(ordered, lambda job: job.priority)]


def _ring(jobs: Sequence[Overheard]) -> Sequence[Overheard]:
    """Ring for jobs of one priority; returns those whose own message was sent."""
    sent = dispatch.ring_all([job.job_id for job in jobs], priority=jobs[0].priority)
    return jobs[:sent]
