"""Security groups and their rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import NamedTuple

from inventory.records.base import ObservedRecord, listed
from inventory.types import MeaningfulEnum

ANY_PROTOCOL = "all"
Network = IPv4Network | IPv6Network


class Direction(MeaningfulEnum):
    """Which connections a rule of a security group is about."""

    INGRESS = "INGRESS", "Connections to the machines of the group."
    EGRESS = "EGRESS", "Connections that the machines of the group open."


INGRESS, EGRESS = Direction.INGRESS.value, Direction.EGRESS.value


class SecurityGroupState(MeaningfulEnum):
    """Whether a security group is there. Clouds report no other states of groups."""

    AVAILABLE = "AVAILABLE", "It can be used."
    DELETED = "DELETED", "It was deleted through the gateway."
    MISSING = "MISSING", "Its cloud lists it no more, though nobody deleted it through here."
    UNKNOWN = "UNKNOWN", "It could not be read."


class RuleRecord(NamedTuple):
    """What a security group lets through.

    ``protocol``: tcp, udp, icmp, icmpv6, all, or a protocol's number. Ports are None for all of
    them, and for protocols without ports. Exactly one of ``cidr``, ``group`` (another group's id)
    and ``prefix_list`` says whence, or for egress where to.
    """

    direction: str
    protocol: str
    from_port: int | None = None
    to_port: int | None = None
    cidr: str | None = None
    group: str | None = None
    prefix_list: str | None = None


@listed("security_groups")
@dataclass(frozen=True, slots=True)
class SecurityGroupRecord(ObservedRecord):
    """``network_id``: of the cloud's network that it belongs to. ``open_ports``, of ``rules``: see
    ``open_ports_of``.
    """

    state: SecurityGroupState = SecurityGroupState.AVAILABLE
    raw_state: str = "available"
    description: str | None = None
    network_id: str | None = None
    rules: tuple[RuleRecord, ...] = ()
    open_to_world: bool | None = None
    open_ports: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NewSecurityGroup:
    """An order for a group without rules of its own. ``network_id``: None for the default one."""

    name: str
    description: str
    client_token: str
    network_id: str | None = None
    tags: tuple[tuple[str, str], ...] = ()


def open_ports_of(rules: Iterable[RuleRecord]) -> tuple[str, ...]:
    """The ports that anybody on the internet can reach, as ``tcp/22`` or ``udp/5000-5010``.

    ``all`` stands for every protocol. Several networks that are all addresses together count as
    all of them. A rule with another group or a prefix list as its source counts for nothing.
    """
    sources: dict[tuple[str, int | None, int | None], list[Network]] = {}
    for rule in rules:
        if rule.direction == INGRESS and rule.cidr is not None:
            key = rule.protocol, rule.from_port, rule.to_port
            sources.setdefault(key, []).extend(_networks(rule.cidr))
    return tuple(sorted(_ports(*key) for key, found in sources.items() if _is_everybody(found)))


def _networks(cidr: str) -> list[Network]:
    try:
        return [ip_network(cidr, strict=False)]
    except ValueError:
        return []


def _is_everybody(networks: Sequence[Network]) -> bool:
    """Whether they are together all addresses of IPv4, or all of IPv6."""
    four = [one for one in networks if isinstance(one, IPv4Network)]
    six = [one for one in networks if isinstance(one, IPv6Network)]
    is_all_of_four = any(one.prefixlen == 0 for one in collapse_addresses(four))
    return is_all_of_four or any(one.prefixlen == 0 for one in collapse_addresses(six))


def _ports(protocol: str, first: int | None, last: int | None) -> str:
    if first is None:
        return protocol
    return f"{protocol}/{first}" if last in {None, first} else f"{protocol}/{first}-{last}"
