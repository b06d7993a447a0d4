"""The ports that rules open to the world, compared with a count of every port and address."""

from ipaddress import ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from inventory.records.open_ports import open_ports_of
from inventory.records.security_group import EGRESS, INGRESS, RuleRecord

EVERYBODY = "0.0.0.0/0"
LOW, HIGH = "0.0.0.0/1", "128.0.0.0/1"


@pytest.mark.parametrize(
    ("rules", "ports"),
    [
        ([(EVERYBODY, "tcp", 22, 22)], ("tcp/22",)),
        ([("::/0", "udp", 1, 9)], ("udp/1-9",)),
        ([(LOW, "tcp", 22, 22), (HIGH, "tcp", 22, 22)], ("tcp/22",)),
        ([(LOW, "tcp", 22, 22), (HIGH, "tcp", 23, 23)], ()),
        ([(LOW, "tcp", 22, 22), (HIGH, "tcp", 20, 30)], ("tcp/22",)),
        ([(LOW, "all", None, None), (HIGH, "tcp", 22, 22)], ("tcp/22",)),
        ([(LOW, "all", None, None), (HIGH, "all", None, None)], ("all",)),
        ([(LOW, "all", None, None), (HIGH, "47", None, None)], ("47",)),
        ([(LOW, "all", None, None), (HIGH, "icmp", 3, 4)], ("icmp/3-4",)),
        ([(LOW, "all", None, None), ("8000::/1", "tcp", 22, 22)], ()),
        ([(EVERYBODY, "all", None, None), (EVERYBODY, "tcp", 22, 22)], ("all",)),
        ([(EVERYBODY, "tcp", 80, 80), (EVERYBODY, "tcp", 81, 90)], ("tcp/80-90",)),
        ([(EVERYBODY, "tcp", 0, 99), (EVERYBODY, "tcp", 100, 65535)], ("tcp",)),
        ([(EVERYBODY, "icmp", 8, -1)], ("icmp/8",)),
        ([(EVERYBODY, "icmp", 3, 4)], ("icmp/3-4",)),
        ([(EVERYBODY, "icmp", None, None)], ("icmp",)),
        ([("10.0.0.0/8", "tcp", 22, 22)], ()),
        ([("nonsense", "tcp", 22, 22)], ()),
    ],
)
def test_open_to_the_world(rules, ports):
    records = [RuleRecord(INGRESS, *parts, cidr=cidr) for cidr, *parts in rules]

    assert open_ports_of(records) == ports


def test_connections_to_the_world_open_nothing():
    assert open_ports_of([RuleRecord(EGRESS, "all", cidr=EVERYBODY)]) == ()


LAST = 7
PORTS = range(LAST + 1)
QUARTERS = [f"{first}.0.0.0/2" for first in (0, 64, 128, 192)]
NETWORKS = [EVERYBODY, LOW, HIGH, *QUARTERS, "::/1", "8000::/1", "10.0.0.0/8"]


@some.composite
def rules(draw):
    protocol = draw(some.sampled_from(["tcp", "udp", "all"]))
    first, last = sorted(draw(some.tuples(*[some.sampled_from(PORTS)] * 2)))
    ports = (None, None) if protocol == "all" else (first, last)
    return RuleRecord(INGRESS, protocol, *ports, cidr=draw(some.sampled_from(NETWORKS)))


def is_open(found, protocol, port):
    """True if rules allow addresses in each quarter of IPv4, or in each half of IPv6."""
    networks = [
        ip_network(rule.cidr)
        for rule in found
        if rule.protocol == "all"
        or (rule.protocol == protocol and rule.from_port <= port <= rule.to_port)
    ]

    def covers(parts):
        return all(
            any(one.version == part.version and part.subnet_of(one) for one in networks)
            for part in map(ip_network, parts)
        )

    return covers(QUARTERS) or covers(["::/1", "8000::/1"])


def shown(words, protocol):
    if "all" in words or protocol in words:
        return set(PORTS)
    ranges = [word.partition("/")[2].partition("-") for word in words if word.startswith(protocol)]
    return {
        port for first, _dash, last in ranges for port in range(int(first), int(last or first) + 1)
    }


@settings(max_examples=300)
@given(some.lists(rules(), max_size=8))
def test_every_port_that_is_open_is_shown_and_no_other(found):
    words = open_ports_of(found)

    for protocol in ("tcp", "udp"):
        known = any(rule.protocol == protocol for rule in found)
        expected = {port for port in PORTS if is_open(found, protocol, port)}
        assert shown(words, protocol) == expected or not known
    assert ("all" in words) == all(is_open(found, "gre", port) for port in PORTS)
