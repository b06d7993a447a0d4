"""The addresses that may be connected to."""

import ipaddress
import socket

import pytest
from django.core.exceptions import ImproperlyConfigured

from gateway.core.http.egress import (
    METADATA,
    EgressRefused,
    allowed_addresses,
    check_entries,
    check_literal,
    check_local,
)

INSIDE = {
    "127.0.0.1": "loopback",
    "127.8.8.8": "loopback",
    "::1": "loopback",
    "0.0.0.0": "private",  # noqa: S104 - to be refused
    "::": "private",
    "10.1.2.3": "private",
    "172.16.0.1": "private",
    "192.168.1.1": "private",
    "fd12:3456::1": "private",
    "169.254.1.1": "link-local",
    "fe80::1": "link-local",
    "100.64.0.1": "reserved",
    "224.0.0.1": "multicast",
    "240.0.0.1": "private",
    "169.254.169.254": "metadata",
    "168.63.129.16": "metadata",
    "fd00:ec2::254": "metadata",
    "::ffff:127.0.0.1": "loopback",
    "::ffff:169.254.169.254": "metadata",
    "64:ff9b::7f00:1": "loopback",
    "2002:7f00:1::": "loopback",
    "::7f00:1": "loopback",
}


# IANA's registries of special-purpose addresses (RFC 6890, iana-ipv4-special-registry and
# iana-ipv6-special-registry), line by line, with multicast, site-local and what is not handed out.
NOT_REACHABLE = (  # noqa: SIM905 - shorter so
    "0.0.0.0/8 0.0.0.0/32 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 "
    "192.0.0.0/24 192.0.0.0/29 192.0.0.8/32 192.0.0.170/32 192.0.0.171/32 192.0.2.0/24 "
    "192.88.99.0/24 192.88.99.2/32 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 "
    "240.0.0.0/4 255.255.255.255/32 224.0.0.0/4 ::1/128 ::/128 64:ff9b:1::/48 100::/64 "
    "100:0:0:1::/64 2001::/23 2001::/32 2001:2::/48 2001:10::/28 2001:db8::/32 3fff::/20 "
    "5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8 4000::/3 8000::/3 a000::/3 c000::/3 "
    "e000::/4 f000::/5 200::/7"
).split()
REACHABLE = (  # noqa: SIM905 - shorter so
    "192.0.0.9/32 192.0.0.10/32 192.31.196.0/24 192.52.193.0/24 192.175.48.0/24 2001:1::1/128 "
    "2001:1::2/128 2001:1::3/128 2001:3::/32 2001:4:112::/48 2001:20::/28 2001:30::/28 "
    "2620:4f:8000::/48 8.8.8.0/24 2606:4700::/32 2002:808::/32 64:ff9b::808:0/112"
).split()


def first_and_last(text):
    network = ipaddress.ip_network(text)
    return [str(network[0]), str(network[-1])]


@pytest.fixture(autouse=True)
def _nothing_is_listed(settings):
    settings.EGRESS_ALLOW = []


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_public_is_refused(address):
    with pytest.raises(EgressRefused, match=f"{INSIDE[address]} address.*EGRESS_ALLOW"):
        check_literal(address, 80)
    with pytest.raises(EgressRefused, match=INSIDE[address]):
        allowed_addresses(address, 80)


@pytest.mark.parametrize("network", NOT_REACHABLE)
def test_no_line_of_the_registries_that_is_not_reachable_is_connected_to(network):
    for address in first_and_last(network):
        with pytest.raises(EgressRefused):
            check_literal(address, 80)


@pytest.mark.parametrize("network", REACHABLE)
def test_the_lines_of_the_registries_that_are_reachable_are_connected_to(network):
    for address in first_and_last(network):
        check_literal(address, 80)


