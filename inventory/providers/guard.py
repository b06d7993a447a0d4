"""Sockets that connect to allowed addresses only, for every connection that libcloud makes.

Drivers make connections by themselves - for a token, to an endpoint that a catalogue names - and
some do so while they are built. So the guard stands where all of them are made: ``install`` wraps
the constructor of libcloud's one connection class.

libcloud splits and joins addresses by ``urllib.parse``, also those that an answer names. They are
judged before: where a connection is made to an address, and before a request.
"""

import socket
from collections.abc import Callable
from functools import wraps
from typing import Any

import requests
from libcloud.common.base import Connection
from libcloud.http import LibcloudConnection
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)

from gateway.core.http import egress
from gateway.core.http.budget import Budget, budget_in_use
from gateway.core.http.deadline_sockets import SHORTEST_WAIT, DeadlineSocket, bound_wait
from gateway.core.http.urls import check_host, check_url

GUARDED = "_gateway_guarded"
MOST_REDIRECTS = 5  # requests follows 30


class BoundedConnection(HTTPConnection):
    """One whose waits - for the connection, a handshake, the header, the body - end with the budget
    in use. Nothing was sent on one that raises ConnectTimeoutError.
    """

    def connect(self) -> None:
        try:
            super().connect()
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "The connection was not established.") from error
        self.sock: Any = DeadlineSocket(self.sock, budget_in_use())

    def request(self, *args: Any, **options: Any) -> None:
        if isinstance(self.sock, DeadlineSocket):  # kept from an earlier request
            self.sock.budget = budget_in_use()
        try:
            super().request(*args, **options)
        except TimeoutError as error:  # the server takes the request too slowly
            # The error takes a connection in place of a pool: both have the host and the port.
            raise ReadTimeoutError(self, "", "The request was not sent.") from error  # type: ignore[arg-type]


class _Checked(BoundedConnection):
    """Resolves its name once and connects to an address that was checked, not to the name.

    What the certificate has to be for is still the name.
    """

    def _new_conn(self) -> socket.socket:
        name, budget = self._dns_host, budget_in_use()
        try:
            addresses = egress.allowed_addresses(name.strip("[]"), self.port, seconds=budget.left)
            connected = self._connect(addresses, budget)
        except socket.gaierror as error:
            raise NameResolutionError(name, self, error) from error
        finally:
            self._dns_host = name
        bound_wait(connected, budget)
        return connected

    def _connect(self, addresses: list[str], budget: Budget) -> socket.socket:
        for self._dns_host in addresses[:-1]:
            try:
                return self._connect_within(budget)
            except NewConnectionError:  # the next one may answer
                continue
        self._dns_host = addresses[-1]
        return self._connect_within(budget)

    def _connect_within(self, budget: Budget) -> socket.socket:
        budget.check()
        self.timeout = max(budget.left, SHORTEST_WAIT)
        return super()._new_conn()


class _CheckedHTTPS(_Checked, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Checked


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _CheckedHTTPS


POOLS = {"http": _Pool, "https": _HTTPSPool}


def guard(session: requests.Session) -> None:
    """Let ``session`` connect only to allowed addresses.

    It takes no proxy and no password from the environment: a proxy would resolve names anew, and a
    ``.netrc`` is the operator's, not the user's.
    """
    session.trust_env = False
    session.max_redirects = MOST_REDIRECTS
    for adapter in session.adapters.values():
        manager = getattr(adapter, "poolmanager", None)
        if manager is not None:
            manager.pool_classes_by_scheme = POOLS


def install(
    also: Callable[[requests.Session], None],
    made: Callable[[Connection | LibcloudConnection], None],
) -> None:
    """Guard every connection that libcloud makes, and hand its session to ``also``.

    ``made`` is handed the connection, and the one above it that a driver has.
    """
    if hasattr(LibcloudConnection.__init__, GUARDED):
        return

    def guarded(connection: LibcloudConnection) -> None:
        guard(connection.session)
        also(connection.session)
        made(connection)

    _after_init(LibcloudConnection, guarded)
    _after_init(Connection, made)
    Connection.request = _sent_once(Connection.request)
    LibcloudConnection.request = _judging(LibcloudConnection.request)
    LibcloudConnection.prepared_request = _judging(LibcloudConnection.prepared_request)
    Connection._tuple_from_url = _judging_url(Connection._tuple_from_url)  # noqa: SLF001 - libcloud's one place


def _after_init(cls: Any, then: Callable[[Any], None]) -> None:
    plain = cls.__init__

    @wraps(plain)
    def init(self: Any, *args: Any, **options: Any) -> None:
        plain(self, *args, **options)
        then(self)

    setattr(init, GUARDED, True)
    cls.__init__ = init


def _sent_once(plain: Callable[..., Any]) -> Callable[..., Any]:
    """``plain``, without libcloud's own retries, which a variable of the environment switches on.

    They send an order again whose answer was lost, and wait as long as a server asks for.
    """

    @wraps(plain)
    def sent(self: Any, *args: Any, **options: Any) -> Any:
        return plain(self, *args, **options | {"retry_failed": False})

    return sent


def _judging(plain: Callable[..., Any]) -> Callable[..., Any]:
    """``plain``, which joins an address to a host. A driver may send a long one, as with user data.

    Raises UnreadableURL for a host that is not ASCII.
    """

    @wraps(plain)
    def judged(self: Any, method: str, url: str, *args: Any, **options: Any) -> Any:
        check_host(url)
        check_host(f"{self.host}{url}")
        return plain(self, method, url, *args, **options)

    return judged


def _judging_url(plain: Callable[..., Any]) -> Callable[..., Any]:
    """``plain``, which splits the address that a connection is to. Raises UnreadableURL."""

    @wraps(plain)
    def judged(self: Any, url: str) -> Any:
        check_url(url)
        return plain(self, url)

    return judged
