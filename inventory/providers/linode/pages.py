"""Pages of Linode's lists."""

from collections.abc import Iterator
from typing import Any

from inventory.providers.rest import ask, part

TYPES = "/v4/linode/types"
IMAGES = "/v4/images"


def pages(driver: Any, path: str) -> Iterator[Any]:
    """The objects on every page. A page that fails fails the listing."""
    number, last = 1, 1
    while number <= last:
        body = ask(driver.connection, path, page=number)
        yield from part(body, "data", list)
        last = part(body, "pages", int)
        number += 1
