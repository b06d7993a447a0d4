"""An organization with its repositories and members: one request with a token."""

from typing import Any

from inventory.providers.exceptions import ProviderError
from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.github import queries
from inventory.providers.github.pages import next_cursor, nodes_of, page_at, page_of
from inventory.providers.github.parse import (
    person_of_query,
    person_of_reply,
    repository_of_query,
    repository_of_reply,
)
from inventory.providers.reading import Reading, records_of
from inventory.providers.rest import found, segment
from inventory.providers.table import reads
from inventory.records.code_hosting import (
    HostOrder,
    OrganizationQuestion,
    OrganizationRecord,
    People,
    RepositoryPage,
)
from inventory.records.repository import RepositoryRecord

# "sort" of a list of repositories: https://docs.github.com/en/rest/repos/repos
SORTS = {
    HostOrder.NAME: "full_name",
    HostOrder.CREATED_AT: "created",
    HostOrder.PUSHED_AT: "pushed",
    HostOrder.UPDATED_AT: "updated",
}


@reads("organizations")
def read_organization(driver: Any, asked: OrganizationQuestion) -> OrganizationRecord | None:
    """None: there is none, or this account may not see it."""
    read = _by_replies if driver.token is None else _by_query
    return read(driver, asked)


def _by_query(driver: Any, asked: OrganizationQuestion) -> OrganizationRecord | None:
    data = driver.query_or_none(
        queries.ORGANIZATION,
        login=asked.login,
        withRepositories=asked.repositories is not None,
        first=asked.repositories or 1,
        after=asked.after,
        order={"field": asked.order.value, "direction": "DESC" if asked.descending else "ASC"},
        withMembers=asked.members is not None,
        firstMembers=asked.members or 1,
    )
    one = Reading(data).part("organization")
    if not one:
        return None
    return OrganizationRecord(
        login=one.text("login", required=True) or asked.login,
        name=one.text("name"),
        description=one.text("description"),
        url=one.text("url") or "",
        repositories=_queried_page(one.part("repositories")) if asked.repositories else None,
        members=_queried_members(one.part("membersWithRole")) if asked.members else None,
    )


def _queried_page(page: Reading) -> RepositoryPage:
    items = nodes_of(page)
    return RepositoryPage(
        records_of(RepositoryRecord, items, repository_of_query),
        page.number("totalCount"),
        next_cursor(page),
    )


def _queried_members(page: Reading) -> People:
    people = [person_of_query(Reading(one)) for one in nodes_of(page)]
    return People(people, page.number("totalCount"))


def _by_replies(driver: Any, asked: OrganizationQuestion) -> OrganizationRecord | None:
    body = found(driver.connection, driver.path(f"/orgs/{segment(asked.login)}"))
    if body is None:
        return None
    one = Reading(body)
    login = one.text("login", required=True) or asked.login
    return OrganizationRecord(
        login=login,
        name=one.text("name"),
        description=one.text("description"),
        url=one.text("html_url") or "",
        repositories=_replied_page(driver, login, asked, one) if asked.repositories else None,
        members=_replied_members(driver, login, asked.members) if asked.members else None,
    )


def _replied_page(
    driver: Any, login: str, asked: OrganizationQuestion, organization: Reading
) -> RepositoryPage:
    """A page's cursor is the link to it."""
    if asked.order not in SORTS:
        message = f"Without a token, GitHub orders no repositories by {asked.order}."
        raise ProviderError(Code.NOT_SUPPORTED, message)
    params = {
        "per_page": str(asked.repositories),
        "sort": SORTS[asked.order],
        "direction": "desc" if asked.descending else "asc",
    }
    path = f"/orgs/{segment(login)}/repos"
    page = page_at(driver, asked.after) if asked.after else page_of(driver, path, params)
    return RepositoryPage(
        records_of(RepositoryRecord, page.items, repository_of_reply),
        organization.number("public_repos"),
        page.following,
    )


def _replied_members(driver: Any, login: str, count: int) -> People:
    """Those who show that they are members."""
    path = f"/orgs/{segment(login)}/public_members"
    page = page_of(driver, path, {"per_page": str(count)})
    people = [person_of_reply(Reading(one)) for one in page.items]
    return People(people, None if page.following else len(people))
