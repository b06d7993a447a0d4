"""The redirects that no request follows.

Not one to another origin: a request carries credentials for its own. And not one that changes the
method: the GET that requests would send in place of a DELETE is answered, and nothing was deleted.
"""

import requests

from gateway.core.http.urls import UnreadableURL, join_url, split_url
from inventory.providers.exceptions import ProviderError, ProviderErrorCode

DEFAULT_PORTS = {"http": 80, "https": 443}
# RFC 9110, section 15.4: after these a client may send a GET in place of another method. 307 and
# 308 keep the method and the body.
METHOD_CHANGING = frozenset({301, 302, 303})
KEPT_METHODS = frozenset({"GET", "HEAD"})


def check_redirect(request: requests.PreparedRequest, response: requests.Response) -> None:
    """Raises ProviderError for a redirect that is not followed."""
    if not response.is_redirect:
        return
    host = _other_host(response)
    if host is not None:
        response.close()
        raise LeavesOrigin(f"The answer leads to another server, {host}; it is not followed.")
    if request.method not in KEPT_METHODS and response.status_code in METHOD_CHANGING:
        response.close()
        raise Redirected(
            f"The server answered {request.method} with a redirect ({response.status_code}), which "
            "is not followed: the request would become a GET."
        )


def _other_host(response: requests.Response) -> str | None:
    """The host that a redirect leads to; None if it stays on its origin.

    Raises ProviderError for an address that cannot be read.
    """
    asked = str(response.url)
    try:
        following = join_url(asked, response.headers["location"])
        stays = _origin(following) == _origin(asked)
    except ValueError as problem:
        response.close()
        reason = str(problem) if isinstance(problem, UnreadableURL) else "It is none."
        message = f"The answer leads to an address that cannot be read. {reason}"
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message) from None
    return None if stays else str(split_url(following).hostname)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = split_url(url)
    return parts.scheme, parts.hostname, parts.port or DEFAULT_PORTS.get(parts.scheme)


class Redirected(ProviderError):
    """The server redirects a request that is no GET. To send it again leads to the same answer."""

    def __init__(self, message: str) -> None:
        super().__init__(ProviderErrorCode.PROVIDER_ERROR, message, retryable=False)


class LeavesOrigin(ProviderError):
    """The server redirects to another origin, which no request follows."""

    def __init__(self, message: str) -> None:
        super().__init__(ProviderErrorCode.PROVIDER_ERROR, message)
