"""A socket to a daemon, bounded: it leads to an address that was checked, and ends in time."""

import contextlib
import selectors
import socket
import ssl
from typing import Self

from gateway.core.http import egress
from gateway.core.http.budget import Budget
from gateway.core.http.deadline_sockets import DeadlineSocket, bound_wait
from inventory.providers.certificates import context_of
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.kind import Values
from inventory.providers.libvirt.address import TLS, UNIX, Endpoint

WELCOME = b"\x01"  # what a daemon says when it has looked at our certificate
# A server's alerts about our certificate, before it closes: RFC 8446, section 6.2.
REFUSALS = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED")


class Channel:
    """Bytes to a daemon and back, within ``budget``. Raises TimeoutError and other OSErrors."""

    def __init__(self, connected: socket.socket, budget: Budget) -> None:
        self._socket = DeadlineSocket(connected, budget)
        self._budget = budget

    @classmethod
    def to(cls, endpoint: Endpoint, credentials: Values, budget: Budget) -> Self:
        if endpoint.transport == UNIX:
            return cls(_local_socket(endpoint, budget), budget)
        connected = _remote_socket(endpoint, budget)
        if endpoint.transport != TLS:
            return cls(connected, budget)
        channel = cls(_secured(connected, endpoint.host, credentials, budget), budget)
        try:
            channel.await_welcome()
        except BaseException:
            channel.close()
            raise
        return channel

    def send(self, content: bytes) -> None:
        self._socket.sendall(content)

    def receive(self, count: int) -> bytes:
        received = bytearray()
        while len(received) < count:
            piece = self._socket.recv(min(count - len(received), 1 << 16))
            if not piece:
                raise ConnectionResetError("The connection was closed before the answer.")
            received += piece
        return bytes(received)

    def is_readable(self, seconds: float) -> bool:
        """True if data, or the end of the connection, arrives within that time."""
        self._budget.check()
        if self._socket.has_pending():
            return True
        with selectors.DefaultSelector() as selector:
            selector.register(self._socket.fileno(), selectors.EVENT_READ)
            return bool(selector.select(min(seconds, self._budget.left)))

    def await_welcome(self) -> None:
        """Raises ProviderError for a certificate of ours that the daemon does not want."""
        refused = ProviderError(
            ProviderErrorCode.INVALID_CREDENTIALS, "The daemon refuses the client's certificate."
        )
        try:
            if self.receive(1) != WELCOME:
                raise refused
        except ssl.SSLError as error:
            if any(word in (error.reason or "") for word in REFUSALS):
                raise refused from None
            raise
        except ConnectionError:  # what a daemon does that does not want to say why
            raise refused from None

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.close()


def _local_socket(endpoint: Endpoint, budget: Budget) -> socket.socket:
    egress.check_local(endpoint.local)
    connection = socket.socket(socket.AF_UNIX)
    try:
        bound_wait(connection, budget)
        for path in endpoint.sockets[:-1]:
            with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
                connection.connect(path)
                return connection
        connection.connect(endpoint.sockets[-1])
    except BaseException:
        connection.close()
        raise
    return connection


def _remote_socket(endpoint: Endpoint, budget: Budget) -> socket.socket:
    """Connected to one of the addresses that were checked; the name is not looked up again."""
    *others, last = egress.allowed_addresses(endpoint.host, endpoint.port, seconds=budget.left)
    for address in others:
        budget.check()
        with contextlib.suppress(OSError):  # the next one may answer
            return socket.create_connection((address, endpoint.port), budget.left)
    budget.check()
    return socket.create_connection((last, endpoint.port), budget.left)


def _secured(
    connected: socket.socket, host: str, credentials: Values, budget: Budget
) -> ssl.SSLSocket:
    try:
        bound_wait(connected, budget)
        return context_of(credentials).wrap_socket(connected, server_hostname=host)
    except BaseException:
        connected.close()
        raise
