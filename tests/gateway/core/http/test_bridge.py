import asyncio
import threading
import time

import pytest

from gateway.core.http import bridge as module
from gateway.core.http.bridge import Answer, WSGIBridge, environ_of
from gateway.core.http.refusals import Refusal

PATIENCE = 60  # seconds; a bound of a hang, on a busy machine


def scope(**changes):
    return {
        "type": "http",
        "method": "POST",
        "scheme": "http",
        "http_version": "1.1",
        "path": "/graphql/",
        "raw_path": b"/graphql/",
        "query_string": b"",
        "headers": [],
        "server": ("127.0.0.1", 8000),
        "client": ("192.0.2.1", 5000),
    } | changes


def header_environ(*headers):
    environ = environ_of(scope(headers=list(headers)), b"")
    return {name: value for name, value in environ.items() if name.startswith(("HTTP_", "CONT"))}


@pytest.fixture
def bridge_to():
    bridges = []

    def make(application, threads=2):
        bridges.append(WSGIBridge(application, threads=threads))
        return bridges[-1]

    yield make
    for bridge in bridges:
        bridge.close()


def echo(environ, start_response):
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("201 Created", [("Content-Type", "text/plain"), ("X-Name", "é")])
    return [b"<", body, b">"]


def test_request_and_answer_pass_in_one_piece(bridge_to):
    answer = asyncio.run(bridge_to(echo).answer(scope(), b"hello"))

    assert answer == Answer(
        201, [(b"content-type", b"text/plain"), (b"x-name", b"\xe9")], b"<hello>"
    )


def test_the_environment():
    found = environ_of(
        scope(path="/a b/é", raw_path=b"/a%20b/%C3%A9", query_string=b"q=%20&x=\xff"), b"123"
    )

    assert found["PATH_INFO"] == "/a b/é".encode().decode("latin-1")
    assert found["QUERY_STRING"] == "q=%20&x=\xff"
    assert found["REMOTE_ADDR"] == "192.0.2.1"
    assert (found["SERVER_NAME"], found["SERVER_PORT"]) == ("127.0.0.1", "8000")
    assert found["CONTENT_LENGTH"] == "3"
    assert found["wsgi.url_scheme"] == "http"


def test_a_server_that_tells_less():
    found = environ_of(scope(raw_path=None, client=None, server=None), b"")

    assert found["PATH_INFO"] == "/graphql/"
    assert found["REMOTE_ADDR"] == ""
    assert (found["SERVER_NAME"], found["SERVER_PORT"]) == ("localhost", "80")


def test_headers():
    found = header_environ(
        (b"content-type", b"application/json"),
        (b"x-tag", b"a"),
        (b"x-tag", b"b"),
        (b"cookie", b"a=1"),
        (b"cookie", b"b=2"),
        (b"authorization", b"JWT \xe9"),
    )

    assert found == {
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": "0",
        "HTTP_X_TAG": "a,b",
        "HTTP_COOKIE": "a=1; b=2",
        "HTTP_AUTHORIZATION": "JWT \xe9",
    }


def test_a_header_with_an_underscore_passes_for_no_other():
    found = header_environ((b"x_forwarded_for", b"192.0.2.9"), (b"content_type", b"text/html"))

    assert found == {"CONTENT_LENGTH": "0"}


def test_the_length_is_that_of_the_body_whatever_was_declared(bridge_to):
    headers = [(b"content-length", b"999"), (b"transfer-encoding", b"chunked")]

    answer = asyncio.run(bridge_to(echo).answer(scope(headers=headers), b"hello"))

    assert answer.body == b"<hello>"


class Chunks:
    def __init__(self, chunks):
        self._chunks = chunks
        self.closed_by = None

    def __iter__(self):
        yield from self._chunks
        raise RuntimeError("half way")

    def close(self):
        self.closed_by = threading.current_thread().name


def test_an_answer_is_closed_in_its_thread_even_when_it_fails(bridge_to):
    chunks = Chunks([b"a"])

    with pytest.raises(RuntimeError, match="half way"):
        asyncio.run(bridge_to(lambda _environ, _start: chunks).answer(scope(), b""))

    assert chunks.closed_by.startswith("django")


