"""Records a job's events: as JobEvent rows, in the log, and on a Redis channel.

A message on the channel is the job's id alone; a subscriber reads the row again.
"""

import logging
from functools import partial
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
INSERT = (
    f"INSERT INTO {JobEvent._meta.db_table} (job_id, at, kind, message) VALUES (%s, %s, %s, %s)"  # noqa: S608, SLF001 - the name of our own table
)
# Logged at the level INFO; the other events at DEBUG.
LOGGED = {EventKind.QUEUED, *map(EventKind, FINISHED)}


def record_event(*, job_id: UUID | str, kind: EventKind, message: str, operation: str = "") -> None:
    """Write the event in the caller's transaction; when it commits, log it and publish it.

    ``operation``: the job's, for the log.
    """
    message = storable(message)
    key = JOB_KEY.get_db_prep_value(job_id, connection)
    at = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [key, at, kind.value, message])
    transaction.on_commit(partial(_publish, str(job_id), kind, message, operation))


def _publish(job_id: str, kind: EventKind, message: str, operation: str) -> None:
    with bound_job(job_id):
        level = logging.INFO if kind in LOGGED else logging.DEBUG
        log.log(level, "%s: %s", f"{operation} {kind}".strip(), message)
    announce(CHANNEL, [job_id])
