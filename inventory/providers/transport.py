"""How every request of libcloud is bounded: where it goes, how long it takes, how much comes back.

libcloud hands one timeout to every request, and requests applies it to every single wait on the
socket: a cloud that sends a byte now and then would never time out. Here each request gets what is
left of a budget, and the body is read piece by piece with an eye on the clock.

Nor does a request follow a redirect to another origin: it carries credentials for this one.
Certificates are verified, whatever a driver says. ``guard`` checks each address.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from libcloud.common.base import Connection
from requests.adapters import BaseAdapter

from inventory.providers import guard
from inventory.providers.budget import Budget
from inventory.providers.exceptions import ProviderError, ProviderErrorCode

PIECE_BYTES = 64 * 1024
LARGEST_BODY_BYTES = 64 * 1024 * 1024  # a thousand EC2 instances are about 4 MiB
LONGEST_SECONDS = 60.0  # for a request that no budget bounds
ENTITY = b"<!ENTITY"
WIDE_ENTITY = b"\x00".join(ENTITY[at : at + 1] for at in range(len(ENTITY)))  # in UTF-16
DEFAULT_PORTS = {"http": 80, "https": 443}

_budget: ContextVar[Budget | None] = ContextVar("budget", default=None)


class BoundedAdapter(BaseAdapter):
    """Another adapter, bounded by ``budget``, else by the one that ``within`` names."""

    def __init__(self, inner: BaseAdapter, budget: Budget | None = None) -> None:
        super().__init__()
        self._inner = inner
        self.budget = budget

    def send(  # noqa: PLR0917 - requests' signature
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,  # noqa: ARG002 - the budget's replaces it
        verify: bool | str = True,
        cert: Any = None,
        proxies: Any = None,  # noqa: ARG002 - the guard says why there are none
    ) -> requests.Response:
        budget = self.budget or _budget.get() or Budget(LONGEST_SECONDS)
        budget.check()
        response = self._inner.send(
            request,
            stream=True,
            timeout=budget.left,
            verify=verify or True,
            cert=cert,
            proxies={},
        )
        _refuse_leaving(response)
        if not stream:
            _read(response, budget)
        return response

    def close(self) -> None:
        self._inner.close()


def bind(driver: Any, budget: Budget) -> None:
    """Make every request of ``driver`` count against ``budget``, reconnects included."""
    connection = getattr(driver, "connection", None)
    if isinstance(connection, Connection):
        connection.conn_class = _Bound(connection.conn_class, budget)
        connection.connect()


@contextmanager
def within(budget: Budget) -> Iterator[None]:
    """Requests made inside count against ``budget``, whatever connection they are made on."""
    token = _budget.set(budget)
    try:
        yield
    finally:
        _budget.reset(token)


def close(driver: Any) -> None:
    """Close the driver's sockets now rather than when the garbage collector comes by."""
    session = getattr(
        getattr(getattr(driver, "connection", None), "connection", None), "session", None
    )
    if isinstance(session, requests.Session):
        session.close()


def mount(session: requests.Session, budget: Budget | None = None) -> None:
    """Bound all that ``session`` sends; a budget given later replaces one given before."""
    for prefix, adapter in list(session.adapters.items()):
        if isinstance(adapter, BoundedAdapter):
            adapter.budget = budget
        else:
            session.mount(prefix, BoundedAdapter(adapter, budget))


class _Bound:
    """Makes a driver's connections, each bound to one budget."""

    def __init__(self, conn_class: Any, budget: Budget) -> None:
        self._conn_class = conn_class
        self._budget = budget

    def __call__(self, *args: Any, **options: Any) -> Any:
        connection = self._conn_class(*args, **options)
        session = getattr(connection, "session", None)
        if isinstance(session, requests.Session):
            mount(session, self._budget)
        return connection


def _read(response: requests.Response, budget: Budget) -> None:
    body = io.BytesIO()
    try:
        while piece := response.raw.read1(PIECE_BYTES, decode_content=True):
            body.write(piece)
            budget.check()
            _check_size(body.tell())
        _check_entities(body.getvalue())
    except BaseException:
        response.close()
        raise
    body.seek(0)
    response.raw = body


def _check_size(received: int) -> None:
    if received > LARGEST_BODY_BYTES:
        raise _refused(f"The answer is larger than {LARGEST_BODY_BYTES >> 20} MiB.")


def _check_entities(body: bytes) -> None:
    """No cloud declares entities of its own; a few that name each other fill any memory."""
    if ENTITY in body or WIDE_ENTITY in body:
        raise _refused("The answer declares XML entities, which are not read.")


def _refuse_leaving(response: requests.Response) -> None:
    if not response.is_redirect:
        return
    asked = str(response.url)
    following = urljoin(asked, response.headers["location"])
    if _origin(following) != _origin(asked):
        response.close()
        host = urlsplit(following).hostname
        raise _refused(f"The answer leads to another server, {host}; it is not followed.")


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or DEFAULT_PORTS.get(parts.scheme)


def _refused(message: str) -> ProviderError:
    return ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)


guard.install(mount)
