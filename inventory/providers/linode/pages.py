"""Pages of Linode's lists."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from libcloud.common.types import MalformedResponseError

from inventory.providers.paging import NumberedPage, each_page, total_of, unchanged_list
from inventory.providers.reading import Reading
from inventory.providers.rest import ask, part

TYPES = "/v4/linode/types"
IMAGES = "/v4/images"


class _Page(NamedTuple):
    number: int
    body: dict[str, Any]


def pages(driver: Any, path: str) -> list[Any]:
    """The objects on every page. A page that fails fails the listing."""

    def read(number: str | None) -> _Page:
        asked = int(number or 1)
        return _Page(asked, ask(driver.connection, path, page=asked))

    def read_pages() -> Iterator[NumberedPage]:
        for page in each_page(read, _next_number):
            # "results: The total number of results", techdocs.akamai.com/linode-api, "Pagination".
            total = total_of(page.body, "results")
            yield NumberedPage(part(page.body, "data", list), total)

    return unchanged_list(read_pages)


def _next_number(page: _Page) -> str | None:
    """The number after that of the page, which its body names too.

    Raises MalformedResponseError if the number of pages cannot be read.
    """
    found = Reading(page.body)
    last = found.number("pages", required=True)
    if last is None:
        raise MalformedResponseError(found.problem)
    number = found.number("page") or page.number
    return str(number + 1) if number < last else None
