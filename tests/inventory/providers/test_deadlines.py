"""A deadline bounds all waits of a task, even if bytes come one at a time, or not at all.

``contract/test_failures.py`` has headers and bodies that drip, for every kind.
"""

import socket
import threading
import time
from contextlib import contextmanager

import pytest
import requests

from gateway.core.http import lookups
from gateway.core.http.budget import Budget, budget_in_use
from inventory.providers import (
    ProviderError,
    ProviderErrorCode,
    connect,
    delivery,
    get_kind,
    token_cache,
)
from inventory.providers.tls import CertifiedConnection
from inventory.providers.transport import Line
from tests.clouds.dripping import HEADER, NO_BYTES, TLS_RECORD, dripping
from tests.inventory.providers.test_transport import Connected

SECONDS = 3.0  # enough, on a busy machine, for what is asked before the server falls silent
LONG = 60  # far more than SECONDS, far less than for ever


@contextmanager
def ends_in_time():
    began = time.monotonic()
    yield
    assert time.monotonic() - began < LONG


def by_public_authorities(port):
    return Connected(f"http://127.0.0.1:{port}", secure=True).ask


def by_certificates_of_its_own(port):
    connection = CertifiedConnection({}, host="127.0.0.1", port=port, secure=True)
    return lambda: connection.request("/")


@pytest.mark.parametrize("connection", [by_public_authorities, by_certificates_of_its_own])
def test_a_handshake_that_drips_ends_at_the_deadline(connection):
    line = Line(Budget(SECONDS))
    with dripping(TLS_RECORD) as server, ends_in_time():
        with line.used(), pytest.raises(requests.exceptions.ConnectTimeout) as caught:
            connection(server.port)()
        line.close()
        assert server.ended.wait(LONG)

    assert delivery.was_never_sent(caught.value)


def test_a_handshake_with_a_daemon_that_drips_ends_at_the_deadline():
    kind = get_kind("libvirt")
    with dripping(TLS_RECORD) as server, ends_in_time():
        credentials = kind.clean_credentials({"uri": f"qemu+tls://127.0.0.1:{server.port}/system"})
        with pytest.raises(ProviderError) as caught:
            with connect(kind, credentials, "global", SECONDS) as cloud:
                cloud.read("virtual_machines")
        assert server.ended.wait(LONG)

    assert caught.value.code is ProviderErrorCode.TIMEOUT


def test_a_socket_in_the_file_system_that_drips_ends_at_the_deadline(settings, tmp_path):
    kind, path = get_kind("docker"), tmp_path / "docker.sock"
    settings.EGRESS_ALLOW = [str(path)]
    with dripping(HEADER, path=path) as server, ends_in_time():
        credentials = kind.clean_credentials({"host": f"unix://{path}"})
        with pytest.raises(ProviderError) as caught:
            with connect(kind, credentials, "global", SECONDS) as cloud:
                cloud.read("containers")
        assert server.ended.wait(LONG)

    assert caught.value.code is ProviderErrorCode.TIMEOUT


def test_a_server_that_does_not_read_ends_at_the_deadline():
    """More is sent than the buffers of both sides hold."""
    line = Line(Budget(10))  # a large request takes its time before it is sent
    with dripping(NO_BYTES) as server, ends_in_time(), line.used():
        driver = Connected(f"http://127.0.0.1:{server.port}")
        with pytest.raises(requests.exceptions.ReadTimeout) as caught:
            driver.connection.request("/", data="x" * (8 << 20), method="POST")
        line.close()

    assert not delivery.was_never_sent(caught.value)


@pytest.fixture
def silent_resolver(monkeypatch):
    """A resolver that answers nothing until the test is over."""
    ended, asked = threading.Event(), []

    def look_up(host, *_, **__):
        asked.append(host)
        ended.wait(LONG)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield asked
    ended.set()


@pytest.mark.parametrize("times", [1, 3])
def test_a_name_that_is_not_resolved_in_time_ends_at_the_deadline(silent_resolver, times):
    for _ in range(times):
        with Line(Budget(SECONDS)).used(), ends_in_time():
            with pytest.raises(requests.exceptions.ConnectTimeout) as caught:
                Connected("http://cloud.example:80").ask()
        assert delivery.was_never_sent(caught.value)

    assert silent_resolver == ["cloud.example"]  # those that came later waited with the first


def test_look_ups_that_wait_are_bounded(silent_resolver, monkeypatch):
    monkeypatch.setattr(lookups, "MOST_AT_ONCE", 8)  # two for each owner
    found = lookups.Lookups()
    for host in ("one.example", "two.example", "three.example"):
        with pytest.raises(TimeoutError):
            found.addresses_of(host, 80, seconds=0.05)

    give_up = time.monotonic() + LONG
    while len(silent_resolver) < 2 and time.monotonic() < give_up:
        time.sleep(0.01)  # each is looked up in a thread of its own
    assert sorted(silent_resolver) == ["one.example", "two.example"]


def test_a_part_of_a_budget_ends_before_it_and_the_rest_is_left():
    budget = Budget(100)
    with budget.used():
        with budget_in_use().narrowed(0.25):
            assert 20 < budget.left <= 25
        assert 90 < budget_in_use().left <= 100


def test_a_stream_that_drips_ends_at_the_deadline():
    line = Line(Budget(SECONDS))
    with dripping(b"HTTP/1.1 200 OK\r\n\r\n") as server, ends_in_time(), line.used():
        driver = Connected(f"http://127.0.0.1:{server.port}")
        with pytest.raises(requests.exceptions.RequestException):
            list(driver.connection.request("/", stream=True, raw=True).iter_content(1))
        line.close()


def test_who_waits_for_the_same_sign_in_waits_until_the_deadline(monkeypatch):
    """A sign-in may begin late, when a part of the time was used already."""
    monkeypatch.setattr(token_cache, "KEPT", token_cache.TokenCache())
    begun, ended = threading.Event(), threading.Event()

    def hang():
        begun.set()
        ended.wait(LONG)
        return token_cache.Grant("token", time.time() + 3600)

    def ask():
        return token_cache.SignIn(("facts",), hang, 2 * LONG).value()

    holder = threading.Thread(target=ask)
    holder.start()
    assert begun.wait(LONG)
    with ends_in_time(), Budget(SECONDS).used(), pytest.raises(TimeoutError):
        ask()
    ended.set()
    holder.join(LONG)
