"""A client notices a response that ends before its last message: exports rely on it."""

import http.client
import socket
import subprocess
import sys
import time

import pytest

from gateway.exports.arrivals import WITHOUT_ENDS
from gateway.run.options import ROOT
from gateway.run.ports import LOOPBACK, free_port

pytestmark = [pytest.mark.functional, pytest.mark.any_database]
PATIENCE_SECONDS = 300


@pytest.fixture
def port():
    found = free_port()
    command = ["granian", "--interface", "asgi", "--port", str(found), "--host", LOOPBACK]
    process = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-m", *command, "tests.functional.early_end:application"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield found
    process.terminate()
    process.wait(PATIENCE_SECONDS)


def read(port, path):
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("GET", path)
            return connection.getresponse().read()
        except ConnectionRefusedError:
            assert time.monotonic() < until
            time.sleep(0.05)
        finally:
            connection.close()


def test_a_response_without_its_last_message_is_broken_off(port):
    assert read(port, "/whole") == b"part"
    with pytest.raises(http.client.IncompleteRead):
        read(port, "/part")


def read_by_http_1_0(port, path):
    """All that comes until the connection is closed, without the headers."""
    with socket.create_connection((LOOPBACK, port), timeout=PATIENCE_SECONDS) as connection:
        connection.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
        with connection.makefile("rb") as answer:
            return answer.read().partition(b"\r\n\r\n")[2]


def test_by_http_1_0_no_client_notices_and_the_scope_says_that_it_is_1_0(port):
    assert read(port, "/whole") == b"part"
    assert read_by_http_1_0(port, "/part") == read_by_http_1_0(port, "/whole") == b"part"
    assert f"HTTP/{read_by_http_1_0(port, '/version').decode()}" in WITHOUT_ENDS
