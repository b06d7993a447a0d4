"""Sends Celery messages that only wake a worker: the rows in the database say what there is to do.

A message may be lost; a sweep replaces it. Sending must not block its caller. Celery's own
connection has the long timeouts that workers need, so this module has connections of its own with
short ones.
"""

import logging
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from celery import current_app
from kombu import Connection
from kombu.exceptions import ChannelError, KombuError
from kombu.pools import producers
from redis import RedisError

from gateway.core.redis import is_silent

log = logging.getLogger(__name__)

SHORT_TIMEOUTS = {"socket_connect_timeout": 1, "socket_timeout": 1, "max_retries": 0}
# A timer may fire a moment early, and an early message finds nothing due.
MARGIN_SECONDS = 0.01


def send_messages(
    task: str, messages: Iterable[Sequence[str]], *, priority: int, after: float = 0
) -> int:
    """Send a message for each of ``messages``, the task's arguments, until the broker fails.

    They arrive in ``after`` seconds. Returns how many were sent: the first ones. Workers receive
    messages of a higher priority (a lower number) first.
    """
    if is_silent():  # the broker is the same Redis
        return 0
    sent = 0
    try:
        with _producers().acquire(block=True, timeout=1) as producer:
            for arguments in messages:
                current_app.send_task(
                    task,
                    args=list(arguments),
                    countdown=after + MARGIN_SECONDS if after else None,
                    priority=priority,
                    producer=producer,
                    retry=False,
                )
                sent += 1
    except (KombuError, RedisError, OSError) as error:
        log.warning("The broker does not answer; the sweep will send later: %s", error)
    return sent


def queue_length() -> int:
    """How many messages wait for a worker. Raises KombuError, RedisError or OSError."""
    queue = current_app.conf.task_default_queue
    with _producers().acquire(block=True, timeout=1) as producer:
        try:
            return int(producer.channel.queue_declare(queue=queue, passive=True).message_count)
        except ChannelError:  # there is no queue yet
            return 0


def _producers() -> Any:
    """The pool of producers with short timeouts for the configured broker."""
    return producers[_connection(current_app.conf.broker_url)]


@lru_cache(maxsize=4)
def _connection(url: str) -> Connection:
    """The pool's key. It is cached: creating one takes as long as sending. It does not connect."""
    connection: Connection = current_app.connection_for_write(url, transport_options=SHORT_TIMEOUTS)
    return connection
