"""Requests of any libcloud driver count against one budget, whatever the driver does."""

import gzip
import time

import pytest
from libcloud.common.base import ConnectionKey
from libcloud.compute.base import NodeDriver

from inventory.providers import ProviderError, transport
from inventory.providers.budget import Budget
from tests.clouds.static_ec2 import Reply, reply, static_ec2


class Connected(NodeDriver):
    """A driver that asks plainly."""

    connectionCls = ConnectionKey  # noqa: N815 - libcloud's name

    def __init__(self, url, timeout=60):
        host, port = url.removeprefix("http://").split(":")
        super().__init__("key", secure=False, host=host, port=int(port), timeout=timeout)

    def ask(self):
        return self.connection.request("/").object


def bound(server, seconds):
    driver = Connected(server.url)
    transport.bind(driver, Budget(seconds))
    return driver


def test_a_whole_answer_arrives():
    body = "é" * 300_000
    with static_ec2(reply(body, headers={"Content-Type": "text/plain; charset=utf-8"})) as server:
        driver = bound(server, 5)
        assert driver.ask() == body
        assert driver.ask() == body
        transport.close(driver)

    assert len(server.asked) == 2


def test_a_packed_answer_is_unpacked():
    packed = gzip.compress(b"plain" * 50_000)
    with static_ec2(reply(packed, headers={"Content-Encoding": "gzip"})) as server:
        driver = bound(server, 5)
        assert driver.ask() == "plain" * 50_000
        transport.close(driver)


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(transport, "LARGEST_BODY_BYTES", 1 << 20)
    packed = gzip.compress(bytes(32 << 20))
    with static_ec2(reply(packed, headers={"Content-Encoding": "gzip"})) as server:
        driver = bound(server, 5)
        with pytest.raises(ProviderError, match="larger than 1 MiB"):
            driver.ask()
        transport.close(driver)


def test_the_budgets_time_replaces_the_drivers():
    with static_ec2(Reply(delay=5)) as server:
        driver = bound(server, 0.2)
        started = time.monotonic()
        with pytest.raises(OSError, match="timed out"):
            driver.ask()
        transport.close(driver)

    assert time.monotonic() - started < 2


def test_a_driver_that_connects_anew_stays_bound():
    """OpenStack's does, when it has learnt where its endpoint is."""
    with static_ec2(Reply(delay=5)) as server:
        driver = bound(server, 0.2)
        driver.connection.connect()
        started = time.monotonic()
        with pytest.raises(OSError, match="timed out"):
            driver.ask()
        transport.close(driver)

    assert time.monotonic() - started < 2


def test_a_spent_budget_sends_nothing():
    with static_ec2(reply("x")) as server:
        driver = bound(server, 0)
        with pytest.raises(TimeoutError):
            driver.ask()
        transport.close(driver)

    assert server.asked == []


def test_a_driver_without_http_is_left_alone():
    driver = object()

    transport.bind(driver, Budget(1))
    transport.close(driver)
