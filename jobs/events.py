"""What happened, recorded and told: a JobEvent row, and the job's id on a Redis channel.

Who listens re-reads the row: a message says that there is news, not what it is.
"""

import logging
import time
from functools import partial
from uuid import UUID

from django.db import transaction
from redis import RedisError

from gateway.core import redis
from gateway.core.logging import bound_job
from jobs.models import EventKind, JobEvent

log = logging.getLogger(__name__)

CHANNEL = "jobs"
# After a failure nothing is announced for this long: many events must not wait for Redis each.
QUIET_SECONDS = 1.0


def record_event(*, job_id: UUID | str, kind: EventKind, message: str) -> None:
    """Write the event in the caller's transaction; when it commits, log it and tell listeners."""
    JobEvent.objects.create(job_id=job_id, kind=kind.value, message=message)
    transaction.on_commit(partial(_tell, str(job_id), kind, message))


def _tell(job_id: str, kind: EventKind, message: str) -> None:
    with bound_job(job_id):
        log.info("%s: %s", kind, message)
    announce(job_id)


def announce(job_id: str) -> None:
    """Tell listeners to re-read the job. Listening is a convenience: Redis down is no failure."""
    global _quiet_until  # noqa: PLW0603 - one clock per process; a lost update costs one attempt
    if time.monotonic() < _quiet_until:
        return
    try:
        redis.client().publish(CHANNEL, job_id)
    except RedisError as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("Nobody is told about changes of jobs for now: %s", error)


_quiet_until = 0.0
