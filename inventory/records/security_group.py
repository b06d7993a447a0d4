"""Security groups and their rules."""

from dataclasses import dataclass
from ipaddress import ip_network
from typing import NamedTuple

from inventory.records.base import ObservedRecord, listed
from inventory.records.state_change import StateChange
from inventory.types import MeaningfulEnum

ANY_PROTOCOL = "all"
WITH_PORTS = ("tcp", "udp")
ICMP = ("icmp", "icmpv6")  # in place of ports, a type and a code
LAST_PORT, LAST_PROTOCOL, LAST_CODE = 65535, 255, 255
EVERY = -1  # EC2's number of all protocols, and of all types or codes of ICMP
# https://www.iana.org/assignments/protocol-numbers
PROTOCOLS = {EVERY: ANY_PROTOCOL, 1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6"}


class Direction(MeaningfulEnum):
    """The direction of the connections that a rule of a security group is about."""

    INGRESS = "INGRESS", "Connections to the machines of the group."
    EGRESS = "EGRESS", "Connections that the machines of the group open."


INGRESS, EGRESS = Direction.INGRESS.value, Direction.EGRESS.value


class SecurityGroupState(MeaningfulEnum):
    """The state of a security group: clouds report only that it exists."""

    AVAILABLE = "AVAILABLE", "It can be used."
    DELETED = "DELETED", "It was deleted through the gateway."
    MISSING = (
        "MISSING",
        "Its cloud no longer lists it, and this gateway did not delete it.",
    )
    UNKNOWN = "UNKNOWN", "It could not be read."


class RuleRecord(NamedTuple):
    """The traffic that a group lets through. Rules are compared in the form of ``canonical``.

    ``protocol``: tcp, udp, icmp, icmpv6, all, or a protocol's number. Ports are None for all of
    them, and for protocols without ports; of ICMP they are a type and a code, -1 for every code.
    Exactly one of ``cidr``, ``group`` (another group's id) and ``prefix_list`` is the other end:
    the origin, or for egress the destination.
    """

    direction: str
    protocol: str
    from_port: int | None = None
    to_port: int | None = None
    cidr: str | None = None
    group: str | None = None
    prefix_list: str | None = None

    def canonical(self) -> "RuleRecord":
        """The one form of all rules that say the same.

        "A protocol number other than tcp, udp, icmp, or icmpv6 allows traffic on all ports,
        regardless of any port range", -1 is every type of ICMP, and EC2 makes networks canonical:
        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html and
        https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html.
        """
        protocol = _protocol(self.protocol)
        first, last = _ports(protocol, self.from_port, self.to_port)
        cidr = None if self.cidr is None else _cidr(self.cidr)
        return self._replace(protocol=protocol, from_port=first, to_port=last, cidr=cidr)


def _protocol(word: str) -> str:
    try:
        number = int(word)
    except ValueError:
        return word.lower()
    return PROTOCOLS.get(number, str(number))


def _ports(protocol: str, first: int | None, last: int | None) -> tuple[int | None, int | None]:
    if protocol not in (*WITH_PORTS, *ICMP) or first is None or first == EVERY:
        return None, None
    if protocol in ICMP:
        return first, EVERY if last is None else last
    last = first if last is None else last
    return (None, None) if (first, last) == (0, LAST_PORT) else (first, last)


def _cidr(text: str) -> str:
    try:
        return str(ip_network(text, strict=False))
    except ValueError:
        return text


@listed(
    "security_groups",
    StateChange(
        verb="delete",
        label="Delete a security group",
        description="Delete a security group; one that is in use is refused by its cloud. "
        "The job succeeds when it is gone.",
        goal=SecurityGroupState.DELETED,
        done="deleted",
        ready=frozenset({SecurityGroupState.AVAILABLE, SecurityGroupState.UNKNOWN}),
        bulk="Delete security groups: a job with a child for each; one that is in use fails.",
    ),
)
@dataclass(frozen=True, slots=True)
class SecurityGroupRecord(ObservedRecord):
    """``network_id``: of the cloud's network that it belongs to. ``open_ports``, of ``rules``: see
    ``records.open_ports``.
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
