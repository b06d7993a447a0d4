"""libcloud's driver of Swift, with a connection of the account's."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlunsplit

from libcloud.common.types import MalformedResponseError
from libcloud.storage.drivers.cloudfiles import OpenStackSwiftStorageDriver

from gateway.core.http.urls import split_url
from inventory.providers.exceptions import ProviderError
from inventory.providers.kind import Values
from inventory.providers.openstack.swift.connection import SwiftConnection
from inventory.providers.paging import each_page
from inventory.providers.reading import UNEXPECTED_FORM
from inventory.providers.token_cache import SignIn

CONTAINERS_OF_PAGE = 1000  # Swift's largest is 10,000, unless an operator changed it
DOTS = re.compile(r"(?<=/)\.{1,2}(?=/|$)")
INFO = "/info"


class SwiftStore(OpenStackSwiftStorageDriver):
    """Building one asks nothing. libcloud's own constructor would sign in anew.

    ``base``: the account's address without its path; ``path``: the path.
    """

    def __init__(self, credentials: Values, sign_in: SignIn, url: str, timeout: float) -> None:
        def connection(address: str) -> Any:
            return SwiftConnection(self, credentials, sign_in, address, timeout)

        parts = split_url(url)
        self.base = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
        self.path = parts.path.rstrip("/")
        self.connection = connection(url)
        self._at = connection

    @cached_property
    def features(self) -> Mapping[str, Any]:
        """The cluster's report on its middlewares ("Discoverability"); empty if there is none."""
        try:
            found = self._at(self.base).request(INFO).object
        except ProviderError as error:
            if error.retryable:
                raise
            return {}
        return found if isinstance(found, dict) else {}

    def container_entries(self) -> Iterator[Any]:
        """The containers of all pages. libcloud's ``iterate_containers`` reads one page."""

        def read(marker: str | None) -> list[Any]:
            given = {"marker": marker} if marker else {}
            return self.entries("", {"limit": CONTAINERS_OF_PAGE, **given})

        for page in each_page(read, last_name):
            yield from page

    def entries(self, action: str, asked: Mapping[str, Any]) -> list[Any]:
        """One page of the account's containers, or of a container's objects."""
        reply = self.connection.request(action, params={**asked, "format": "json"})
        found = reply.object
        if int(reply.status) == HTTPStatus.NO_CONTENT:  # of older releases: the page is empty
            return []
        if not isinstance(found, list):
            raise MalformedResponseError(f"{UNEXPECTED_FORM}: it is no list.")
        return found

    def send(self, method: str, action: str, headers: Mapping[str, str], data: Any = None) -> Any:
        """The reply. libcloud's methods that write take no headers, or send a raw request, whose
        refusals they do not read.
        """
        sent = {name: header(value) for name, value in headers.items()}
        return self.connection.request(action, method=method, headers=sent, data=data)

    def action_of(self, container: str, key: str | None = None) -> str:
        """The path below the account."""
        name = f"/{self._encode_container_name(container)}"
        return name if key is None else f"{name}/{self._encode_object_name(key)}"

    def _encode_container_name(self, name: str) -> str:
        """Libcloud's drops a slash at the beginning, and counts characters after encoding."""
        return dotless(quote(name, safe=""))

    def _encode_object_name(self, name: str) -> str:
        return dotless(quote(name, safe="/"))


def dotless(path: str) -> str:
    """A path whose parts ``.`` and ``..`` are encoded: requests would resolve them."""
    return DOTS.sub(lambda found: "%2E" * len(found[0]), f"/{path}")[1:]


def header(value: str) -> str:
    """UTF-8 in the characters of Latin-1, as http.client sends headers."""
    return value.encode().decode("latin-1")


def text_of(value: Any) -> str:
    """The text of a header that Swift sends."""
    return str(value).encode("latin-1", "replace").decode("utf-8", "replace")


def last_name(page: list[Any]) -> str | None:
    """The marker of the next page, which is the last name of this one; None of an empty page.

    Raises MalformedResponseError for a page whose last entry has no name: the list may go on.
    """
    if not page:
        return None
    last = page[-1] if isinstance(page[-1], dict) else {}
    name = last.get("name") or last.get("subdir")
    if not isinstance(name, str):
        raise MalformedResponseError(f"{UNEXPECTED_FORM}: the last name of a page is missing.")
    return name
