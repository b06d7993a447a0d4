"""Requests to Resource Manager: versions of its interfaces, and pages."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from libcloud.common.types import MalformedResponseError

from inventory.providers.paging import each_page, restarted
from inventory.providers.rest import ask, optional_text, part

COMPUTE, NETWORK = "Microsoft.Compute", "Microsoft.Network"
AUTHORIZATION = "Microsoft.Authorization"
# The versions of the interfaces that are asked. timeCreated came with 2021-11-01.
VERSIONS = {
    COMPUTE: "2024-03-01",
    NETWORK: "2023-09-01",
    AUTHORIZATION: "2022-04-01",
}
# learn.microsoft.com/rest/api/resources/management-locks; its other resources have other versions.
LOCKS, VERSION_OF_LOCKS = f"/providers/{AUTHORIZATION}/locks", "2016-09-01"
# The networks of scale sets are Microsoft.Network's, under a path of Microsoft.Compute.
NETWORK_OF_SETS = "2018-10-01"
BELOW_SET = re.compile(r"/virtualmachinescalesets/.+/?(networkinterfaces|publicipaddresses)")


def version_of(path: str) -> dict[str, str]:
    """The parameter that every request has, by the provider that its path names last."""
    if BELOW_SET.search(path.lower()):
        return {"api-version": NETWORK_OF_SETS}
    if path.lower().endswith(LOCKS.lower()):
        return {"api-version": VERSION_OF_LOCKS}
    provider = re.split(r"/providers/", path, flags=re.IGNORECASE)[-1].partition("/")[0].lower()
    return {"api-version": {name.lower(): one for name, one in VERSIONS.items()}[provider]}


def pages(driver: Any, path: str, **params: Any) -> list[Any]:
    """The entries of every page. A page that fails fails the listing."""

    def read(link: str | None) -> dict[str, Any]:
        if link is None:
            return ask(driver.connection, path, **params, **version_of(path))
        parts = urlsplit(link)
        given = parse_qs(parts.query, keep_blank_values=True)
        return ask(driver.connection, parts.path, query=given)

    def read_pages() -> Iterator[Any]:
        for body in each_page(read, lambda page: _next_link(page, driver.connection.host)):
            yield from part(body, "value", list)

    return restarted(read_pages)


def _next_link(body: dict[str, Any], host: str) -> str | None:
    """The path and query of the link to the next page, which is asked at ``host``.

    Raises MalformedResponseError for a link that cannot be read, because the list goes on, and for
    one to another server. Resource Manager has a host below its own for each region.
    """
    link = optional_text(body, "nextLink")
    if link is None:
        return None
    try:
        parts = urlsplit(link)
    except ValueError:
        parts = urlsplit("")
    is_path = parts.path.startswith("/") and not parts.path.startswith("//")
    if not is_path or not parse_qs(parts.query):
        raise MalformedResponseError("The link to the next page cannot be read.")
    if not f".{parts.hostname or host}".endswith(f".{host}"):
        raise MalformedResponseError("The link to the next page leads to another server.")
    return f"{parts.path}?{parts.query}"
