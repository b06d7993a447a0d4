"""The address of a client behind reverse proxies.

    client ──▶ proxy 2 ──▶ proxy 1 ──▶ we
               adds client  adds proxy 2     X-Forwarded-For: forged, client, proxy 2

Each proxy adds the address of its own client at the right end. With n trusted proxies, the client
is the n-th address from the right. The client sent all addresses to the left of it, which may be
forged.
"""

import ipaddress
from collections.abc import Mapping

IPV6_SUBSCRIBER_BITS = 64  # one subscriber has all addresses of such a network (RFC 6177)


def client_address(meta: Mapping[str, str], *, proxies: int) -> str:
    """The address behind a request whose WSGI environment is ``meta``; empty: there is none.

    Without the header, as in a health check from the same host, it is the connection's.
    """
    named = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if proxies and named != [""]:
        return named[-min(proxies, len(named))]
    return meta.get("REMOTE_ADDR", "")


def subscriber(address: str) -> str:
    """The address that counts as one client: ``address`` itself, or its /64 network for IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:  # a Unix socket has none
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.IPv6Network((int(parsed), IPV6_SUBSCRIBER_BITS), strict=False))
    return str(parsed)
