"""The bell: tells some worker that a job may be due. The row is the truth, so a bell may be lost.

Ringing must not keep a caller waiting: Celery's own connection is patient, as workers need it, so
the bell has connections with short limits of its own.
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
IMPATIENT = {"socket_connect_timeout": 1, "socket_timeout": 1, "max_retries": 0}
# A timer may go off a moment early, and an early bell finds nothing due.
MARGIN_SECONDS = 0.01


def ring(job_id: str, *, priority: int = Priority.SINGLE, after: float = 0) -> bool:
    """Send the job's id, to arrive in ``after`` seconds. False when the broker is down."""
    return ring_all([job_id], priority=priority, after=after) == 1


def ring_all(job_ids: Iterable[str], *, priority: int = Priority.SINGLE, after: float = 0) -> int:
    """Ring for each until the broker fails; returns for how many of the first it was rung. The
    sweep does the rest.

    Workers hear the bells of a higher priority first.
    """
    return _send(RUN_TASK, job_ids, priority=priority, after=after)


def ring_schedules(schedule_ids: Iterable[str], *, after: float = 0) -> int:
    """Ring for each schedule that is due; returns for how many of the first it was rung."""
    return _send(PLANNED_TASK, schedule_ids, after=after)


def unheard() -> int:
    """How many messages wait for a worker. Raises what the broker raises."""
    queue = current_app.conf.task_default_queue
    with _producers().acquire(block=True, timeout=1) as producer:
        try:
            return int(producer.channel.queue_declare(queue=queue, passive=True).message_count)
        except ChannelError:  # no queue: none waits
            return 0


def _send(
    task: str, keys: Iterable[str], *, priority: int = Priority.SINGLE, after: float = 0
) -> int:
    if after > LONGEST_COUNTDOWN or is_silent():  # the broker is the same Redis
        return 0
    rung = 0
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
                rung += 1
    except (KombuError, RedisError, OSError) as error:
        log.warning("The broker does not answer; the sweep will ring later: %s", error)
    return rung


def _producers() -> Any:
    """The pool of impatient producers for the configured broker."""
    return producers[_connection(current_app.conf.broker_url)]


@lru_cache(maxsize=4)
def _connection(url: str) -> Connection:
    """What the pool is found by; making one takes as long as ringing. It connects to nothing."""
    connection: Connection = current_app.connection_for_write(url, transport_options=IMPATIENT)
    return connection
