"""Who asks, when reverse proxies stand between.

    client ──▶ proxy 2 ──▶ proxy 1 ──▶ we
               adds client  adds proxy 2     X-Forwarded-For: forged, client, proxy 2

Each proxy adds whom it was asked by at the right end. With n proxies of our own the client is the
n-th from the right; everything left of it is the client's own word, and may be a lie.
"""

from collections.abc import Mapping


def client_address(meta: Mapping[str, str], *, proxies: int) -> str:
    """The address behind a request whose WSGI environment is ``meta``; empty: there is none.

    Without the header, as in a health check from the same host, it is the connection's.
    """
    named = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if proxies and named != [""]:
        return named[-min(proxies, len(named))]
    return meta.get("REMOTE_ADDR", "")
