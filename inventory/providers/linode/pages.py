"""Pages of Linode's lists."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from inventory.providers.paging import each_page, unchanged_list
from inventory.providers.reading import Reading
from inventory.providers.rest import ask, part

TYPES = "/v4/linode/types"
IMAGES = "/v4/images"


class _Page(NamedTuple):
    number: int
    body: dict[str, Any]


def pages(driver: Any, path: str) -> Iterator[Any]:
    """The objects on every page. A page that fails fails the listing."""

    def read(number: str | None) -> _Page:
        asked = int(number or 1)
        return _Page(asked, ask(driver.connection, path, page=asked))

    for page in unchanged_list(lambda: each_page(read, _next_number), _total):
        yield from part(page.body, "data", list)


def _total(page: _Page) -> int | None:
    return Reading(page.body).number("results")


def _next_number(page: _Page) -> str | None:
    """The number after that of the page, which its body names too."""
    number = Reading(page.body).number("page") or page.number
    return str(number + 1) if number < part(page.body, "pages", int) else None
