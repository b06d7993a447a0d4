"""The rules of security groups as people give them: checked, and compared as clouds compare."""

import re
from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

from gateway.core.errors import InvalidInput, NotFound
from gateway.core.ids import split_id
from inventory.records.security_group import (
    ANY_PROTOCOL,
    EVERY,
    ICMP,
    LAST_CODE,
    LAST_PORT,
    LAST_PROTOCOL,
    PROTOCOLS,
    WITH_PORTS,
    Direction,
    RuleRecord,
)
from inventory.selectors.ids import parse_cloud_id

NUMBER = re.compile(r"0|[1-9][0-9]{0,2}")


def checked_rule(row: Any, given: Mapping[str, Any]) -> RuleRecord:
    """The rule for the group of ``row``. Raises InvalidInput for one that no cloud takes."""
    protocol = _protocol(given.get("protocol"))
    first, last = _ports(protocol, given.get("from_port"), given.get("to_port"))
    sources = [name for name in ("cidr", "group", "prefix_list") if given.get(name)]
    if len(sources) != 1:
        raise InvalidInput("Give one of cidr, group and prefixList.", field="cidr")
    direction = given.get("direction") or Direction.INGRESS
    rule = RuleRecord(
        str(getattr(direction, "value", direction)),
        protocol,
        first,
        last,
        cidr=_cidr(given["cidr"], protocol) if "cidr" in sources else None,
        group=_group(row, given["group"]) if "group" in sources else None,
        prefix_list=given["prefix_list"].strip() if "prefix_list" in sources else None,
    )
    return rule.canonical()


def rules_of(record: Any) -> list[RuleRecord]:
    """Those of a record, or of a row, in their one form."""
    return [RuleRecord(*rule).canonical() for rule in record.rules]


def _protocol(word: str | None) -> str:
    protocol = (word or "tcp").strip().lower()
    names = (*WITH_PORTS, *ICMP, ANY_PROTOCOL)
    if protocol == str(EVERY):
        return ANY_PROTOCOL
    if protocol in names:
        return protocol
    is_number = bool(NUMBER.fullmatch(protocol)) and int(protocol) <= LAST_PROTOCOL
    if not is_number:
        message = f"A protocol is one of {', '.join(names)}, or a number up to {LAST_PROTOCOL}."
        raise InvalidInput(message, field="protocol")
    return PROTOCOLS.get(int(protocol), protocol)


def _ports(protocol: str, first: int | None, last: int | None) -> tuple[int | None, int | None]:
    if first is None and last is None:
        return None, None
    if protocol in ICMP:
        return _type_and_code(first, last)
    if protocol not in WITH_PORTS:
        raise InvalidInput(f"The protocol {protocol} has no ports.", field="fromPort")
    first = last if first is None else first
    last = first if last is None else last
    if first is None or last is None or not 0 <= first <= last <= LAST_PORT:
        message = f"Ports are between 0 and {LAST_PORT}, and fromPort is not above toPort."
        raise InvalidInput(message, field="fromPort")
    return first, last


def _type_and_code(kind: int | None, code: int | None) -> tuple[int, int]:
    """Of ICMP: "If the start port is -1 (all ICMP types), then the end port must be -1 (all ICMP
    codes)", https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html.
    """
    kind, code = EVERY if kind is None else kind, EVERY if code is None else code
    if not EVERY <= kind <= LAST_CODE:
        message = f"The type of ICMP is between 0 and {LAST_CODE}, or {EVERY} for all of them."
        raise InvalidInput(message, field="fromPort")
    if not EVERY <= code <= LAST_CODE or (kind == EVERY and code != EVERY):
        message = (
            f"The code of ICMP is between 0 and {LAST_CODE}, or {EVERY} for all of them, as it "
            "must be where the type is."
        )
        raise InvalidInput(message, field="toPort")
    return kind, code


def _cidr(text: str, protocol: str) -> str:
    """The network in its usual spelling. A mask in place of the length is no CIDR notation
    (RFC 4632, section 3.1), and a zone of IPv6 means nothing outside of one host (RFC 4007).
    """
    address, _slash, length = text.strip().partition("/")
    is_plain = "%" not in address and NUMBER.fullmatch(length) is not None
    try:
        network = ip_network(f"{address}/{length}" if is_plain else "")
    except ValueError:
        message = (
            f"{text[:60]!r} is no network in CIDR notation, as 203.0.113.0/24, 203.0.113.7/32 or "
            "2001:db8::/32; its address must be the first one of the network."
        )
        raise InvalidInput(message, field="cidr") from None
    versions = {"icmp": 4, "icmpv6": 6}
    if network.version != versions.get(protocol, network.version):
        message = f"{protocol} does not go with a network of IPv{network.version}."
        raise InvalidInput(message, field="cidr")
    return str(network)


def _group(row: Any, value: str) -> str:
    """The cloud's own id of another group, which may be named by its global id."""
    parts = split_id(value)
    if parts is None or parts[0] != "SecurityGroup":
        return value.strip()
    cloud_id = parse_cloud_id(parts[1])
    here = (str(row.provider.public_id), row.region)
    if cloud_id is None or (cloud_id.provider, cloud_id.region) != here:
        message = "The other group must be at the same provider and in the same region."
        raise InvalidInput(message, field="group")
    own = cloud_id.external_id
    if not type(row).objects.filter(source_id=row.source_id, external_id=own).exists():
        raise NotFound("There is no security group with this id.", field="group")
    return own
