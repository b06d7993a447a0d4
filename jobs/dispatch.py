"""Sends Celery messages: a worker should look at a job, or at a schedule.

The database row is the truth, so a message may be lost; the sweep sends another one. Sending must
not block its caller. Celery's own connection has the long timeouts that workers need, so this
module has connections of its own with short ones.
"""

import logging
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from celery import current_app
from kombu import Connection
from kombu.exceptions import ChannelError, KombuError
from kombu.pools import producers
from redis import RedisError

from gateway.core.redis import is_silent
from jobs.conf import LONGEST_COUNTDOWN
from jobs.models.priority import Priority

log = logging.getLogger(__name__)

RUN_TASK = "jobs.run"
PLANNED_TASK = "jobs.run_schedule"
SHORT_TIMEOUTS = {"socket_connect_timeout": 1, "socket_timeout": 1, "max_retries": 0}
# A timer may fire a moment early, and an early message finds nothing due.
MARGIN_SECONDS = 0.01


def dispatch_job(job_id: str, *, priority: int = Priority.SINGLE, after: float = 0) -> bool:
    """Send the job's id, to arrive in ``after`` seconds; False if it was not sent."""
    return dispatch_jobs([job_id], priority=priority, after=after) == 1


def dispatch_jobs(
    job_ids: Iterable[str], *, priority: int = Priority.SINGLE, after: float = 0
) -> int:
    """Send a message for each job until the broker fails; returns how many were sent.

    They are the first ones of ``job_ids``; the sweep sends the rest. Workers receive messages of a
    higher priority first.
    """
    return _send(RUN_TASK, job_ids, priority=priority, after=after)


def dispatch_schedules(schedule_ids: Iterable[str], *, after: float = 0) -> int:
    """As ``dispatch_jobs``, for schedules that are due."""
    return _send(PLANNED_TASK, schedule_ids, after=after)


def queue_length() -> int:
    """How many messages wait for a worker. Raises KombuError, RedisError or OSError."""
    queue = current_app.conf.task_default_queue
    with _producers().acquire(block=True, timeout=1) as producer:
        try:
            return int(producer.channel.queue_declare(queue=queue, passive=True).message_count)
        except ChannelError:  # there is no queue yet
            return 0


def _send(
    task: str, keys: Iterable[str], *, priority: int = Priority.SINGLE, after: float = 0
) -> int:
    if after > LONGEST_COUNTDOWN or is_silent():  # the broker is the same Redis
        return 0
    sent = 0
    try:
        with _producers().acquire(block=True, timeout=1) as producer:
            for key in keys:
                current_app.send_task(
                    task,
                    args=[key],
                    countdown=after + MARGIN_SECONDS if after else None,
                    priority=int(priority),
                    producer=producer,
                    retry=False,
                )
                sent += 1
    except (KombuError, RedisError, OSError) as error:
        log.warning("The broker does not answer; the sweep will send later: %s", error)
    return sent


def _producers() -> Any:
    """The pool of producers with short timeouts for the configured broker."""
    return producers[_connection(current_app.conf.broker_url)]


@lru_cache(maxsize=4)
def _connection(url: str) -> Connection:
    """The pool's key. It is cached: creating one takes as long as sending. It does not connect."""
    connection: Connection = current_app.connection_for_write(url, transport_options=SHORT_TIMEOUTS)
    return connection
