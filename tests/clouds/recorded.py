"""An HTTP API that answers from recordings, and remembers what was done to it.

    with served(DigitalOcean(), monkeypatch) as cloud:
        ...                          # connections to api.digitalocean.com come here
        cloud.fault = reply("", 500)

A cloud is a class with ``hosts`` and methods under ``@route(method, path)``, whose groups become
arguments. libcloud's connections to these hosts are led to loopback: only the address is another.
Everything else is as it will be, timeouts, the guard and the bounds included.
"""

import functools
import json
import re
import socketserver
import threading
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from libcloud.http import LibcloudConnection

from tests.clouds.static_ec2 import Reply, ScriptHandler, Server

RECORDINGS = Path(__file__).parent.parent / "recordings"
HOST = "X-Recorded-Host"


@dataclass(frozen=True)
class Request:
    method: str
    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    text: str

    @property
    def body(self):
        return json.loads(self.text) if self.text else None


def recording(name) -> Any:
    """The recorded reply, fresh: it may be changed."""
    return json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))


def as_json(body, status=200, **headers):
    return Reply(json.dumps(body).encode(), status, {"Content-Type": "application/json", **headers})


def route(method, path):
    def marked(function):
        function.route = (method, re.compile(path))
        return function

    return marked


@dataclass
class Operation:
    """An accepted request: what the cloud does for it, and whether it has ended, and how."""

    effect: Callable[[], Any]
    state: str = "RUNNING"  # or DONE, or FAILED

    def end(self, failing):
        if self.state != "RUNNING":
            return
        self.state = "FAILED" if failing else "DONE"
        if not failing:
            self.effect()


class RecordedCloud:
    """``fault``: what is answered instead, to every request that ``fault_meets`` admits.

    ``failing``: the reason with which accepted requests fail afterwards. ``is_holding``: they are
    under way until ``end_operations``.
    """

    hosts: tuple[str, ...] = ()
    token = "a-token-of-tests"

    def __init__(self):
        self.fault = None
        self.failing: str | None = None
        self.is_holding = False
        self.operations: dict[str, tuple[Operation, dict[str, Any]]] = {}
        self.asked: list[Request] = []
        self.lock = threading.Lock()
        self.counting, self.open_connections = threading.Lock(), 0  # see ScriptHandler
        self.ending = threading.Event()
        routes = [
            (*function.route, getattr(self, name))
            for name in dir(type(self))
            if hasattr(function := getattr(type(self), name), "route")
        ]
        # A fixed path goes before one that takes any word in the same place.
        self._routes = sorted(routes, key=lambda route: route[1].groups)

    def answer(self, request):
        with self.lock:
            self.asked.append(request)
            if self.fault is not None and self.fault_meets(request):
                return self.fault
            return self.refusal(request) or self._routed(request)

    def begin(self, operation_id, effect, **facts):
        """Accept a request; ``facts`` are what ``operation`` is asked for later."""
        operation = Operation(effect)
        self.operations[operation_id] = (operation, facts)
        if not self.is_holding:
            operation.end(self.failing)
        return operation_id

    def end_operations(self):
        self.is_holding = False
        for operation, _facts in self.operations.values():
            operation.end(self.failing)

    def fault_meets(self, _request):
        return True

    def refusal(self, request):
        """The reply to a request without the right token; None if the token is right."""
        return (
            None
            if request.headers.get("Authorization") == f"Bearer {self.token}"
            else (self.unauthorized())
        )

    def unauthorized(self):
        raise NotImplementedError

    def missing(self):
        raise NotImplementedError

    def _routed(self, request):
        for method, pattern, function in self._routes:
            match = pattern.fullmatch(request.path)
            if match and method == request.method:
                return function(request, *map(unquote, match.groups()))
        return self.missing()


@contextmanager
def served(cloud, monkeypatch):
    """Whoever connects to the cloud's hosts gets here."""
    server = Server(("127.0.0.1", 0), functools.partial(_Handler, cloud))
    with _running(cloud, server):
        _lead(cloud.hosts, f"http://127.0.0.1:{server.server_address[1]}", monkeypatch)
        yield cloud


@contextmanager
def served_by_tls_at_its_hosts(cloud, context, monkeypatch):
    """Do the same as ``served``, but over TLS."""
    with served_by_tls(cloud, context) as port:
        _lead(cloud.hosts, f"https://127.0.0.1:{port}", monkeypatch)
        yield cloud


@contextmanager
def served_by_tls(cloud, context):
    """Serve on loopback; yields the port. ``context``: the certificate and the allowed clients."""
    server = Server(("127.0.0.1", 0), functools.partial(_Handler, cloud))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with _running(cloud, server):
        yield server.server_address[1]


@contextmanager
def served_at(cloud, path):
    """Serve at a socket in the file system."""
    with _running(cloud, _SocketServer(str(path), functools.partial(_SocketHandler, cloud))):
        yield cloud


class _SocketServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    pass


@contextmanager
def _running(cloud, server):
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield
    finally:
        cloud.ending.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def _lead(hosts, url, monkeypatch):
    plain = LibcloudConnection.__init__

    @functools.wraps(plain)
    def led(self, host, port, secure=None, **options):
        plain(self, host, port, secure=secure, **options)
        if host in hosts:
            self.host = url
            self.session.headers[HOST] = host

    monkeypatch.setattr(LibcloudConnection, "__init__", led)


class _Handler(ScriptHandler):
    def answer_to(self, body):
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        headers = dict(self.headers)
        host = headers.get(HOST) or headers["Host"]
        return self.script.answer(Request(self.command, host, parts.path, query, headers, body))


class _SocketHandler(_Handler):
    disable_nagle_algorithm = False  # a socket in the file system has none
