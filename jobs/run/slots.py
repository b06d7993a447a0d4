"""Limits how many steps one scope has at a time: slots of a provider.

So no provider gets too many requests, and none that hangs occupies all workers. Each lease of a job
of the scope is one slot, so there is no counter that could be wrong. ::

    claim ──> a slot is free ──> lease ──> step ──> release ──> dispatch the next job of the list
      ^           └─ none ──> the scope's waiting list ─┐                        │
      └── try again: a slot may have been freed ────────┘                        │
      ^                                                                          │
      └──────────────────────────────────────────────────────────────────────────┘

A freed slot is offered to one job, which may not take it: it was canceled, its requester has no
share of the worker's threads left, or the worker does not know its operation. Then the slot is
offered to the next job.

The waiting list is a sorted set in Redis, by priority and then by age. It may be lost: the sweep
dispatches jobs that are due in a scope with a free slot.
"""

import logging
from datetime import datetime

from django.conf import settings
from django.db import Error
from django.db.models import Count
from django.utils import timezone
from redis import RedisError

from gateway.core import redis
from jobs import dispatch
from jobs.models import Job
from jobs.row.selectors import due_jobs

log = logging.getLogger(__name__)

# The first key of our advisory locks, so that they differ from those of others in PostgreSQL.
LOCKS = 0x6A6F6273
# Serializes the claims in one scope until the end of the transaction: two claims at once would both
# find the last slot free. SQLite has one writer anyway. It is sent before the claim, in one string,
# which is one transaction, but a claim that waited for it sees what was committed meanwhile:
# https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT
LOCK = f"SELECT pg_advisory_xact_lock({LOCKS}, hashtext(%(scope)s))"
LIST_SECONDS = 60 * 60
# More than any creation time in seconds.
PRIORITY_WEIGHT = 10**10


def most_at_once() -> int:
    """How many steps one scope may have at a time."""
    return int(settings.JOBS_PER_PROVIDER)


def full_scopes(now: datetime) -> list[str]:
    """The scopes without a free slot."""
    leased = Job.objects.filter(lease_owner__isnull=False, lease_until__gte=now)
    counted = leased.order_by().values_list("scope").annotate(number=Count("pk"))
    full = counted.filter(scope__isnull=False, number__gte=most_at_once())
    return [scope for scope, _number in full if scope is not None]


def enter_waiting_list(job: Job) -> None:
    """Add a due job, whose scope has no free slot, to the scope's waiting list."""
    try:
        _add(job.scope, str(job.pk), job.priority * PRIORITY_WEIGHT + job.created_at.timestamp())
    except RedisError as error:
        log.warning("The waiting list is not available; the sweep will dispatch the job: %s", error)


def dispatch_next(scope: str) -> None:
    """A slot was freed: dispatch the next job of the waiting list that is still due.

    A job that cannot be dispatched stays on the list.
    """
    try:
        while waiting := redis.client().zpopmin(_list_of(scope)):
            job_id, score = str(waiting[0][0]), float(waiting[0][1])
            try:
                due = due_jobs(timezone.now()).filter(pk=job_id).values_list("priority").first()
            except Error:
                _add(scope, job_id, score)
                raise
            if due is not None:
                if not dispatch.dispatch_job(job_id, priority=due[0]):
                    _add(scope, job_id, score)
                return
    except RedisError as error:
        log.warning("No job of the waiting list is dispatched: %s", error)


def offer_free_slot(scope: str | None) -> None:
    """A dispatched job takes no slot: if one is free, dispatch the next job of the waiting list.

    Without a free slot nothing is dispatched, so that useless messages do not multiply.
    """
    if scope is not None and _taken(scope, timezone.now()) < most_at_once():
        dispatch_next(scope)


def _taken(scope: str, now: datetime) -> int:
    """How many slots of a scope are leased."""
    return Job.objects.filter(scope=scope, lease_owner__isnull=False, lease_until__gte=now).count()


def _add(scope: str | None, job_id: str, score: float) -> None:
    with redis.client().pipeline(transaction=False) as pipeline:
        pipeline.zadd(_list_of(scope), {job_id: score})
        pipeline.expire(_list_of(scope), LIST_SECONDS)
        pipeline.execute()


def _list_of(scope: str | None) -> str:
    return f"jobs:waiting:{scope}"
