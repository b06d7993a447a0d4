"""A WSGI application in a pool of threads, for a front that has read the whole request.

A request goes to a thread once and its answer comes back once: body and answer are passed in one
piece. So an answer must fit into memory; the front itself serves the streams.
"""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import unquote_to_bytes

from gateway.core.fair_pool import FairPool
from gateway.core.fair_queue import Share
from gateway.core.http.body import Scope, Send
from gateway.core.http.headers import ALWAYS
from gateway.core.http.refusals import Refusal, too_many_waiting
from gateway.core.turns import process_turns

Environ = dict[str, Any]
WSGIApplication = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

# Requests of one share. With all threads, ten shares that wait are fewer than the connections that
# the server takes (``gateway.run.processes``), so that others are still heard.
MOST_WAITING = 100
# The front sets these headers itself, because it has read the complete body.
OWN_HEADERS = frozenset({b"content-length", b"transfer-encoding"})


@dataclass(slots=True)
class Answer:
    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    @classmethod
    def of(cls, refusal: Refusal) -> "Answer":
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Content-Length": str(len(refusal.body)),
            **ALWAYS,
            **refusal.headers,
        }
        return cls(refusal.status, _encoded(headers.items()), refusal.body)

    @classmethod
    def text(cls, status: int, text: str) -> "Answer":
        headers = {
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(text.encode())),
            "Cache-Control": "no-store",
            **ALWAYS,
        }
        return cls(status, _encoded(headers.items()), text.encode())

    def add_headers(self, headers: Mapping[str, str]) -> None:
        self.headers += _encoded(headers.items())

    async def send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})

    def start(self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> None:
        """WSGI's ``start_response``. Nothing was sent yet, so the last call wins."""
        self.status = int(status.partition(" ")[0])
        self.headers = _encoded(headers)


def _encoded(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def _of_address(environ: Environ) -> Share:
    return (environ["REMOTE_ADDR"],)


class WSGIBridge:
    """Runs ``application`` in ``threads`` threads, of which each client has a share (``FairPool``).

    ``share_of``: the share of a request with this environment. Requests beyond the share wait for
    their turn without a thread, MOST_WAITING of them at most.
    """

    def __init__(
        self,
        application: WSGIApplication,
        *,
        threads: int,
        share_of: Callable[[Environ], Share] = _of_address,
    ) -> None:
        self._application = application
        self._share_of = share_of
        self._pool = FairPool(threads, "django", turns=process_turns)

    async def answer(self, scope: Scope, body: bytes) -> Answer:
        """Raises Refusal when too many requests of the client wait."""
        environ = environ_of(scope, body)
        share = self._share_of(environ)
        if self._pool.waiting(share) >= MOST_WAITING:
            raise too_many_waiting()
        return await asyncio.wrap_future(self._pool.submit(share, partial(self._run, environ)))

    def close(self) -> None:
        """Take no more requests; those that wait are dropped, those that run finish."""
        self._pool.shutdown()

    def _run(self, environ: Environ) -> Answer:
        answer = Answer()
        chunks = self._application(environ, answer.start)
        try:
            answer.body = b"".join(chunks)
        finally:
            # Django ends the request here: it gives back database connections.
            getattr(chunks, "close", lambda: None)()
        return answer


def environ_of(scope: Scope, body: bytes) -> Environ:
    """The WSGI environment (PEP 3333) of an ASGI request whose body is ``body``."""
    host, port = scope.get("server") or ("localhost", 80)
    client, client_port = scope.get("client") or ("", "")
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": _path(scope),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client,
        "REMOTE_PORT": str(client_port),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        _add_header(environ, name, value)
    return environ


def _path(scope: Scope) -> str:
    raw = scope.get("raw_path")
    path = unquote_to_bytes(raw.partition(b"?")[0]) if raw else scope["path"].encode()
    return path.decode("latin-1").removeprefix(scope.get("root_path", ""))


def _add_header(environ: Environ, name: bytes, value: bytes) -> None:
    # With an underscore it would be taken for the header with a dash that a proxy may have set.
    if name in OWN_HEADERS or b"_" in name:
        return
    key = name.decode("latin-1").upper().replace("-", "_")
    if key != "CONTENT_TYPE":
        key = f"HTTP_{key}"
    text = value.decode("latin-1")
    if key in environ:
        text = environ[key] + ("; " if key == "HTTP_COOKIE" else ",") + text
    environ[key] = text
