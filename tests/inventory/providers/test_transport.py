"""Requests of any libcloud driver count against one budget, whatever the driver does."""

import gzip
import time
from contextlib import contextmanager

import pytest
from libcloud.common.base import ConnectionKey
from libcloud.compute.base import NodeDriver

from gateway.core.http.budget import Budget
from inventory.providers import ProviderError, ProviderErrorCode, connect, transport
from tests.clouds.static_ec2 import Reply, reply, static_ec2
from tests.inventory.providers.test_kind import make_kind

SILENT = 60  # seconds; longer than a test waits
LONG = 50  # seconds; far more than the budgets below


class Connected(NodeDriver):
    """A driver that asks plainly."""

    connectionCls = ConnectionKey  # noqa: N815 - libcloud's name

    def __init__(self, url, timeout=60, *, secure=False):
        host, port = url.removeprefix("http://").split(":")
        super().__init__("key", secure=secure, host=host, port=int(port), timeout=timeout)

    def ask(self):
        return self.connection.request("/").object


@contextmanager
def bound(server, seconds):
    """A driver on a line of so many seconds."""
    line = transport.Line(Budget(seconds))
    try:
        with line.used():
            yield Connected(server.url)
    finally:
        line.close()


def test_a_whole_answer_arrives():
    body = "é" * 300_000
    with static_ec2(reply(body, headers={"Content-Type": "text/plain; charset=utf-8"})) as server:
        with bound(server, LONG) as driver:
            assert driver.ask() == body
            assert driver.ask() == body

    assert len(server.asked) == 2


def test_a_packed_answer_is_unpacked():
    packed = gzip.compress(b"plain" * 50_000)
    with static_ec2(reply(packed, headers={"Content-Encoding": "gzip"})) as server:
        with bound(server, LONG) as driver:
            assert driver.ask() == "plain" * 50_000


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(transport, "LARGEST_BODY_BYTES", 1 << 20)
    packed = gzip.compress(bytes(32 << 20))
    with static_ec2(reply(packed, headers={"Content-Encoding": "gzip"})) as server:
        with bound(server, LONG) as driver, pytest.raises(ProviderError, match="larger than 1 MiB"):
            driver.ask()


def test_the_budgets_time_replaces_the_drivers():
    with static_ec2(Reply(delay=SILENT)) as server, bound(server, 0.2) as driver:
        started = time.monotonic()
        with pytest.raises(OSError, match="timed out"):
            driver.ask()

    assert time.monotonic() - started < LONG


def test_a_driver_that_connects_anew_stays_bound():
    """OpenStack's does, when it has learnt where its endpoint is."""
    with static_ec2(Reply(delay=SILENT)) as server, bound(server, 0.2) as driver:
        driver.connection.connect()
        started = time.monotonic()
        with pytest.raises(OSError, match="timed out"):
            driver.ask()

    assert time.monotonic() - started < LONG


def test_a_second_connection_made_later_shares_the_budget():
    """Keystone's and the OAuth servers' are made when something is asked for the first time."""

    class SigningIn(NodeDriver):
        def __init__(self, *_):
            """Connects to nothing."""

        def list_nodes(self):
            return Connected(server.url).ask()

    kind = make_kind(driver=SigningIn)
    with static_ec2(Reply(delay=SILENT)) as server, connect(kind, {}, "one", 0.2) as cloud:
        started = time.monotonic()
        with pytest.raises(ProviderError) as caught:
            cloud.read("virtual_machines")

    assert caught.value.code is ProviderErrorCode.TIMEOUT
    assert time.monotonic() - started < LONG


def test_every_connection_of_a_task_is_closed_with_it():
    opened = []

    class Many(NodeDriver):
        def __init__(self, *_):
            """Connects to nothing."""

        def list_nodes(self):
            for _ in range(3):
                opened.append(Connected(server.url))
                opened[-1].ask()
            assert server.open_connections == 3
            return []

    with static_ec2(reply("x")) as server:
        with connect(make_kind(driver=Many), {}, "one", LONG) as cloud:
            cloud.read("virtual_machines")
        deadline = time.monotonic() + LONG
        while server.open_connections:
            assert time.monotonic() < deadline
            time.sleep(0.01)

    assert len(opened) == 3


def test_two_clouds_in_one_thread_have_a_budget_each():
    class Asking(NodeDriver):
        def __init__(self, *_):
            """Connects to nothing."""

        def list_nodes(self):
            Connected(server.url).ask()
            return []

    kind = make_kind(driver=Asking)
    with static_ec2(reply("x")) as server:
        with connect(kind, {}, "one", LONG) as patient, connect(kind, {}, "one", 0.001):
            time.sleep(0.01)
            assert patient.read("virtual_machines") == []

    assert len(server.asked) == 1


def test_a_spent_budget_sends_nothing():
    with static_ec2(reply("x")) as server, bound(server, 0) as driver:
        with pytest.raises(TimeoutError):
            driver.ask()

    assert server.asked == []
