"""How many steps are taken at once in one scope, so that no provider is overrun, and none that
hangs holds every worker.

A lease is a slot: there is nothing else to count, to free or to lose. ::

    claim ──> a slot is free ──> lease ──> step ──> release ──> ring for the next one waiting
      ^           └─ none ──> the scope's waiting room ─┐                        │
      └── once more: one may have been freed meanwhile ─┘                        │
      ^                                                                          │
      └──────────────────────────────────────────────────────────────────────────┘

The waiting room is a sorted set in Redis, by priority and then by age. It may be lost: the sweep
rings for whoever is due in a scope that has a slot.
"""

import logging
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count
from django.utils import timezone
from redis import RedisError

from gateway.core import redis
from jobs import bell
from jobs.models import Job
from jobs.selectors import due_jobs

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
    score = job.priority * PRIORITY_WEIGHT + job.created_at.timestamp()
    try:
        with redis.client().pipeline(transaction=False) as pipeline:
            pipeline.zadd(_room(job.scope), {str(job.pk): score})
            pipeline.expire(_room(job.scope), ROOM_SECONDS)
            pipeline.execute()
    except RedisError as error:
        log.warning("The waiting room is closed; the sweep will ring later: %s", error)


def ring_next(scope: str) -> None:
    """A slot was freed: ring for the next one that waits for it and is still due."""
    try:
        while waiting := redis.client().zpopmin(_room(scope)):
            job_id = str(waiting[0][0])
            due = due_jobs(timezone.now()).filter(pk=job_id)
            if (found := due.values_list("priority").first()) is not None:
                bell.ring(job_id, priority=found[0])
                return
    except RedisError as error:
        log.warning("Nobody is called from the waiting room: %s", error)


def _room(scope: str | None) -> str:
    return f"jobs:waiting:{scope}"
