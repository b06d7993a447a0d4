"""Pages of GitHub's lists: cursors of its GraphQL API, links of its REST API."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from libcloud.common.types import MalformedResponseError

from gateway.core.http.links import next_link
from gateway.core.http.urls import split_url
from inventory.providers.exceptions import ProviderError
from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.github.parse import repository_of_query
from inventory.providers.paging import NumberedPage, counted_list, each_page, unchanged_list
from inventory.providers.reading import Reading, damaged, read_or_damaged
from inventory.providers.rest import reply_to
from inventory.records.repository import RepositoryRecord

NO_CONTENT = 204  # of the lists of a repository that is empty


class Page(NamedTuple):
    items: list[Any]
    following: str | None  # the link to the page after it


class QueriedPage(NamedTuple):
    items: list[Reading | ProviderError]
    total: int | None
    following: str | None  # the cursor of the page after it


def queried(
    driver: Any, document: str, field: str, **variables: Any
) -> Iterator[Reading | ProviderError]:
    """The objects of the connection ``repositories`` of ``field``, on every page; in the place of
    one that GitHub leaves out, the reason. The last one is the reason why there are fewer than
    GitHub counts, if so.

    Raises ProviderError NOT_FOUND if the field is null.
    """
    place = (field, "repositories")

    def read(cursor: str | None) -> QueriedPage:
        answer = driver.query(document, after=cursor, **variables)
        answer.only_below((*place, "nodes"))
        page = answer.part(*place) if answer.part(field) else None
        if page is None:
            raise ProviderError(Code.NOT_FOUND, "GitHub knows no such owner of repositories.")
        total = page.number("totalCount", required=True)
        return QueriedPage([*answer.objects(page, *place)], total, next_cursor(page))

    found, problem = counted_list(lambda: each_page(read, lambda page: page.following))
    yield from found
    if problem is not None:
        yield ProviderError(Code.PROVIDER_ERROR, problem)


def records_of_nodes(nodes: Iterable[Reading | ProviderError]) -> list[RepositoryRecord]:
    """One record for each. The record of one that GitHub leaves out has its reason and no id, so
    that the list is not complete.
    """
    return [
        damaged(RepositoryRecord, "", one.message)
        if isinstance(one, ProviderError)
        else read_or_damaged(RepositoryRecord, one, repository_of_query, _database_id)
        for one in nodes
    ]


def _database_id(one: Reading) -> str | None:
    return one.identifier("databaseId")


def next_cursor(page: Reading) -> str | None:
    """Raises MalformedResponseError if it cannot be read whether the list goes on."""
    goes_on = page.flag("pageInfo", "hasNextPage")
    cursor = page.text("pageInfo", "endCursor", required=bool(goes_on))
    if goes_on is None or page.problem:
        raise MalformedResponseError(page.problem or "A page does not say whether it is the last.")
    return cursor if goes_on else None


def listed(driver: Any, path: str, **params: Any) -> list[Any]:
    """The objects of a list of the REST API, on every page."""

    def read_pages() -> Iterator[NumberedPage]:
        for page in pages(driver, path, **params):
            yield NumberedPage(page.items, None)

    return unchanged_list(read_pages)


def pages(driver: Any, path: str, **params: Any) -> Iterator[Page]:
    """https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api"""

    def read(link: str | None) -> Page:
        return page_of(driver, path, params) if link is None else page_at(driver, link)

    return each_page(read, lambda page: page.following)


def page_of(driver: Any, path: str, params: Mapping[str, Any]) -> Page:
    """The page of a path as the reference has it."""
    return _page(driver, driver.path(path), params)


def page_at(driver: Any, link: str) -> Page:
    """The page of a link, asked of the server that the account is at, whatever host it names.

    Raises MalformedResponseError for one that cannot be read.
    """
    try:
        parts = split_url(link)
    except ValueError:
        raise MalformedResponseError("The link to the next page cannot be read.") from None
    return _page(driver, parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)))


def _page(driver: Any, path: str, params: Mapping[str, Any]) -> Page:
    reply = reply_to(driver.connection, path, method="GET", query=params)
    if int(reply.status) == NO_CONTENT:
        return Page([], None)
    if not isinstance(reply.object, list):
        raise MalformedResponseError(f"GET {path} was answered with something else than a list.")
    try:
        following = next_link(reply.headers.get("link", ""))
    except ValueError as error:
        raise MalformedResponseError(str(error)) from None
    return Page(reply.object, following)
