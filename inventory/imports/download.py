"""Pages of a reply over HTTP: bounded in time, size and number, and all from one origin.

A page names the next one in its ``Link`` header, as RFC 8288 says and the GitHub REST API does
(docs.github.com, "Using pagination in the REST API"). Neither that nor a redirect may lead to
another scheme, host or port: the user who entered an address meant that server.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from gateway.core.http.budget import Budget
from gateway.core.http.links import next_link
from gateway.core.http.urls import join_url, split_url
from gateway.core.text import storable
from inventory.imports.bounded_http import bounded_handlers
from inventory.imports.errors import ImportFailed

MOST_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)
MOST_PAGES = 200  # of 100 repositories each: more than any organisation has
LARGEST_PAGE_BYTES = 16 * 1024 * 1024  # a hundred repositories are about 600 KiB
PIECE_BYTES = 64 * 1024
WAIT_SECONDS = 30  # for a single piece
TOTAL_SECONDS = 300  # for all pages together, headers included
LONGEST_QUOTE = 200
DEFAULT_PORTS = {"http": 80, "https": 443}
HEADERS = {
    "Accept": "application/vnd.github+json, application/json",
    "User-Agent": "cloud-gateway",  # the GitHub API refuses requests that carry none
    "X-GitHub-Api-Version": "2022-11-28",
}


@dataclass(frozen=True, kw_only=True)
class Page:
    url: str
    body: bytes


def download(url: str) -> Iterator[Page]:
    """The page at ``url``, and each that follows.

    Raises:
        ImportFailed: the address is no http(s) one, the server does not answer or refuses, a page
            is too large, there are too many, or one is on another origin.
    """
    _origin(url)  # refuses what is no http(s) address, before anything is opened
    budget = Budget(TOTAL_SECONDS)
    opener = build_opener(_NoRedirects, *bounded_handlers(budget, longest_wait=WAIT_SECONDS))
    seen: set[str] = set()
    following: str | None = url
    while following:
        if len(seen) == MOST_PAGES:
            raise ImportFailed(f"{url} goes on for more than {MOST_PAGES} pages.")
        if following in seen:
            raise ImportFailed(f"{following} comes back as its own next page.")
        seen.add(following)
        page, following = _fetch(opener, following, budget)
        yield page


class _NoRedirects(HTTPRedirectHandler):
    """Leaves them to ``_fetch``, as the HTTPErrors that they are else."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _fetch(opener: OpenerDirector, url: str, budget: Budget) -> tuple[Page, str | None]:
    """A page, with the address of the next one."""
    asked = url
    for _ in range(MOST_REDIRECTS + 1):
        try:
            with opener.open(Request(asked, headers=HEADERS), timeout=WAIT_SECONDS) as response:  # noqa: S310 - _origin admits http and https alone
                body = _read(response, asked)
                return Page(url=asked, body=body), _next_page(response.headers, asked)
        except HTTPError as error:
            with error:
                asked = _redirected(error, asked)
        except URLError as error:
            _check_time(budget, asked)
            raise ImportFailed(f"{asked} does not answer: {error.reason}") from None
        except (OSError, HTTPException) as error:
            _check_time(budget, asked)
            raise ImportFailed(f"{asked} broke off: {error or type(error).__name__}") from None
    raise ImportFailed(f"{url} redirects more than {MOST_REDIRECTS} times.")


def _redirected(error: HTTPError, asked: str) -> str:
    """Where a redirect leads, on the same origin; any other refusal is one."""
    location = error.headers.get("Location")
    if error.code not in REDIRECTS or not location:
        raise ImportFailed(f"{asked} answers {_refusal(error)}") from None
    return _same_origin(location, asked, said=f"{asked} redirects to")


def _check_time(budget: Budget, url: str) -> None:
    if budget.left <= 0:
        raise ImportFailed(f"{url} took more than {TOTAL_SECONDS} seconds.") from None


def _read(response: Any, url: str) -> bytes:
    body = bytearray()
    while piece := response.read1(PIECE_BYTES):
        body += piece
        if len(body) > LARGEST_PAGE_BYTES:
            raise ImportFailed(f"{url} is larger than {LARGEST_PAGE_BYTES >> 20} MiB.")
    if response.length:  # read1 returns what came when a connection ends early
        raise ImportFailed(f"{url} broke off: {response.length} bytes are missing")
    return bytes(body)


def _next_page(headers: Message, url: str) -> str | None:
    try:
        target = next_link(", ".join(headers.get_all("Link", [])))
    except ValueError:
        raise ImportFailed(f"{url} has a Link header that cannot be read.") from None
    return None if target is None else _same_origin(target, url, said=f"The next page of {url} is")


def _same_origin(link: str, asked: str, *, said: str) -> str:
    """Where ``link`` leads from ``asked``. Raises ImportFailed for another origin."""
    try:
        url = join_url(asked, link)
    except ValueError as error:
        raise _no_address(link, error) from None
    if _origin(url) != _origin(asked):
        raise ImportFailed(f"{said} {url}, which is another server. Name that one if you mean it.")
    return url


def _origin(url: str) -> tuple[str, str, int]:
    try:
        parts = split_url(url)
        port = parts.port
    except ValueError as error:
        raise _no_address(url, error) from None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ImportFailed(f"{url} is not an http or https address.")
    if parts.username is not None:
        message = f"Leave user and password out of the address of {parts.hostname}."
        raise ImportFailed(message)
    return parts.scheme, parts.hostname, port or DEFAULT_PORTS[parts.scheme]


def _no_address(text: str, error: ValueError) -> ImportFailed:
    return ImportFailed(f"{storable(text, LONGEST_QUOTE)} is not an address: {error}")


def _refusal(error: HTTPError) -> str:
    """GitHub says in JSON why: the rate limit, a name that does not exist."""
    try:
        said = json.loads(error.read(PIECE_BYTES))["message"]
    except (ValueError, KeyError, TypeError, OSError, HTTPException):  # no JSON: the status it is
        said = error.reason
    return f"{error.code}: {str(said)[:LONGEST_QUOTE]}"
