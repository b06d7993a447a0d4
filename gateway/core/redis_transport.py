"""kombu's Redis transport, for workers that survive a restart of Redis.

When a worker loses its connection, Celery closes it twice. The second time kombu's channel has no
server any more, but still tries to return the messages that were not acknowledged: kombu 5.7 then
fails with ``'NoneType' object has no attribute 'hostname'``, which ends the worker.

Here a closed channel returns no messages: the sweep of jobs sends lost messages again. Any other
use of it raises a ConnectionError, which Celery and kombu handle.
"""

import logging
from typing import Any

from kombu.transport import TRANSPORT_ALIASES
from kombu.transport import redis as kombu_redis
from redis.exceptions import ConnectionError as BrokerConnectionError

log = logging.getLogger(__name__)


class QoS(kombu_redis.QoS):
    def ack(self, delivery_tag: str) -> None:
        """Acknowledge a message, unless it was lost with its connection."""
        if self.channel.has_connection:
            super().ack(delivery_tag)

    def restore_unacked_once(self, stderr: Any = None) -> None:
        """Return messages that were not acknowledged, if the connection is still open."""
        if self.channel.has_connection:
            super().restore_unacked_once(stderr)
            return
        self._on_collect.cancel()
        if self._delivered:
            log.info("%d messages were lost with the connection.", len(self._delivered))
            self._delivered.clear()


class Channel(kombu_redis.Channel):
    QoS = QoS

    _lasting_client: Any = None

    def _create_client(self, asynchronous: bool = False) -> Any:
        """One client for each pool of connections. kombu makes three for each message, and each
        takes as long as a command.
        """
        if asynchronous:
            return super()._create_client(asynchronous=True)
        pool, client = self.pool, self._lasting_client
        if client is None or client.connection_pool is not pool:
            client = self._lasting_client = super()._create_client()
        return client

    @property
    def has_connection(self) -> bool:
        return self.connection is not None and self.connection.client is not None

    @property
    def pool(self) -> Any:
        self._require_connection()
        return super().pool

    @property
    def async_pool(self) -> Any:
        self._require_connection()
        return super().async_pool

    def _require_connection(self) -> None:
        if not self.has_connection:
            raise BrokerConnectionError("The connection to the broker was closed.")


class Transport(kombu_redis.Transport):
    Channel = Channel


def register() -> None:
    """Have kombu use it for every broker whose URL says redis or rediss."""
    name = f"{__name__}:{Transport.__name__}"
    TRANSPORT_ALIASES.update(redis=name, rediss=name)
