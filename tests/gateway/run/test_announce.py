"""The announcer against a real HTTP server, without the processes."""

import dataclasses
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from gateway.run import announce as announce_module
from gateway.run.announce import _wait_until_ready, _what_is_missing
from gateway.run.ports import free_port
from gateway.run.runner import Runner


@pytest.fixture
def readiness():
    """A server whose /readyz answers what ``answers`` holds, the last one again and again."""

    class Handler(BaseHTTPRequestHandler):
        answers: list = []

        def do_GET(self):
            status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server, Handler.answers
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_readyz_says_is_what_is_missing(options, readiness):
    server, answers = readiness
    options = dataclasses.replace(options, port=server.server_port)
    answers.append((503, b'{"ready": false, "missing": ["worker", "demo"]}'))

    assert _what_is_missing(options) == "worker, demo"

    answers[:] = [(500, b"Server Error")]
    assert _what_is_missing(options) == "Server Error"

    answers[:] = [(200, b"{}")]
    assert _what_is_missing(options) == ""


def test_a_server_that_does_not_listen_is_what_is_missing(options):
    nobody = dataclasses.replace(options, port=free_port())

    assert "the web server does not answer" in _what_is_missing(nobody)


def test_who_waits_too_long_is_told_once_what_is_missing(options, readiness, monkeypatch, capsys):
    server, answers = readiness
    options = dataclasses.replace(options, port=server.server_port)
    answers += [(503, b"no worker")] * 4 + [(200, b"")]
    monkeypatch.setattr(announce_module, "READY_SECONDS", 0.0)
    monkeypatch.setattr(announce_module, "POLL_SECONDS", 0.01)

    _wait_until_ready(options, Runner())

    assert capsys.readouterr().out.count("no worker") == 1


def test_who_waits_stops_when_the_run_ends(options):
    runner = Runner()
    runner.end()

    _wait_until_ready(dataclasses.replace(options, port=free_port()), runner)
