"""Neutron's rules of security groups, as ours and back.

"Security group rules" in docs.openstack.org/api-ref/network/v2. A rule of Neutron's is of one
version of IP, and without a source it is of every address of that version. A rule of ours with a
group as its source is of both versions, so it stands for two of Neutron's.
"""

from collections.abc import Iterator
from typing import Any

from inventory.providers.reading import Reading
from inventory.records.security_group import EGRESS, INGRESS, RuleRecord

IPV4, IPV6 = "IPv4", "IPv6"
EVERYBODY = {IPV4: "0.0.0.0/0", IPV6: "::/0"}
DIRECTIONS = {"ingress": INGRESS, "egress": EGRESS}
# "protocol" in "Create security group rule": names, and the numbers that they stand for.
NUMBERS = {
    "any": -1,
    "ah": 51,
    "dccp": 33,
    "egp": 8,
    "esp": 50,
    "gre": 47,
    "igmp": 2,
    "ipip": 4,
    "ipv6-encap": 41,
    "ipv6-frag": 44,
    "ipv6-icmp": 58,
    "ipv6-nonxt": 59,
    "ipv6-opts": 60,
    "ipv6-route": 43,
    "ospf": 89,
    "pgm": 113,
    "rsvp": 46,
    "sctp": 132,
    "udplite": 136,
    "vrrp": 112,
}
OWN_PORTS = {"33", "132", "136"}  # whose ports a rule of ours has no place for
VERSIONS = {"icmp": (IPV4,), "icmpv6": (IPV6,)}


def rule_of(found: Reading) -> RuleRecord | None:
    """None for a rule of which a part cannot be read, which is noted."""
    version, word = found.text("ethertype", required=True), found.text("direction", required=True)
    direction = DIRECTIONS.get((word or "").lower())
    protocol = (found.identifier("protocol", required=False) or "any").lower()
    ports = found.number("port_range_min"), found.number("port_range_max")
    group, addresses = found.text("remote_group_id"), found.text("remote_address_group_id")
    cidr = found.text("remote_ip_prefix")
    if direction is None or version not in EVERYBODY:
        found.note("direction and ethertype", "known words", f"{word} {version}")
        return None
    if cidr is None and group is None and addresses is None:
        cidr = EVERYBODY[version]
    number = str(NUMBERS.get(protocol, protocol))
    rule = RuleRecord(direction, number, *ports, cidr=cidr, group=group, prefix_list=addresses)
    if number in OWN_PORTS and ports != (None, None):
        found.add(f"The ports of a rule of the protocol {protocol} are not shown.")
    return rule.canonical()


def bodies_of(group_id: str, rule: RuleRecord) -> Iterator[dict[str, Any]]:
    """The rules to create: one of Neutron's, or one for each version of IP."""
    first, last = rule.from_port, rule.to_port
    for version in _versions(rule):
        source = {
            "remote_ip_prefix": rule.cidr,
            "remote_group_id": rule.group,
            "remote_address_group_id": rule.prefix_list,
        }
        given = {
            "security_group_id": group_id,
            "direction": rule.direction.lower(),
            "ethertype": version,
            "protocol": None if rule.protocol == "all" else rule.protocol,
            "port_range_min": first,
            "port_range_max": last if last is not None and last >= 0 else None,
            **source,
        }
        yield {name: value for name, value in given.items() if value is not None}


def _versions(rule: RuleRecord) -> tuple[str, ...]:
    if rule.cidr is not None:
        return (IPV6,) if ":" in rule.cidr else (IPV4,)
    return VERSIONS.get(rule.protocol, (IPV4, IPV6))
