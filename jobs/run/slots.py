"""How many steps are taken at once in one scope, so that no provider is overrun, and none that
hangs holds every worker.

A lease is a slot: there is nothing else to count, to free or to lose. ::

    claim ──> a slot is free ──> lease ──> step ──> release ──> ring for the next one waiting
      ^           └─ none ──> the scope's waiting room ─┐                        │
      └── once more: one may have been freed meanwhile ─┘                        │
      ^                                                                          │
      └──────────────────────────────────────────────────────────────────────────┘

A freed slot is offered to one job, which may not take it: it was canceled meanwhile, its requester
has no share of the worker left, or the worker does not know its operation. Whoever finds that
passes the offer on.

The waiting room is a sorted set in Redis, by priority and then by age. It may be lost: the sweep
rings for whoever is due in a scope that has a slot.
"""

import logging
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import Error, connection
from django.db.models import Count
from django.utils import timezone
from redis import RedisError

from gateway.core import redis
from jobs import dispatch
from jobs.models import Job
from jobs.row.selectors import due_jobs

log = logging.getLogger(__name__)

# Tells our advisory locks from others' on the same PostgreSQL.
LOCKS = 0x6A6F6273
ROOM_SECONDS = 60 * 60
# Set apart by more than any time of birth in seconds.
PRIORITY_WEIGHT = 10**10


def most_at_once() -> int:
    """How many steps one scope may have at a time."""
    return int(settings.JOBS_PER_PROVIDER)


def lock_scope_of(job_id: str) -> None:
    """Have claims in one scope follow each other, to the end of this transaction.

    Two that counted at once would both find the last slot free. SQLite lets one write anyway.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(scope)) FROM jobs_job"
            " WHERE id = %s AND scope IS NOT NULL",
            [LOCKS, UUID(job_id)],
        )


def full_scopes(now: datetime) -> list[str]:
    """The scopes that have no slot free."""
    leased = Job.objects.filter(lease_owner__isnull=False, lease_until__gte=now)
    counted = leased.order_by().values_list("scope").annotate(number=Count("pk"))
    full = counted.filter(scope__isnull=False, number__gte=most_at_once())
    return [scope for scope, _number in full if scope is not None]


def wait_for_slot(job: Job) -> None:
    """Put a due job, whose scope is full, into its waiting room."""
    try:
        _enter(job.scope, str(job.pk), job.priority * PRIORITY_WEIGHT + job.created_at.timestamp())
    except RedisError as error:
        log.warning("The waiting room is closed; the sweep will ring later: %s", error)


def ring_next(scope: str) -> None:
    """A slot was freed: ring for the next one that waits for it and is still due.

    One that cannot be rung for goes on waiting, for the next slot.
    """
    try:
        while waiting := redis.client().zpopmin(_room(scope)):
            job_id, score = str(waiting[0][0]), float(waiting[0][1])
            try:
                due = due_jobs(timezone.now()).filter(pk=job_id).values_list("priority").first()
            except Error:
                _enter(scope, job_id, score)
                raise
            if due is not None:
                if not dispatch.ring(job_id, priority=due[0]):
                    _enter(scope, job_id, score)
                return
    except RedisError as error:
        log.warning("Nobody is called from the waiting room: %s", error)


def pass_on(scope: str | None) -> None:
    """A job was rung for and takes no slot. It may have been for a free one: that goes to the next.

    Without a free slot this rings for nobody, so messages that are of no use do not multiply.
    """
    if scope is not None and _taken(scope, timezone.now()) < most_at_once():
        ring_next(scope)


def _taken(scope: str, now: datetime) -> int:
    """How many of a scope's slots are leased."""
    return Job.objects.filter(scope=scope, lease_owner__isnull=False, lease_until__gte=now).count()


def _enter(scope: str | None, job_id: str, score: float) -> None:
    with redis.client().pipeline(transaction=False) as pipeline:
        pipeline.zadd(_room(scope), {job_id: score})
        pipeline.expire(_room(scope), ROOM_SECONDS)
        pipeline.execute()


def _room(scope: str | None) -> str:
    return f"jobs:waiting:{scope}"
