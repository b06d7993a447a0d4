"""Releases the objects that the connections of a task hold when the task ends.

A driver and its connections refer to each other, and each connection to its last answer, which may
have 64 MiB. Such a cycle stays until garbage is collected, which is rare: the web processes count
20,000 objects and more before they begin, and an answer is few objects.
"""

from libcloud.common.base import Connection
from libcloud.http import LibcloudConnection


class Released:
    """A connection of libcloud that lets go of all that it holds when it is closed.

    Its session is closed by itself.
    """

    def __init__(self, connection: Connection | LibcloudConnection) -> None:
        self._connection = connection

    def close(self) -> None:
        vars(self._connection).clear()
