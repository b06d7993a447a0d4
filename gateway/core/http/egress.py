"""The addresses that the gateway may connect to for a user: the internet, and the listed ones.

Users type the addresses of their clouds. Without a rule, a user could make the gateway probe its
own internal network. So an address that is not public - loopback, link-local, private, shared,
multicast, reserved - is refused unless ``settings.EGRESS_ALLOW`` lists it. Entries:

- ``10.0.0.0/8``, ``192.0.2.7``, ``fd00::/8``: a network or an address, on every port
- ``127.0.0.1:5000``, ``[::1]:5000``: an address, on one port
- ``cloud.example.org``, ``cloud.example.org:5000``: a name, wherever it leads
- ``qemu:///system``, ``/var/run/docker.sock``: a local connection without a network, literally

A name is resolved once, and the connection goes to an address that was checked: a later change of
the name has no effect. The metadata addresses, at which clouds give a machine its keys, are allowed
only by an entry of their own, not by a network that contains them.
"""

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from gateway.core.http.lookups import lookups

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Metadata services and their like, from the documentation of AWS, Google, Azure, OpenStack,
# DigitalOcean (169.254.169.254), AWS's containers (.170.2, .170.23), Azure (168.63.129.16, which
# looks public), Alibaba (100.100.100.200), Oracle (192.0.0.192), AWS by IPv6 (fd00:ec2::), and:
# - OpenStack: https://docs.openstack.org/nova/latest/admin/metadata-service.html
# - Scaleway: https://www.scaleway.com/en/developers/api/instance/user-data
# - Tencent: https://github.com/DataDog/datadog-agent, pkg/util/cloudproviders/tencent/tencent.go
# - Google by IPv6: https://github.com/GoogleCloudPlatform/k8s-config-connector, its tests of
#   GCE_METADATA_HOST
# - Oracle by IPv6: https://github.com/canonical/cloud-init/issues/6849
# - Alibaba by IPv6: https://github.com/canonical/cloud-init/issues/6892
METADATA = frozenset(
    ipaddress.ip_address(text)
    for text in (
        "169.254.169.254",
        "169.254.170.2",
        "169.254.170.23",
        "168.63.129.16",
        "100.100.100.200",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fe80::a9fe:a9fe",
        "169.254.42.42",
        "fd00:42::42",
        "169.254.0.23",
        "fd20:ce::254",
        "fd00:c1::a9fe:a9fe",
        "fd00:100::100:200",
    )
)
# IPv6 addresses that carry one of IPv4 in their last 32 bits: RFC 6052, RFC 4291. Not those of
# 64:ff9b:1::/48 (RFC 8215): a network chooses the length of its prefix in it, and so the place of
# the IPv4 address (RFC 6052, 2.2). All of it is refused, as it is not in 2000::/3.
CARRIERS = tuple(ipaddress.IPv6Network(text) for text in ("64:ff9b::/96", "::/96"))
# Networks of IANA's registries of special-purpose addresses that not every version of Python knows:
# the relays of 6to4 (RFC 7526), site-local (RFC 3879), the dummy prefix (RFC 9780), protocol
# assignments (RFC 2928), documentation (RFC 9637), segment routing (RFC 9602).
NOT_PUBLIC = tuple(
    ipaddress.ip_network(text)
    for text in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "100::/64",
        "100:0:0:1::/64",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
)
# The parts of these networks that the registries call globally reachable.
PUBLIC = tuple(
    ipaddress.ip_network(text)
    for text in (
        "192.0.0.9/32",
        "192.0.0.10/32",
        "2001:1::1/128",
        "2001:1::2/128",
        "2001:1::3/128",
        "2001:3::/32",
        "2001:4:112::/48",
        "2001:20::/28",
        "2001:30::/28",
    )
)
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")  # all that IANA hands out of IPv6, RFC 4291
LOOKUP_SECONDS = 30.0
HOW = "An operator can allow it in EGRESS_ALLOW."


class EgressRefused(Exception):
    """The gateway must not connect there. The message is for the user."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the list: a network, or a name; ``port`` None: every port."""

    target: Network | str
    port: int | None

    def covers(self, address: Address, port: int | None) -> bool:
        if isinstance(self.target, str) or self.port not in (None, port):
            return False
        if address in METADATA and self.target.num_addresses > 1:
            return False
        return address in self.target

    def names(self, host: str, port: int | None) -> bool:
        return self.target == host and self.port in (None, port)


