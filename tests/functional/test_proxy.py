"""The proxy's configuration in a real Caddy, before a server that can wait in mid-answer."""

import http.client
import json
import os
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from gateway.run.options import ROOT
from gateway.run.ports import LOOPBACK, free_port
from tests.functional.deployment import HOST, listens, wait_until

CADDY = shutil.which("caddy")

pytestmark = [
    pytest.mark.functional,
    pytest.mark.any_database,  # there is none
    pytest.mark.skipif(
        CADDY is None, reason="Caddy is not installed (Debian: apt-get install caddy)"
    ),
]


class Upstream(BaseHTTPRequestHandler):
    """Answers with the headers it saw; a stream's second event waits for ``go_on``."""

    protocol_version = "HTTP/1.1"
    go_on = threading.Event()

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
        self.go_on.wait(20)
        self.wfile.write(b"data: second\n\n")
        self.close_connection = True

    def _send(self, headers, text):
        self.send_response(200)
        for name, value in {**headers, "Content-Length": str(len(text))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        """Nothing: the answers say it all."""


@pytest.fixture(scope="module")
def upstream():
    with ThreadingHTTPServer((LOOPBACK, 0), Upstream) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join(5)


@pytest.fixture(scope="module")
def proxy(upstream, tmp_path_factory):
    directory, port = tmp_path_factory.mktemp("proxy"), free_port()
    configuration = ROOT / "gateway" / "proxy" / "Caddyfile"
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - found by ourselves
            [CADDY, "run", "--config", configuration, "--adapter", "caddyfile"],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(directory),
                "SITE_ADDRESS": f"http://{HOST}:{port}",
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
        process.wait(10)


@pytest.fixture
def get(proxy):
    """Asks the proxy; returns the open answer."""
    connections = []

    def _get(path, **headers):
        connection = http.client.HTTPConnection(LOOPBACK, proxy, timeout=10)
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
