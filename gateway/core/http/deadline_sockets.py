"""Sockets whose waits all end with the budget in use, even if data comes slowly.

A timeout of Python's sockets limits a single wait, and ``http.client`` waits again for each piece
of a header: a server that sends a byte now and then could hold its reader for ever. So the timeout
is set to the remaining time before each read and each write. A TLS handshake needs only the timeout
that the socket has at its start: ``_ssl.c`` applies it to all of its reads and writes together.
"""

import io
import math
import socket
import ssl
from typing import Any

from gateway.core.http.budget import Budget

SHORTEST_WAIT = 0.001  # zero would mean not to wait at all


def bound_wait(connected: socket.socket, budget: Budget, longest: float = math.inf) -> None:
    """The next wait on ``connected`` ends with ``budget``, and after ``longest`` seconds.

    Raises TimeoutError if the budget is spent.
    """
    budget.check()
    connected.settimeout(max(min(budget.left, longest), SHORTEST_WAIT))


class DeadlineSocket:
    """A connected socket, of TLS or not. Reads and writes raise TimeoutError at the deadline.

    ``budget``: the time that is left; the owner of the connection may replace it. ``longest``: the
    longest single wait, in seconds.
    """

    def __init__(self, connected: socket.socket, budget: Budget, longest: float = math.inf) -> None:
        self.budget = budget
        self._longest = longest
        self._socket = connected

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)

    def bound(self) -> None:
        """Bound the next wait. Raises TimeoutError if the budget is spent."""
        bound_wait(self._socket, self.budget, self._longest)

    def recv(self, count: int) -> bytes:
        self.bound()
        return self._socket.recv(count)

    def sendall(self, content: Any) -> None:
        """``SSLSocket.sendall`` would have the whole timeout for each piece."""
        left = memoryview(content).cast("B")
        while left:
            self.bound()
            left = left[self._socket.send(left) :]

    def has_pending(self) -> bool:
        """Whether TLS holds bytes that were received already, which the system does not know of."""
        return isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        """A file for reading bytes, which is all that ``http.client`` needs."""
        return io.BufferedReader(_Reader(self))


class _Reader(io.RawIOBase):
    """Reads of one answer. The socket stays open until this is closed, as with its own files."""

    def __init__(self, connection: DeadlineSocket) -> None:
        self._connection = connection
        self._file: io.RawIOBase = connection._socket.makefile("rb", buffering=0)  # noqa: SLF001 - of this module

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._connection.bound()
        return self._file.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()
