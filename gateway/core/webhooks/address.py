"""Which URLs a webhook may have. Where one leads is checked again at each connection."""

from gateway.core.errors import InvalidInput
from gateway.core.http.egress import EgressRefused, check_literal
from gateway.core.http.urls import split_url

LONGEST_URL = 2000
PORTS = {"https": 443, "http": 80}


def clean_url(url: str) -> str:
    """``url`` without the space around it. Raises InvalidInput.

    ``http`` passes: it is used only to addresses that EGRESS_ALLOW lists, which the connection
    checks.
    """
    url = url.strip()
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > LONGEST_URL:
        raise _refused(f"It has at most {LONGEST_URL} printable ASCII characters and no space.")
    try:
        parts = split_url(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _refused("It cannot be read.") from None
    if parts.scheme not in PORTS or not host or port == 0:
        raise _refused("It begins with https:// and the name of a host.")
    if "@" in parts.netloc or parts.fragment:
        raise _refused("It has no user, no password and no fragment: requests are signed.")
    try:
        check_literal(host, port or PORTS[parts.scheme])
    except EgressRefused as error:
        raise InvalidInput(str(error), field="url") from error
    return url


def _refused(why: str) -> InvalidInput:
    return InvalidInput(f"This is no URL for a webhook. {why}", field="url")
