"""Handlers of ``urllib.request`` whose connections are bounded in time, headers included."""

import socket
from collections.abc import Sequence
from functools import partial
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.request import BaseHandler, HTTPHandler, HTTPSHandler, Request

from gateway.core.http.budget import Budget
from gateway.core.http.deadline_sockets import DeadlineSocket
from gateway.core.http.lookups import lookups


def bounded_handlers(budget: Budget, *, longest_wait: float) -> Sequence[BaseHandler]:
    """Handlers for http and https. All requests end with ``budget``, a single wait after
    ``longest_wait`` seconds. The handlers then raise a TimeoutError.
    """
    return _HTTP(budget, longest_wait), _HTTPS(budget, longest_wait)


class _Bounded(HTTPConnection):
    def __init__(self, *args: Any, budget: Budget, longest_wait: float, **options: Any) -> None:
        super().__init__(*args, **options)
        self._budget, self._longest_wait = budget, longest_wait
        self._create_connection = self._connected  # http.client's own place for another way

    def connect(self) -> None:
        super().connect()
        self.sock: Any = DeadlineSocket(self.sock, self._budget, self._longest_wait)

    def _connected(self, address: tuple[str, int], *_: Any) -> socket.socket:
        """Connected to the first address that answers. TLS takes as long as is left then."""
        host, port = address
        found = lookups.addresses_of(host, port, seconds=min(self._budget.left, self._longest_wait))
        *others, last = dict.fromkeys(str(entry[4][0]) for entry in found)
        for one in others:
            try:
                return self._connected_to(one, port)
            except OSError:  # the next one may answer
                continue
        return self._connected_to(last, port)

    def _connected_to(self, address: str, port: int) -> socket.socket:
        self._budget.check()
        timeout = min(self._budget.left, self._longest_wait)
        return socket.create_connection((address, port), timeout)


class _BoundedHTTPS(_Bounded, HTTPSConnection):
    pass


class _HTTP(HTTPHandler):
    def __init__(self, budget: Budget, longest_wait: float) -> None:
        super().__init__()
        self._connection = partial(_Bounded, budget=budget, longest_wait=longest_wait)

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(self._connection, req)


class _HTTPS(HTTPSHandler):
    def __init__(self, budget: Budget, longest_wait: float) -> None:
        super().__init__()
        self._connection = partial(_BoundedHTTPS, budget=budget, longest_wait=longest_wait)

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(self._connection, req)
