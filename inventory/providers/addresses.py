"""Decides which addresses of a machine the internet can reach, in one place for every kind.

A cloud often names the sort of an address: external, floating, private. Its word counts, because
many clouds use public ranges inside, and floating addresses of private clouds are from private
ranges. An address that is named by nothing is judged by its range. Some ranges are never public,
whatever a cloud says: those that no router forwards, the shared ones of RFC 6598, and the unique
local ones of IPv6.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_interface, ip_network
from typing import TypeGuard, TypeVar

MOST_KNOWN = 1 << 16
LONGEST_KNOWN = 100  # characters; a cloud may give longer texts for addresses
SHARED = ip_network("100.64.0.0/10")  # RFC 6598: between a provider and its customers
UNIQUE_LOCAL = ip_network("fc00::/7")  # RFC 4193
# RFC 9637: documentation. Not in the table of every Python that this runs on.
DOCUMENTATION = ip_network("3fff::/20")

Address = IPv4Address | IPv6Address
T = TypeVar("T")


def _known(judge: Callable[[str], T]) -> Callable[[str], T]:
    """``judge``, which keeps what it found of the latest texts of usual length."""
    kept = lru_cache(MOST_KNOWN)(judge)

    @wraps(judge)
    def known(text: str) -> T:
        return kept(text) if len(text) <= LONGEST_KNOWN else judge(text)

    return known


def addresses_of(
    *,
    public: Iterable[object] = (),
    private: Iterable[object] = (),
    unnamed: Iterable[object] = (),
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The public ones and the private ones, each once, in the order given.

    ``public`` and ``private``: the cloud says which they are. ``unnamed``: it does not. An entry
    that is no text is left out, and so is an unnamed one that is no address. Each is in its
    canonical form.
    """
    reachable: dict[str, None] = {}
    inside: dict[str, None] = {}
    for one in filter(_is_text, public):
        text = canonical_address(one)
        (inside if _is_never_public(text) else reachable)[text] = None
    for one in filter(_is_text, private):
        if (text := canonical_address(one)) not in reachable:
            inside[text] = None
    for one in filter(_is_text, unnamed):
        text = canonical_address(one)
        is_public = None if text in reachable or text in inside else is_public_address(text)
        if is_public is not None:
            (reachable if is_public else inside)[text] = None
    return tuple(reachable), tuple(inside)


@_known
def is_public_address(text: str) -> bool | None:
    """True if the internet can reach the address or network; None if ``text`` is neither."""
    address = _parsed(text)
    if address is None:
        return None
    return address.is_global and not _is_never_public(text) and address not in DOCUMENTATION


@_known
def canonical_address(text: str) -> str:
    """The one spelling of an address: RFC 5952 for IPv6. Other texts as they are, stripped.

    A network of a single address, such as 10.0.0.5/32, is that address.
    """
    text = text.strip()
    given, slash, length = text.partition("/")
    try:
        address = ip_address(given)
    except ValueError:
        return text
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        shown = f"::ffff:{address.ipv4_mapped}"  # Python spells it so from 3.13 on
    else:
        shown = str(address)
    return shown if length == str(address.max_prefixlen) else f"{shown}{slash}{length}"


def is_address(text: str) -> bool:
    """True if the canonical form is one address, not a network or a name."""
    try:
        ip_address(canonical_address(text))
    except ValueError:
        return False
    return True


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and value != "" and not value.isspace()


@_known
def _is_never_public(text: str) -> bool:
    """True if the address's range is never public. False for a text that is no address."""
    address = _parsed(text)
    if address is None:
        return False
    if isinstance(address, IPv6Address):
        return _is_local(address) or address.is_site_local or address in UNIQUE_LOCAL
    return _is_local(address) or address in SHARED


def _is_local(address: Address) -> bool:
    return (
        address.is_link_local
        or address.is_loopback
        or address.is_unspecified
        or address.is_multicast
    )


def _parsed(text: str) -> Address | None:
    """The address that decides: of a mapped or 6to4 address, the IPv4 address inside of it."""
    try:
        address = ip_interface(text).ip if "/" in text else ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address.sixtofour or address
    return address
