"""Records a job's events: as JobEvent rows, in the log, and on a Redis channel.

A message on the channel is the job's id alone; a subscriber reads the row again.
"""

import logging
from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from gateway.core.announcements import announce
from gateway.core.logging import bound_job
from gateway.core.text import storable
from jobs.models import EventKind, Job, JobEvent
from jobs.models.states import FINISHED

log = logging.getLogger(__name__)

CHANNEL = "jobs"
# SQL by hand: every job has several events, and the ORM takes half a millisecond for each.
JOB_KEY = Job._meta.pk  # noqa: SLF001 - Django's documented API
INTO = f"INSERT INTO {JobEvent._meta.db_table} (job_id, at, kind, message)"  # noqa: SLF001 - as above
INSERT = f"{INTO} VALUES (%s, %s, %s, %s)"
# Logged at the level INFO; the other events at DEBUG.
LOGGED = {EventKind.QUEUED, *map(EventKind, FINISHED)}


def record_event(*, job_id: UUID | str, kind: EventKind, message: str, operation: str = "") -> None:
    """Write the event in the caller's transaction; when it commits, log it and publish it.

    ``operation``: the job's, for the log.
    """
    with connection.cursor() as cursor:
        cursor.execute(INSERT, _values(job_id, kind, message))
    publish_event(job_id=job_id, kind=kind, message=message, operation=operation)


def publish_event(
    *, job_id: UUID | str, kind: EventKind, message: str, operation: str = ""
) -> None:
    """Log and publish an event that was written, when the transaction commits."""
    transaction.on_commit(partial(_publish, str(job_id), kind, storable(message), operation))


def change_with_event(
    change: str, parameters: Sequence[Any], *, job_id: UUID | str, kind: EventKind, message: str
) -> bool:
    """Run ``change``, the UPDATE or INSERT of a job's row; write the event if it has an effect.

    Returns whether it has; then the caller calls ``publish_event``. On PostgreSQL this is one
    statement, so the caller needs no transaction there.
    """
    event = _values(job_id, kind, message)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statement = with_event(f"{change} RETURNING id", "%s, %s, %s, %s")
            cursor.execute(statement, [*parameters, *event])
            return cursor.fetchone() is not None
        cursor.execute(change, parameters)
        has_effect = bool(cursor.rowcount)
        if has_effect:
            cursor.execute(INSERT, event)
        return has_effect


def with_event(change: str, values: str, *, only: str = "TRUE") -> str:
    """A statement of PostgreSQL for ``change`` and an event of each row that it returns.

    ``values``: SQL of the event's. ``only``: the rows of ``changed`` that have an event.
    https://www.postgresql.org/docs/current/queries-with.html#QUERIES-WITH-MODIFYING
    """
    noted = f"{INTO} SELECT {values} FROM changed WHERE {only}"  # noqa: S608 - SQL of our own
    return f"WITH changed AS ({change}), noted AS ({noted}) SELECT * FROM changed"  # noqa: S608 - as above


def _values(job_id: UUID | str, kind: EventKind, message: str) -> list[Any]:
    """Those of INTO."""
    key = JOB_KEY.get_db_prep_value(job_id, connection)
    at = connection.ops.adapt_datetimefield_value(timezone.now())
    return [key, at, kind.value, storable(message)]


def _publish(job_id: str, kind: EventKind, message: str, operation: str) -> None:
    with bound_job(job_id):
        level = logging.INFO if kind in LOGGED else logging.DEBUG
        log.log(level, "%s: %s", f"{operation} {kind}".strip(), message)
    announce(CHANNEL, [job_id])