@pytest.mark.parametrize("spelling", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1"])
def test_another_spelling_of_loopback_is_refused(spelling):
    with pytest.raises(EgressRefused, match="loopback"):
        allowed_addresses(spelling, 80)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_what_is_public_is_allowed(address):
    assert allowed_addresses(address, 443) == [address]


@pytest.mark.parametrize(
    ("entry", "host", "port"),
    [
        ("10.0.0.0/8", "10.200.3.4", 80),
        ("10.1.2.3", "10.1.2.3", 8774),
        ("127.0.0.1:5000", "127.0.0.1", 5000),
        ("[::1]:5000", "::1", 5000),
        ("fd00::/8", "fd12::1", 443),
        ("localhost", "localhost", 80),
        ("localhost:81", "localhost", 81),
        ("169.254.169.254", "169.254.169.254", 80),
    ],
)
def test_what_is_listed_is_allowed(settings, entry, host, port):
    settings.EGRESS_ALLOW = [entry]

    assert allowed_addresses(host, port)


@pytest.mark.parametrize(
    ("entry", "host", "port"),
    [
        ("10.0.0.0/8", "11.0.0.1", 80),
        ("127.0.0.1:5000", "127.0.0.1", 6379),
        ("localhost:81", "localhost", 80),
        ("0.0.0.0/0", "169.254.169.254", 80),
        ("169.254.0.0/16", "169.254.169.254", 80),
        ("fd00::/8", "fd00:ec2::254", 80),
    ],
)
def test_an_entry_covers_no_more_than_it_says(settings, entry, host, port):
    settings.EGRESS_ALLOW = [entry]

    if host == "11.0.0.1":
        assert allowed_addresses(host, port) == [host]  # public
    else:
        with pytest.raises(EgressRefused):
            allowed_addresses(host, port)


# Cloud: addresses of its metadata, apart from those of AWS.
ADDRESSES_OF_METADATA = {
    "openstack": ["169.254.169.254", "fe80::a9fe:a9fe"],
    "google": ["169.254.169.254", "fd20:ce::254"],
    "azure": ["169.254.169.254", "168.63.129.16"],
    "alibaba": ["100.100.100.200", "fd00:100::100:200"],
    "oracle": ["169.254.169.254", "192.0.0.192", "fd00:c1::a9fe:a9fe"],
    "scaleway": ["169.254.42.42", "fd00:42::42"],
    "tencent": ["169.254.0.23"],
}


@pytest.mark.parametrize("cloud", ADDRESSES_OF_METADATA)
def test_the_metadata_of_every_cloud_is_covered_by_no_network(settings, cloud):
    for text in ADDRESSES_OF_METADATA[cloud]:
        width = ipaddress.ip_address(text).max_prefixlen
        settings.EGRESS_ALLOW = [
            str(ipaddress.ip_network(f"{text}/{width - bits}", strict=False))
            for bits in (1, 16, width)
        ]
        for spelling in spellings(text):
            with pytest.raises(EgressRefused, match="metadata"):
                check_literal(spelling, 80)

        settings.EGRESS_ALLOW = [text]
        check_literal(text, 80)


def spellings(text):
    if ":" in text:
        return [text, f"{text}%eth0"] if text.startswith("fe80") else [text]
    return [text, f"::ffff:{text}", str(ipaddress.IPv6Address(f"64:ff9b::{text}"))]


def test_every_address_of_metadata_is_of_a_cloud_that_is_named():
    named = {text for texts in ADDRESSES_OF_METADATA.values() for text in texts}
    of_aws = {"169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23"}

    assert {str(address) for address in METADATA} == named | of_aws


# 8.8.8.8 behind prefixes of /96, /64, /56 and /48 in the range for local use (RFC 6052, 2.2).
@pytest.mark.parametrize(
    "address",
    [
        "64:ff9b:1::808:808",
        "64:ff9b:1::8:808:800:0",
        "64:ff9b:1:8:8:808::",
        "64:ff9b:1:808:8:800::",
    ],
)
def test_nat64_of_local_use_is_refused_as_a_whole(settings, address):
    with pytest.raises(EgressRefused, match="does not connect"):
        check_literal(address, 80)

    settings.EGRESS_ALLOW = ["8.8.8.8", "0.0.0.0/0"]
    with pytest.raises(EgressRefused):
        check_literal(address, 80)


def test_of_a_names_addresses_only_the_public_ones_are_left(monkeypatch):
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))
        for address in ("10.0.0.1", "93.184.215.14", "127.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    assert allowed_addresses("cloud.example", 80) == ["93.184.215.14"]


def test_a_name_that_cannot_be_one():
    with pytest.raises(EgressRefused, match="cannot be the name"):
        allowed_addresses("a" * 64 + ".example", 80)


def test_what_is_on_this_machine_must_be_listed_letter_by_letter(settings):
    settings.EGRESS_ALLOW = ["qemu:///system", "/var/run/docker.sock"]

    check_local("qemu:///system")
    with pytest.raises(EgressRefused, match="own machine"):
        check_local("qemu:///session")


@pytest.mark.parametrize("entry", ["10.0.0.0/99", "127.0.0.1:0", "127.0.0.1:x", "a b", ""])
def test_an_entry_that_means_nothing_stops_the_start(entry):
    with pytest.raises(ImproperlyConfigured, match="EGRESS_ALLOW"):
        check_entries([entry])
