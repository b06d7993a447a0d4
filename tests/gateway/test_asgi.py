"""The ASGI front, called as a server calls it. tests/functional/test_web.py runs it in Granian."""

import asyncio
import json

import pytest

from gateway.asgi import EXPORT_PATH, STREAM_PATH, Front, application
from gateway.core.http.bridge import WSGIBridge
from tests.gateway.exports.client import make_exports
from tests.gateway.streams.client import make_streams

MOST = 100


def greet(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello ", environ["wsgi.input"].read()]


def fail(_environ, _start_response):
    raise RuntimeError("the password is swordfish")


@pytest.fixture
def front_of():
    bridges = []

    def make(app):
        bridges.append(WSGIBridge(app, threads=1))
        return Front(bridges[-1], make_streams(), make_exports(), most=MOST)

    yield make
    for bridge in bridges:
        bridge.close()


def call(app, *messages, path="/graphql/", headers=(), kind="http"):
    """The messages that ``app`` sends for a request of ``messages``; then the client is silent."""
    waiting = list(messages)
    sent = []

    async def receive():
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    scope = {
        "type": kind,
        "method": "POST",
        "scheme": "http",
        "http_version": "1.1",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": list(headers),
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 5000),
    }
    asyncio.run(asyncio.wait_for(app(scope, receive, send), timeout=60))
    return sent


def body_message(body, *, more=False):
    return {"type": "http.request", "body": body, "more_body": more}


def code_of(sent):
    (error,) = json.loads(sent[1]["body"])["errors"]
    return sent[0]["status"], error["extensions"]["code"]


def test_a_request_is_answered(front_of):
    sent = call(front_of(greet), body_message(b"you", more=True), body_message(b"!"))

    assert sent == [
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", b"text/plain")],
        },
        {"type": "http.response.body", "body": b"hello you!"},
    ]


def test_too_large_a_body_reaches_no_thread(front_of):
    declared = [(b"content-length", str(MOST + 1).encode())]

    assert code_of(call(front_of(fail), headers=declared)) == (413, "BODY_TOO_LARGE")
    chunk = body_message(b"x" * 60, more=True)
    assert code_of(call(front_of(fail), chunk, chunk)) == (413, "BODY_TOO_LARGE")


def test_a_client_that_left_gets_nothing_and_reaches_no_thread(front_of):
    sent = call(front_of(fail), body_message(b"x", more=True), {"type": "http.disconnect"})

    assert sent == []


@pytest.mark.any_database
@pytest.mark.django_db(transaction=True)  # which records the refusal
@pytest.mark.parametrize("path", [STREAM_PATH, f"{EXPORT_PATH}volumes.csv"])
def test_a_stream_and_an_export_reach_no_thread_of_the_bridge(front_of, path):
    sent = call(front_of(fail), body_message(b"{}"), path=path)

    status, code = code_of(sent)
    assert (status, code) in {(401, "UNAUTHENTICATED"), (405, "METHOD_NOT_ALLOWED")}


def test_a_fault_is_masked_and_logged(front_of, caplog):
    sent = call(front_of(fail), body_message(b""))

    assert code_of(sent) == (500, "INTERNAL")
    assert b"swordfish" not in sent[1]["body"]
    assert "swordfish" in caplog.text


def test_it_says_when_it_is_up_and_when_it_has_ended(front_of):
    front = front_of(greet)

    sent = call(front, {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}, kind="lifespan")

    assert [message["type"] for message in sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    assert code_of(call(front, body_message(b""))) == (500, "INTERNAL")


def test_a_websocket_is_closed(front_of):
    assert call(front_of(fail), kind="websocket") == [{"type": "websocket.close", "code": 1000}]


def test_the_products_own_front_answers(caplog):
    sent = call(application, body_message(b""), path="/livez", headers=[(b"host", b"localhost")])

    assert sent[0]["status"] == 200
    assert json.loads(sent[1]["body"]) == {"live": True}


def test_what_django_cannot_even_read_is_answered():
    headers = [(b"host", b"localhost"), (b"content-type", b"a/b;" + b"x" * 50_000)]

    sent = call(application, body_message(b"{}"), headers=headers)

    assert sent[0]["status"] in (400, 415, 500)
    assert json.loads(sent[1]["body"])["errors"]
