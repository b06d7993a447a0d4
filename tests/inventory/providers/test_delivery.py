"""A failed request may or may not have been carried out: the verdict, on real sockets."""

import socket
import threading

import pytest
import requests

from inventory.providers import delivery


def sent(method, url):
    return requests.Request(method, url).prepare()


def error_of(url):
    with pytest.raises(requests.RequestException) as raised:
        requests.post(url, data="order", timeout=60)
    return raised.value


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def cutting():
    """A server that reads a request and closes the connection. Yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            connection, _ = server.accept()
            connection.recv(65536)
            connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        thread.join(60)


def test_a_refused_connection_has_sent_nothing():
    assert delivery.was_never_sent(error_of(f"http://127.0.0.1:{closed_port()}/"))


def test_a_name_that_cannot_be_resolved_has_sent_nothing():
    assert delivery.was_never_sent(error_of("http://no-such-host.invalid/"))


def test_a_connection_that_is_cut_may_have_delivered_the_request(cutting):
    assert not delivery.was_never_sent(error_of(f"http://{cutting}/"))


@pytest.mark.parametrize(
    ("status", "is_clear"),
    [
        *((status, False) for status in (200, 202, 408, 500, 502, 503, 504)),
        *((status, True) for status in (400, 403, 404, 409, 422, 429, 501)),
    ],
)
def test_which_statuses_say_that_nothing_was_done(status, is_clear):
    assert delivery.is_clear_refusal(status) is is_clear


@pytest.mark.parametrize(
    ("method", "path", "changes"),
    [
        ("POST", "/v2.1/servers", True),
        ("DELETE", "/v2/droplets/1", True),
        ("GET", "/v2.1/servers", False),
        ("POST", "/v3/auth/tokens", False),
        ("POST", "/tenant/oauth2/token", False),
        ("POST", "/v2/tokens/1", True),
    ],
)
def test_which_requests_change_something(method, path, changes):
    assert delivery.changes_something(sent(method, f"https://cloud.test{path}")) is changes
