"""Which addresses of a machine the internet can reach: the one place that decides, for every kind.

A cloud often names the sort of an address: external, floating, private. Its word counts, because
many clouds use public ranges inside, and floating addresses of private clouds are from private
ranges. An address that is named by nothing is judged by its range. Some ranges are never public,
whatever a cloud says: those that no router forwards, the shared ones of RFC 6598, and the unique
local ones of IPv6.
"""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_interface, ip_network

MOST_KNOWN = 1 << 16
SHARED = ip_network("100.64.0.0/10")  # RFC 6598: between a provider and its customers
UNIQUE_LOCAL = ip_network("fc00::/7")  # RFC 4193
# RFC 9637: documentation. Not in the table of every Python that this runs on.
DOCUMENTATION = ip_network("3fff::/20")

Address = IPv4Address | IPv6Address


def addresses_of(
    *,
    public: Iterable[object] = (),
    private: Iterable[object] = (),
    unnamed: Iterable[object] = (),
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The public ones and the private ones, each once, in the order given.

    ``public`` and ``private``: the cloud says which they are. ``unnamed``: it does not. An entry
    that is no text is left out, and so is an unnamed one that is no address. A network of a single
    address, such as 10.0.0.5/32, is that address.
    """
    found: dict[str, bool] = {}
    for one in _texts(public):
        found.setdefault(one, not _is_never_public(one))
    for one in _texts(private):
        found.setdefault(one, False)
    for one in _texts(unnamed):
        is_public = is_public_address(one)
        if is_public is not None:
            found.setdefault(one, is_public)
    return (
        tuple(one for one, is_public in found.items() if is_public),
        tuple(one for one, is_public in found.items() if not is_public),
    )


def is_public_address(text: str) -> bool | None:
    """Whether the internet can reach the address, or network; None: it is none."""
    address = _parsed(text)
    if address is None:
        return None
    return address.is_global and not _is_never_public(text) and address not in DOCUMENTATION


def _texts(values: Iterable[object]) -> Iterable[str]:
    for value in values:
        if isinstance(value, str) and value.strip():
            yield _without_full_prefix(value.strip())


def _without_full_prefix(text: str) -> str:
    address, slash, length = text.partition("/")
    full = "128" if ":" in address else "32"
    return address if slash and length == full else text


@lru_cache(MOST_KNOWN)
def _is_never_public(text: str) -> bool:
    """By its range. False for what is no address: a name may be public."""
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


@lru_cache(MOST_KNOWN)
def _parsed(text: str) -> Address | None:
    """The address that decides: of a mapped or 6to4 address, the IPv4 address inside of it."""
    try:
        address = ip_interface(text).ip if "/" in text else ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address.sixtofour or address
    return address
