"""Sends one request to a user's address: to allowed addresses only, with limits of time and size.

The name is looked up once, and the connection goes to an address that was checked then. No redirect
is followed and no proxy is used. Only the status and the headers of the answer are read: the body
could reveal data of the other side to the user.
"""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from socket import create_connection, gaierror
from typing import Any

from gateway.core.http.budget import Budget
from gateway.core.http.deadline_sockets import DeadlineSocket, bound_wait
from gateway.core.http.egress import EgressRefused, allowed_addresses
from gateway.core.http.retry_after import retry_after_of
from gateway.core.http.urls import split_url
from gateway.core.webhooks.timing import ATTEMPT_SECONDS

HTTPS_PORT, HTTP_PORT = 443, 80
INTERIM = range(102, 200)  # http.client skips 100 itself; after 101 no HTTP follows
OK = range(200, 300)
REDIRECTS = range(300, 400)


@dataclass(frozen=True, slots=True)
class Answer:
    """``status`` None: there was none, and ``error`` says why. ``retry_after``: in seconds."""

    latency_ms: int
    status: int | None = None
    error: str = ""
    retry_after: float | None = None

    @property
    def is_ok(self) -> bool:
        return self.status in OK


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send the body to an ``https`` or ``http`` URL. Raises nothing that the other side causes."""
    began = time.monotonic()
    status, retry_after, error = None, None, ""
    try:
        status, retry_after = _post(url, body, headers)
    except EgressRefused as refused:
        error = str(refused)
    except TimeoutError:
        error = f"There was no answer within {ATTEMPT_SECONDS:.0f} seconds."
    except gaierror:
        error = "The name of the host is not known."
    except ssl.SSLCertVerificationError as failed:
        error = f"The certificate is not valid: {failed.verify_message}."
    except ConnectionRefusedError:
        error = "The connection was refused."
    except (OSError, HTTPException, ValueError) as failed:
        error = f"The connection failed: {type(failed).__name__}."
    if status is not None and status not in OK:
        followed = " Redirects are not followed." if status in REDIRECTS else ""
        error = f"The endpoint answered {status}.{followed}"
    return Answer(round((time.monotonic() - began) * 1000), status, error, retry_after)


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, float | None]:
    parts = split_url(url)
    is_secure = parts.scheme == "https"
    port = parts.port or (HTTPS_PORT if is_secure else HTTP_PORT)
    connection = _Connection(parts.hostname or "", port, is_secure=is_secure)
    try:
        path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        connection.request("POST", path, body, dict(headers))
        response = connection.getresponse()
        return response.status, retry_after_of(dict(response.getheaders()))
    finally:
        connection.close()


class _Response(HTTPResponse):
    """The final answer: any number of interim ones may come before it, unasked for.

    https://www.rfc-editor.org/rfc/rfc9110#section-15.2
    """

    def begin(self) -> None:
        super().begin()
        while self.status in INTERIM:
            self.headers = None  # type: ignore[assignment]  # begin() reads only where there are none
            super().begin()


class _Connection(HTTPConnection):
    """All of its waits together take ATTEMPT_SECONDS at most, those for interim answers too."""

    response_class = _Response

    def __init__(self, host: str, port: int, *, is_secure: bool) -> None:
        super().__init__(host, port)
        self._is_secure = is_secure
        self._budget = Budget(ATTEMPT_SECONDS)

    def connect(self) -> None:
        addresses = allowed_addresses(
            self.host, self.port, seconds=self._budget.left, listed_only=not self._is_secure
        )
        connected = self._connected(addresses)
        if self._is_secure:
            bound_wait(connected, self._budget)
            connected = _context().wrap_socket(connected, server_hostname=self.host)
        self.sock: Any = DeadlineSocket(connected, self._budget)

    def _connected(self, addresses: list[str]) -> Any:
        """Connected to the first address that answers."""
        *others, last = addresses
        for address in others:
            try:
                return self._connected_to(address)
            except OSError:  # the next one may answer
                continue
        return self._connected_to(last)

    def _connected_to(self, address: str) -> Any:
        self._budget.check()
        return create_connection((address, self.port), self._budget.left)


@cache
def _context() -> ssl.SSLContext:
    return ssl.create_default_context()
