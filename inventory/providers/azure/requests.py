"""Requests to Resource Manager: versions of its interfaces, and pages."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from libcloud.common.types import MalformedResponseError

from gateway.core.http.urls import split_url
from inventory.providers.paging import each_page, restarted
from inventory.providers.rest import ask, optional_text, part

COMPUTE, NETWORK = "Microsoft.Compute", "Microsoft.Network"
MACHINES, SCALE_SETS = f"{COMPUTE}/virtualMachines", f"{COMPUTE}/virtualMachineScaleSets"
AUTHORIZATION = "Microsoft.Authorization"
# The versions of the interfaces that are asked. timeCreated came with 2021-11-01.
VERSIONS = {
    COMPUTE: "2024-03-01",
    NETWORK: "2023-09-01",
    AUTHORIZATION: "2022-04-01",
    "Microsoft.Storage": "2023-01-01",
}
# learn.microsoft.com/rest/api/resources/management-locks; its other resources have other versions.
LOCKS, VERSION_OF_LOCKS = f"/providers/{AUTHORIZATION}/locks", "2016-09-01"
# Disks and snapshots have versions of their own: learn.microsoft.com/rest/api/compute/disks.
STORAGE, VERSION_OF_STORAGE = (
    re.compile(r"/microsoft\.compute/(disks|snapshots)(/[^/]+)?$"),
    "2023-10-02",
)
# The networks of scale sets are Microsoft.Network's, under a path of Microsoft.Compute.
NETWORK_OF_SETS = "2018-10-01"
BELOW_SET = re.compile(r"/virtualmachinescalesets/.+/?(networkinterfaces|publicipaddresses)")


def version_of(path: str) -> dict[str, str]:
    """The parameter that every request has, by the provider that its path names last."""
    if BELOW_SET.search(path.lower()):
        return {"api-version": NETWORK_OF_SETS}
    if path.lower().endswith(LOCKS.lower()):
        return {"api-version": VERSION_OF_LOCKS}
    if STORAGE.search(path.lower()):
        return {"api-version": VERSION_OF_STORAGE}
    provider = re.split(r"/providers/", path, flags=re.IGNORECASE)[-1].partition("/")[0].lower()
    return {"api-version": {name.lower(): one for name, one in VERSIONS.items()}[provider]}


def pages(driver: Any, path: str, **params: Any) -> list[Any]:
    """The entries of every page. A page that fails fails the listing."""

    def read(link: str | None) -> dict[str, Any]:
        if link is None:
            return ask(driver.connection, path, **params, **version_of(path))
        return ask_link(driver, link)

    def read_pages() -> Iterator[Any]:
        for body in each_page(read, lambda page: _next_link(page, driver.connection.host)):
            yield from part(body, "value", list)

    return restarted(read_pages)


def _next_link(body: dict[str, Any], host: str) -> str | None:
    """The path and query of the link to the next page.

    Raises MalformedResponseError for a link that cannot be read, because the list goes on.
    """
    link = optional_text(body, "nextLink")
    return None if link is None else own_link(link, host, "link to the next page")


def own_link(link: str, host: str, name: str) -> str:
    """The path and query of a link in a reply: it is followed at ``host``, wherever it leads.

    Raises MalformedResponseError for one that cannot be read, and for one to another server.
    Resource Manager has a host below its own for each region. ``name``: in the message.
    """
    try:
        parts = split_url(link)
    except ValueError:
        parts = split_url("")
    is_path = parts.path.startswith("/") and not parts.path.startswith("//")
    if not is_path or not parse_qs(parts.query):
        raise MalformedResponseError(f"The {name} cannot be read.")
    if not f".{parts.hostname or host}".endswith(f".{host}"):
        raise MalformedResponseError(f"The {name} leads to another server.")
    return f"{parts.path}?{parts.query}"


def ask_link(driver: Any, link: str) -> dict[str, Any]:
    """The answer to a path and query as ``own_link`` returns them, at the account's own server."""
    parts = split_url(link)
    given = parse_qs(parts.query, keep_blank_values=True)
    return ask(driver.connection, parts.path, query=given)