def allowed_addresses(
    host: str, port: int, *, seconds: float = LOOKUP_SECONDS, listed_only: bool = False
) -> list[str]:
    """The addresses of ``host`` that may be connected to, at least one.

    ``listed_only``: only those that EGRESS_ALLOW lists. Raises EgressRefused, socket.gaierror for a
    name without an address, or TimeoutError if the look-up takes longer than ``seconds``.
    """
    try:
        found = lookups.addresses_of(host, port, seconds=seconds)
    except UnicodeError:
        raise EgressRefused(f"{host!r} cannot be the name of a host.") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    problems = {one: _problem(host, one, port, listed_only=listed_only) for one in addresses}
    allowed = [address for address, problem in problems.items() if not problem]
    if not allowed:
        raise EgressRefused(problems[addresses[0]])
    return allowed


def check_literal(host: str, port: int | None) -> None:
    """Raises EgressRefused when ``host`` is an address, and none to connect to; names pass."""
    address = _literal(host)
    if address and (problem := _problem(host, address, port)):
        raise EgressRefused(problem)


def _literal(host: str) -> str:
    """The address that ``host`` spells, as 0x7f000001 spells one too; empty for a name."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))  # the spellings that resolvers take
    except (OSError, UnicodeError):
        return ""


def check_local(name: str) -> None:
    """Raises EgressRefused unless ``name``, which leads to this machine itself, is listed."""
    if name not in settings.EGRESS_ALLOW:
        raise EgressRefused(f"{name} is on the gateway's own machine. {HOW}")


def check_entries(entries: Iterable[str]) -> None:
    """Raises ImproperlyConfigured for an entry that means nothing."""
    _parsed(tuple(entries))


def _problem(host: str, text: str, port: int | None, *, listed_only: bool = False) -> str:
    """Why ``text``, an address of ``host``, must not be connected to; empty when it may."""
    address = _innermost(ipaddress.ip_address(text.partition("%")[0]))
    entries = _parsed(tuple(settings.EGRESS_ALLOW))
    if any(entry.covers(address, port) or entry.names(host, port) for entry in entries):
        return ""
    kind = _kind_of(address)
    if not kind and listed_only:
        return f"{host} is not reached without encryption: use https. {HOW}"
    if not kind:
        return ""
    return f"{host} leads to {kind} address, where the gateway does not connect to. {HOW}"


def _kind_of(address: Address) -> str:
    """The reason why an address is not public; empty if it is public."""
    if address in METADATA:
        return "a cloud's metadata"
    kinds = {
        "a loopback": address.is_loopback,
        "a link-local": address.is_link_local,
        "a multicast": address.is_multicast,
    }
    if not any(kinds.values()) and any(address in network for network in PUBLIC):
        return ""
    kinds |= {"a private": address.is_private, "a reserved": not _is_public(address)}
    return next((kind for kind, holds in kinds.items() if holds), "")


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address not in GLOBAL_UNICAST:
        return False
    is_special = address.is_reserved or any(address in network for network in NOT_PUBLIC)
    return address.is_global and not is_special


def _innermost(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, or itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if inner := address.ipv4_mapped or address.sixtofour:
        return inner
    is_special = address.is_loopback or address.is_unspecified
    if not is_special and any(address in carrier for carrier in CARRIERS):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


@lru_cache(maxsize=8)
def _parsed(entries: tuple[str, ...]) -> tuple[Entry, ...]:
    return tuple(_entry(text) for text in entries if "://" not in text and text[:1] != "/")


def _entry(text: str) -> Entry:
    if network := _network(text):
        return Entry(network, None)
    host, colon, port = text.rpartition(":")
    if not colon:
        host, port = text, ""
    if (colon and not (port.isdigit() and 0 < int(port) < 1 << 16)) or not _is_name(host):
        raise ImproperlyConfigured(
            f"EGRESS_ALLOW: {text!r} is no address, network or name, with or without :port."
        )
    return Entry(_network(host.strip("[]")) or host, int(port) if port else None)


def _network(text: str) -> Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _is_name(text: str) -> bool:
    return bool(text) and all(letter.isalnum() or letter in ".-_:[]" for letter in text)
