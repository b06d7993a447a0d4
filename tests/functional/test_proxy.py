"""The proxy's configuration in a real Caddy, before a server that can wait in mid-answer."""

import http.client
import json
import os
import shutil
import subprocess
import threading
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from gateway.run.options import ROOT
from gateway.run.ports import LOOPBACK, free_port
from tests.functional.deployment import HOST, listens, wait_until
from tests.functional.gateway import PATIENCE_SECONDS
from tests.functional.test_documented_clients import RUNNING, STOP

CADDY = shutil.which("caddy")
CONNECT = """mutation { connectProvider(input: { name: "behind the proxy", kind: "simulator",
    credentials: [{name: "machines", value: "12"}] }) { provider { id } errors { message } } }"""

pytestmark = [
    pytest.mark.functional,
    pytest.mark.any_database,  # there is none
    pytest.mark.skipif(
        CADDY is None, reason="Caddy is not installed (Debian: apt-get install caddy)"
    ),
]


class Upstream(BaseHTTPRequestHandler):
    """Answers with the headers it saw; a stream's second event waits for ``go_on``.

    A stream with a query has no second one: it waits until its client is ``gone``.
    """

    protocol_version = "HTTP/1.1"
    go_on, gone = threading.Event(), threading.Event()

    def do_GET(self):
        if self.path.startswith("/graphql/stream"):
            self._stream()
        else:
            self._send({"Content-Type": "application/json"}, json.dumps(dict(self.headers)))

    def _stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: first\n\n")
        self.wfile.flush()
        if "?" in self.path:
            if not self.connection.recv(1):
                self.gone.set()
            return
        self.go_on.wait(60)
        self.wfile.write(b"data: second\n\n")
        self.close_connection = True

    def _send(self, headers, text):
        self.send_response(200)
        for name, value in {**headers, "Content-Length": str(len(text))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        """Log nothing: the test checks the answers."""


@pytest.fixture(scope="module")
def upstream():
    with ThreadingHTTPServer((LOOPBACK, 0), Upstream) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join(60)


@contextmanager
def running_proxy(directory, *, name, upstream):
    """The port on which it serves this name, before the server on the port ``upstream``."""
    port = free_port()
    configuration = ROOT / "gateway" / "proxy" / "Caddyfile"
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - found by ourselves
            [CADDY, "run", "--config", configuration, "--adapter", "caddyfile"],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(directory),
                "SITE_ADDRESS": f"http://{name}:{port}",
                "WEB_HOST": LOOPBACK,
                "WEB_PORT": str(upstream),
            },
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: listens(port))
        yield port
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture(scope="module")
def proxy(upstream, tmp_path_factory):
    with running_proxy(tmp_path_factory.mktemp("proxy"), name=HOST, upstream=upstream) as port:
        yield port


@pytest.fixture
def get(proxy):
    """Asks the proxy; returns the open answer."""
    connections = []

    def _get(path, **headers):
        connection = http.client.HTTPConnection(LOOPBACK, proxy, timeout=60)
        connections.append(connection)
        connection.request("GET", path, headers={"Host": f"{HOST}:{proxy}", **headers})
        return connection.getresponse()

    yield _get
    for connection in connections:
        connection.close()


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_an_event_is_passed_on_before_the_next_one_exists(get, encoding):
    Upstream.go_on.clear()

    answer = get("/graphql/stream", **{"Accept-Encoding": encoding})
    first = answer.readline()
    Upstream.go_on.set()
    rest = answer.read()

    assert first == b"data: first\n"
    assert rest == b"\ndata: second\n\n"
    assert answer.headers["Content-Encoding"] is None


def test_a_client_that_leaves_a_stream_has_left_the_gateway(proxy):
    """The gateway notices it at once, not only when the next bytes cannot be sent."""
    connection = http.client.HTTPConnection(LOOPBACK, proxy, timeout=60)
    connection.request("GET", "/graphql/stream?until=gone", headers={"Host": f"{HOST}:{proxy}"})
    with closing(connection), connection.getresponse() as answer:
        assert answer.readline() == b"data: first\n"

    assert Upstream.gone.wait(60)


def test_answers_are_compressed(get):
    answer = get("/graphql/", **{"Accept-Encoding": "gzip", "X-Long": "x" * 2000})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.read()) < 1000


def test_what_a_client_says_of_itself_is_not_passed_on(get):
    forged = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}

    seen = json.loads(get("/graphql/", **forged).read())

    assert seen["X-Forwarded-For"] == "127.0.0.1"
    assert seen["X-Forwarded-Proto"] == "http"
    assert seen["Host"].startswith(HOST)


def test_another_name_is_not_served(get):
    answer = get("/graphql/", Host="elsewhere.example.org")

    assert answer.read() == b""


def test_the_gateways_numbers_are_not_for_the_internet(get):
    answer = get("/metrics")

    assert (answer.status, answer.read()) == (404, b"")


def test_a_subscription_of_the_gateway_comes_through(administrator, tmp_path):
    """Each event while the stream is open: the job is started after the first one has come."""
    connected = administrator.data(CONNECT)["connectProvider"]
    assert connected["errors"] == []
    provider = connected["provider"]["id"]
    machine = administrator.data(RUNNING, id=provider)["virtualMachines"]["nodes"][0]["id"]
    own_port = urlsplit(administrator.url).port
    with running_proxy(tmp_path, name=LOOPBACK, upstream=own_port) as port:
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE_SECONDS)
        query = "subscription { jobUpdated { target { id } state } }"
        connection.request(
            "POST",
            "/graphql/stream",
            json.dumps({"query": query}),
            {"Content-Type": "application/json", "Authorization": f"JWT {administrator.token}"},
        )
        with closing(connection), connection.getresponse() as answer:
            assert (answer.status, answer.readline()) == (200, b":\n")
            assert administrator.data(STOP, id=machine)["stopVirtualMachine"]["errors"] == []
            data = (json.loads(line[6:]) for line in answer if line.startswith(b"data: "))
            shown = (one["data"]["jobUpdated"] for one in data)
            ended = {"target": {"id": machine}, "state": "SUCCEEDED"}
            assert next(one for one in shown if one == ended)
