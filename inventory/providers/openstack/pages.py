"""Pages of Nova's and Glance's lists."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from libcloud.common.types import MalformedResponseError

from gateway.core.http.urls import split_url
from inventory.providers.paging import each_page, restarted
from inventory.providers.reading import Reading
from inventory.providers.rest import ask, part

PAGE = "1000"  # nova's largest, unless an operator changed it; it answers with less


def pages(connection: Any, path: str, name: str, **params: Any) -> list[Any]:
    """The items of the list ``name`` on every page. A page that fails fails the listing."""

    def read(marker: str | None) -> dict[str, Any]:
        given = params | ({"marker": marker} if marker else {})
        return ask(connection, path, limit=PAGE, **given)

    def read_pages() -> Iterator[Any]:
        for body in each_page(read, lambda page: _next_marker(page, name)):
            yield from part(body, name, list)

    return restarted(read_pages)


def _next_marker(body: dict[str, Any], name: str) -> str | None:
    """The marker in the link to the next page, whose host is not followed.

    Raises MalformedResponseError for a link that cannot be read: the list may go on.
    """
    found = Reading(body)
    links = [
        link.text("href")
        for link in found.parts(f"{name}_links")
        if (link.text("rel", required=True) or "").lower() == "next"
    ]
    href = links[0] if links else found.text("next")
    if found.problem or (links and href is None):
        raise MalformedResponseError("The link to the next page cannot be read.")
    if href is None:
        return None
    try:
        query = split_url(href).query
    except ValueError:
        raise MalformedResponseError("The link to the next page cannot be read.") from None
    markers = parse_qs(query).get("marker")
    if not markers:
        raise MalformedResponseError("The link to the next page has no marker.")
    return markers[0]