def test_requests_run_side_by_side_up_to_the_number_of_threads(bridge_to):
    together = threading.Barrier(3, timeout=PATIENCE)

    def application(_environ, start_response):
        together.wait()
        start_response("200 OK", [])
        return []

    async def ask_thrice():
        bridge = bridge_to(application, threads=3)
        clients = [scope(client=(f"192.0.2.{number}", 5000)) for number in range(3)]
        return await asyncio.gather(*(bridge.answer(one, b"") for one in clients))

    assert [answer.status for answer in asyncio.run(ask_thrice())] == [200, 200, 200]


def test_the_loop_goes_on_while_a_thread_works(bridge_to):
    release = threading.Event()

    def application(_environ, start_response):
        assert release.wait(PATIENCE)
        start_response("200 OK", [])
        return []

    async def ask():
        waiting = asyncio.ensure_future(bridge_to(application).answer(scope(), b""))
        await asyncio.sleep(0)
        assert not waiting.done()
        release.set()
        return await waiting

    assert asyncio.run(ask()).status == 200


def test_closing_drops_who_waits_in_line_and_lets_the_rest_finish(bridge_to):
    release, begun, calls = threading.Event(), threading.Event(), []

    def application(_environ, start_response):
        calls.append(1)
        begun.set()
        assert release.wait(PATIENCE)
        start_response("200 OK", [])
        return []

    async def ask():
        bridge = bridge_to(application, threads=1)
        running = asyncio.ensure_future(bridge.answer(scope(), b""))
        in_line = asyncio.ensure_future(bridge.answer(scope(), b""))
        await asyncio.to_thread(begun.wait, PATIENCE)
        bridge.close()
        release.set()
        return await asyncio.gather(running, in_line, return_exceptions=True)

    started = time.monotonic()
    finished, dropped = asyncio.run(ask())

    assert finished.status == 200
    assert isinstance(dropped, asyncio.CancelledError)
    assert calls == [1]
    assert time.monotonic() - started < PATIENCE


class Hanging:
    """An application whose answers to POST come when ``release`` is set."""

    def __init__(self):
        self.release, self.begun = threading.Event(), 0
        self._counting = threading.Lock()

    def __call__(self, environ, start_response):
        if environ["REQUEST_METHOD"] == "POST":
            with self._counting:
                self.begun += 1
            assert self.release.wait(PATIENCE)
        start_response("200 OK", [])
        return []


def of_user(environ):
    return (environ["HTTP_AUTHORIZATION"],)


def by(user, method="POST"):
    return scope(method=method, headers=[(b"authorization", user.encode())])


def test_ten_clients_whose_requests_hang_leave_threads_to_others():
    application = Hanging()
    bridge = WSGIBridge(application, threads=80, share_of=of_user)

    async def ask():
        hanging = [
            asyncio.ensure_future(bridge.answer(by(f"user {number}"), b""))
            for number in range(10)
            for _ in range(60)
        ]
        await asyncio.sleep(0)
        answer = await asyncio.wait_for(bridge.answer(by("another", "GET"), b""), PATIENCE)
        begun = application.begun
        application.release.set()
        await asyncio.gather(*hanging)
        return answer, begun

    answer, begun = asyncio.run(ask())
    bridge.close()

    assert answer.status == 200
    assert begun <= 77
    assert application.begun == 600


def test_a_client_has_so_many_requests_waiting_and_is_refused_more(bridge_to, monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    application = Hanging()
    bridge = bridge_to(application, threads=2)

    async def ask():
        first = [asyncio.ensure_future(bridge.answer(scope(), b"")) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Refusal) as caught:
            await bridge.answer(scope(), b"")
        application.release.set()
        await asyncio.gather(*first)
        return caught.value

    refusal = asyncio.run(ask())

    assert (refusal.status, refusal.code) == (429, "RATE_LIMITED")
    assert refusal.headers["Retry-After"] == "2"
    assert application.begun == 3


def test_a_refusal_as_an_answer():
    answer = Answer.of(Refusal(413, "BODY_TOO_LARGE", "Too large."))

    headers = dict(answer.headers)
    assert answer.status == 413
    assert headers[b"content-type"] == b"application/json; charset=utf-8"
    assert headers[b"content-length"] == str(len(answer.body)).encode()
    assert headers[b"cache-control"] == b"no-store"
    assert headers[b"x-content-type-options"] == b"nosniff"
