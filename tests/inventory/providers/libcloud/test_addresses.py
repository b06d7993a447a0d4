"""Machines with addresses that libcloud's own functions cannot read."""

import re
import socket

import pytest
from libcloud.utils.networking import is_private_subnet

from inventory.providers import ProviderError, ProviderErrorCode
from inventory.providers.libcloud.build import is_private
from inventory.providers.libcloud.offered import ROWS
from tests.inventory.providers.libcloud.recorded import Replies, recorded

NAMES = [row.name for row in ROWS]
JUDGES = ["aurora_compute", "cloudstack", "exoscale", "ikoula", "ktucloud", "linode"]
IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")


def with_addresses(address):
    """The recorded replies with this in place of each address of IPv4."""
    plain = Replies.answer

    def answer(replies, request):
        status, body, headers, reason = plain(replies, request)
        return status, IPV4.sub(address, body) if isinstance(body, str) else body, headers, reason

    return answer


def read(name):
    """The machines, or why there are none."""
    with recorded(name) as (cloud, _replies):
        try:
            return cloud.read("virtual_machines")
        except ProviderError as error:
            return error


@pytest.mark.parametrize("address", ["2001:db8::7", "fd00::7", "none yet"])
@pytest.mark.parametrize("name", NAMES)
def test_no_list_is_lost_to_an_address(name, address, monkeypatch):
    usual = read(name)
    monkeypatch.setattr(Replies, "answer", with_addresses(address))
    found = read(name)

    if isinstance(usual, ProviderError):
        assert not isinstance(found, list)
        return
    assert [one.external_id for one in found] == [one.external_id for one in usual]
    assert all(one.problem is None for one in found)


@pytest.mark.parametrize("name", JUDGES)
def test_an_address_of_ipv6_is_shown(name, monkeypatch):
    monkeypatch.setattr(Replies, "answer", with_addresses("2001:db9::7"))
    machines = read(name)

    assert any("2001:db9::7" in one.public_ips for one in machines)


def test_onapp_shows_an_address_of_ipv6():
    """The recording of its list is not complete."""
    entry = {"identifier": "a", "label": "web", "ip_addresses": []}
    entry["ip_addresses"] = [
        {"ip_address": {"address": one}} for one in ("2001:db9::7", "10.0.0.1", "fd00::7")
    ]
    with recorded("onapp") as (cloud, _replies):
        node = cloud._driver._to_node(entry)

    assert node.public_ips == ["2001:db9::7"]
    assert node.private_ips == ["10.0.0.1", "fd00::7"]


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "172.15.255.255", "172.16.0.1", "192.168.1.1", "192.169.0.1", "8.8.8.8"]
)
def test_addresses_of_ipv4_are_judged_as_by_libcloud(address):
    assert is_private(address) is is_private_subnet(address)


def test_an_address_that_a_driver_cannot_read_is_no_failure_of_the_network(monkeypatch):
    with recorded("vultr") as (cloud, _replies):
        monkeypatch.setattr(cloud._driver, "list_nodes", lambda: socket.inet_aton("2001:db8::7"))
        with pytest.raises(ProviderError) as caught:
            cloud.read("virtual_machines")

    assert caught.value.code is ProviderErrorCode.PROVIDER_ERROR
    assert "unexpected form" in caught.value.message
