"""One spelling of a cloud's address, to find out if two texts lead to the same place."""

from urllib.parse import urlunsplit

from gateway.core.http.urls import split_url
from inventory.providers.addresses import canonical_address
from inventory.providers.credential import DEFAULT_PORTS


def canonical_endpoint(text: str) -> str:
    """The scheme and the host in lower case, no default port, no slash at the end; RFC 3986, 6.2.

    What is no URL with a host comes back without spaces and slashes at its end.
    """
    text = text.strip()
    try:
        parts = split_url(text)
        port = parts.port
    except ValueError:
        return text.rstrip("/")
    if not parts.hostname:
        return text.rstrip("/")
    host = canonical_address(parts.hostname)
    user, at, _ = parts.netloc.rpartition("@")
    named = f"[{host}]" if ":" in host else host
    shown_port = "" if port in {None, DEFAULT_PORTS.get(parts.scheme)} else f":{port}"
    place = f"{user}{at}{named}{shown_port}"
    return urlunsplit((parts.scheme, place, parts.path.rstrip("/"), parts.query, ""))
