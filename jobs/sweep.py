"""Dispatches jobs and schedules that are due and whose message seems to be lost.

A message is lost if the broker is down or flushed, or a worker is killed. A mark in Redis keeps the
sweep from sending a message every two seconds for a job that waits for a free worker. If Redis
loses its data, the marks are lost together with the messages.
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
from jobs.conf import SWEEP_GRACE, dispatch_again_seconds
from jobs.models import Job
from jobs.models.states import JobState
from jobs.row.selectors import due_jobs, in_turn, parents_left_behind
from jobs.row.transitions import derive_parent, fail_alone
from jobs.run.settlement import DATABASE_UNAVAILABLE, error_columns, internal_failure
from jobs.run.slots import full_scopes
from jobs.schedule.runner import dispatch_due_schedules
from jobs.submit.idempotency import delete_expired_keys

log = logging.getLogger(__name__)

CANCELING = JobState.CANCELING.value  # it only ends, so it needs no slot
MOST_DISPATCHED = 500
MOST_READ = 10 * MOST_DISPATCHED  # most are marked if many wait for a free worker
MOST_DERIVED = 100
# With so many messages in the queue another one would not reach a worker sooner.
LONGEST_QUEUE = 500


class DueJob(NamedTuple):
    """A due job that no worker has claimed."""

    job_id: str
    step: int
    priority: int

    @property
    def mark(self) -> str:
        """The Redis key that marks a message for its next step."""
        return f"jobs:rung:{self.job_id}:{self.step}"


def sweep() -> int:
    """Dispatch due schedules and the jobs that have been due longest, derive parents whose children
    have all finished, and delete expired idempotency keys. Returns how many messages were sent.
    Few queries if there is nothing to do.
    """
    delete_expired_keys()
    for parent_id in parents_left_behind().values_list("pk", flat=True)[:MOST_DERIVED]:
        _derive(parent_id)
    try:
        return dispatch_due_schedules() + _dispatch_due()
    except (KombuError, RedisError, OSError) as error:
        log.warning("The sweep cannot send messages: %s", error)
        return 0


def _derive(parent_id: UUID) -> None:
    """An unexpected exception ends the parent; else it would stop every sweep here."""
    try:
        derive_parent(parent_id)
    except DATABASE_UNAVAILABLE:
        raise
    except Exception as error:  # noqa: BLE001 - logged there
        failure = internal_failure(error, context=f"the end of parent {parent_id}")
        columns = error_columns(failure)
        fail_alone(parent_id, Job.objects.all(), message=failure.message, **columns)


def _dispatch_due() -> int:
    due = _find_due()
    return 0 if not due or dispatch.queue_length() >= LONGEST_QUEUE else _dispatch_unmarked(due)


def _find_due() -> list[DueJob]:
    """The jobs that have been due for a while, without those that wait for a slot of their scope.

    Ordered so that requesters take turns: jobs that wait for their requester's share stay due.
    """
    now = timezone.now()
    jobs = due_jobs(now).filter(run_after__lte=now - timedelta(seconds=SWEEP_GRACE))
    if full := full_scopes(now):
        jobs = jobs.filter(~Q(scope__in=full) | Q(scope=None) | Q(state=CANCELING))
    found = in_turn(jobs, "requested_by", "priority", "run_after")
    rows = found.values_list("pk", "step", "priority")[:MOST_READ]
    return [DueJob(str(job_id), *rest) for job_id, *rest in rows]


def _dispatch_unmarked(due: Sequence[DueJob]) -> int:
    client = redis.client()
    marks = client.mget([job.mark for job in due])
    unmarked = [job for job, mark in zip(due, marks, strict=True) if mark is None][:MOST_DISPATCHED]
    sent = [job for jobs in _by_priority(unmarked) for job in _send(jobs)]
    with client.pipeline(transaction=False) as pipeline:
        for job in sent:
            pipeline.set(job.mark, "1", px=int(dispatch_again_seconds() * 1000))
        pipeline.execute()
    if sent:
        log.info("Dispatched %d jobs that no worker had claimed.", len(sent))
    return len(sent)


def _by_priority(jobs: Iterable[DueJob]) -> list[list[DueJob]]:
    """One list for each priority, the most urgent first."""
    ordered = sorted(jobs, key=lambda job: job.priority)
    return [list(same) for _, same in groupby(ordered, lambda job: job.priority)]


def _send(jobs: Sequence[DueJob]) -> Sequence[DueJob]:
    """Dispatch jobs of one priority; returns those whose message was sent."""
    sent = dispatch.dispatch_jobs([job.job_id for job in jobs], priority=jobs[0].priority)
    return jobs[:sent]
