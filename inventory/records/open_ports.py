"""Which ports the rules of a security group open to every address of the internet."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import NamedTuple

from inventory.records.security_group import (
    ANY_PROTOCOL,
    ICMP,
    INGRESS,
    LAST_CODE,
    LAST_PORT,
    RuleRecord,
)

Network = IPv4Network | IPv6Network
BEHIND = LAST_PORT + 1
CODES = LAST_CODE + 1  # of a type


class _Opening(NamedTuple):
    """The networks that may connect to the ports from ``first`` up to, and without, ``end``.

    A type and a code of ICMP are numbered as one port, ``type * CODES + code``: all of them are as
    many as there are ports.
    """

    protocol: str
    first: int
    end: int
    networks: Sequence[Network]


def open_ports_of(rules: Iterable[RuleRecord]) -> tuple[str, ...]:
    """The ports that anybody on the internet can reach, as ``tcp/22`` or ``udp/5000-5010``; of ICMP
    as ``icmp``, ``icmp/8`` for every code of a type, or ``icmp/3-4`` for a type and a code.

    ``all`` stands for every protocol. A port is open if the networks of all rules on it are
    together all addresses of IPv4, or all of IPv6. Neighbouring ports are one range. A rule with
    another group or a prefix list as its source counts for nothing.
    """
    openings = [
        _opening(rule) for rule in rules if rule.direction == INGRESS and rule.cidr is not None
    ]
    common = [one for one in openings if one.protocol == ANY_PROTOCOL]
    if _is_everybody(common):
        return (ANY_PROTOCOL,)
    found: list[str] = []
    for protocol in {one.protocol for one in openings} - {ANY_PROTOCOL}:
        own = [one for one in openings if one.protocol == protocol]
        for first, end in _open_ranges([*own, *common]):
            found.extend(_words(protocol, first, end))
    return tuple(sorted(found))


def _opening(rule: RuleRecord) -> _Opening:
    opening = partial(_Opening, rule.protocol, networks=_networks(rule.cidr or ""))
    first, last = rule.from_port, rule.to_port
    if first is None or first < 0:
        return opening(0, BEHIND)
    if rule.protocol in ICMP:
        is_every_code = last is None or last < 0
        start = first * CODES + (0 if is_every_code else last or 0)
        return opening(start, start + (CODES if is_every_code else 1))
    return opening(first, (first if last is None else last) + 1)


def _networks(cidr: str) -> list[Network]:
    try:
        return [ip_network(cidr, strict=False)]
    except ValueError:
        return []


def _open_ranges(openings: Sequence[_Opening]) -> Iterator[tuple[int, int]]:
    """The ranges that are open to everybody, as large as they are: first port, and the end."""
    if not _is_everybody(openings):  # of no port, then
        return
    bounds = sorted({bound for one in openings for bound in (one.first, one.end)})
    start: int | None = None
    for first, end in zip(bounds, [*bounds[1:], None], strict=True):
        here = [one for one in openings if one.first <= first < one.end]
        is_open = end is not None and _is_everybody(here)
        if is_open and start is None:
            start = first
        if not is_open and start is not None:
            yield start, first
            start = None


def _is_everybody(openings: Iterable[_Opening]) -> bool:
    """True if their networks are together all addresses of IPv4, or all of IPv6."""
    networks = [network for one in openings for network in one.networks]
    four = [one for one in networks if isinstance(one, IPv4Network)]
    six = [one for one in networks if isinstance(one, IPv6Network)]
    # The sum comes first: it is cheap, and decides for most groups.
    if _addresses(four) >= 2**32 and _has_all(collapse_addresses(four)):
        return True
    return _addresses(six) >= 2**128 and _has_all(collapse_addresses(six))


def _addresses(networks: Iterable[Network]) -> int:
    return sum(one.num_addresses for one in networks)


def _has_all(networks: Iterable[Network]) -> bool:
    return any(one.prefixlen == 0 for one in networks)


def _words(protocol: str, first: int, end: int) -> Iterator[str]:
    if (first, end) == (0, BEHIND):
        yield protocol
    elif protocol in ICMP:
        yield from _icmp_words(protocol, first, end)
    else:
        yield f"{protocol}/{first}" if end == first + 1 else f"{protocol}/{first}-{end - 1}"


def _icmp_words(protocol: str, first: int, end: int) -> Iterator[str]:
    while first < end:
        kind, code = divmod(first, CODES)
        if code == 0 and first + CODES <= end:
            yield f"{protocol}/{kind}"
            first += CODES
        else:
            yield f"{protocol}/{kind}-{code}"
            first += 1
