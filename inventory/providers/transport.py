"""How a libcloud driver's requests are bounded: one budget of time for all of them, and a size.

libcloud hands one timeout to every request, and requests applies it to every single wait on the
socket: a cloud that sends a byte now and then would never time out. Here each request gets what is
left of the budget, and the body is read piece by piece with an eye on the clock.
"""

import io
from functools import partial
from typing import Any

import requests
from libcloud.common.base import Connection
from requests.adapters import BaseAdapter

from inventory.providers.budget import Budget
from inventory.providers.exceptions import ProviderError, ProviderErrorCode

PIECE_BYTES = 64 * 1024
LARGEST_BODY_BYTES = 64 * 1024 * 1024  # a thousand EC2 instances are about 4 MiB


class BoundedAdapter(BaseAdapter):
    """Another adapter, bounded by ``budget``."""

    def __init__(self, inner: BaseAdapter, budget: Budget) -> None:
        super().__init__()
        self._inner = inner
        self._budget = budget

    def send(  # noqa: PLR0917 - requests' signature
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,  # noqa: ARG002 - the budget's replaces it
        verify: bool | str = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        self._budget.check()
        response = self._inner.send(
            request,
            stream=True,
            timeout=self._budget.left,
            verify=verify,
            cert=cert,
            proxies=proxies,
        )
        if not stream:
            self._read(response)
        return response

    def close(self) -> None:
        self._inner.close()

    def _read(self, response: requests.Response) -> None:
        body = io.BytesIO()
        try:
            while piece := response.raw.read1(PIECE_BYTES, decode_content=True):
                body.write(piece)
                self._check(body.tell())
        except BaseException:
            response.close()
            raise
        body.seek(0)
        response.raw = body

    def _check(self, received: int) -> None:
        self._budget.check()
        if received > LARGEST_BODY_BYTES:
            message = f"The answer is larger than {LARGEST_BODY_BYTES >> 20} MiB."
            raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)


def bind(driver: Any, budget: Budget) -> None:
    """Make every request of ``driver`` count against ``budget``, reconnects included."""
    connection = getattr(driver, "connection", None)
    if isinstance(connection, Connection):
        connection.conn_class = partial(_bounded, connection.conn_class, budget)
        connection.connect()


def close(driver: Any) -> None:
    """Close the driver's sockets now rather than when the garbage collector comes by."""
    session = getattr(
        getattr(getattr(driver, "connection", None), "connection", None), "session", None
    )
    if isinstance(session, requests.Session):
        session.close()


def _bounded(conn_class: Any, budget: Budget, **options: Any) -> Any:
    connection = conn_class(**options)
    session = getattr(connection, "session", None)
    if isinstance(session, requests.Session):
        for prefix, adapter in list(session.adapters.items()):
            session.mount(prefix, BoundedAdapter(adapter, budget))
    return connection
