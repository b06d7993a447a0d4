"""An organization with its repositories and members: one request with a token."""

import re
from typing import Any

from inventory.providers.exceptions import ProviderError
from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.github import queries
from inventory.providers.github.address import LOGIN
from inventory.providers.github.answers import LEFT_OUT, Answer
from inventory.providers.github.each import unreadable
from inventory.providers.github.pages import next_cursor, page_of, records_of_nodes
from inventory.providers.github.parse import count_of, repository_of_reply
from inventory.providers.github.people import people_of_query, people_of_replies
from inventory.providers.github.scope import check_owner
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

OFFSET = re.compile(r"[0-9]{1,9}", re.ASCII)
REPOSITORIES, MEMBERS = ("organization", "repositories"), ("organization", "membersWithRole")


@reads("organizations")
def read_organization(driver: Any, asked: OrganizationQuestion) -> OrganizationRecord | None:
    """None: there is none, or this account may not see it.

    Repositories or members that are refused alone are an error in their place: without the scope
    read:org, a token sees no members.
    """
    if LOGIN.fullmatch(asked.login) is None:
        return None
    check_owner(driver, asked.login)
    read = _by_replies if driver.token is None else _by_query
    return read(driver, asked)


def _by_query(driver: Any, asked: OrganizationQuestion) -> OrganizationRecord | None:
    answer = driver.query(
        queries.ORGANIZATION,
        login=asked.login,
        withRepositories=asked.repositories is not None,
        first=asked.repositories or 1,
        after=asked.after,
        order={"field": asked.order.value, "direction": "DESC" if asked.descending else "ASC"},
        withMembers=asked.members is not None,
        firstMembers=asked.members or 1,
    )
    one = answer.part("organization")
    if one is None:
        return None
    answer.only_below(REPOSITORIES, MEMBERS)
    return OrganizationRecord(
        login=one.text("login", required=True) or asked.login,
        name=one.text("name"),
        description=one.text("description"),
        url=one.text("url") or "",
        repositories=_queried_page(answer) if asked.repositories else None,
        members=_queried_members(answer) if asked.members else None,
    )


def _queried_page(answer: Answer) -> RepositoryPage | ProviderError:
    error = answer.above(*REPOSITORIES)
    if error is not None:
        return error
    page = answer.part(*REPOSITORIES)
    if page is None:
        return ProviderError(Code.PROVIDER_ERROR, LEFT_OUT)
    records = records_of_nodes(answer.objects(page, *REPOSITORIES))
    return RepositoryPage(records, count_of(page, "totalCount"), next_cursor(page))


def _queried_members(answer: Answer) -> People | ProviderError:
    error = answer.about(*MEMBERS)
    if error is not None:
        return error
    page = answer.part(*MEMBERS)
    if page is None:
        return ProviderError(Code.PROVIDER_ERROR, LEFT_OUT)
    people, total = people_of_query(page), count_of(page, "totalCount")
    return unreadable(page) or People(people, total)


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
    """A page's cursor is the number of repositories before it. It is no link, as GitHub's are: a
    path that a user types is not asked for.
    """
    if asked.order not in SORTS:
        message = f"Without a token, GitHub orders no repositories by {asked.order}."
        raise ProviderError(Code.NOT_SUPPORTED, message)
    first, before = asked.repositories or 1, _before(asked)
    params = {
        "per_page": str(first),
        "page": str(before // first + 1),
        "sort": SORTS[asked.order],
        "direction": "desc" if asked.descending else "asc",
    }
    path = f"/orgs/{segment(login)}/repos"
    page = page_of(driver, path, params)
    return RepositoryPage(
        records_of(RepositoryRecord, page.items[:first], repository_of_reply),
        count_of(organization, "public_repos"),
        None if page.following is None else str(before + first),
    )


def _before(asked: OrganizationQuestion) -> int:
    """The number of repositories on the pages before. Raises ProviderError."""
    after, first = asked.after or "0", asked.repositories or 1
    if OFFSET.fullmatch(after) is None or int(after) % first:
        message = "after is no endCursor of a page of as many repositories."
        raise ProviderError(Code.INVALID_REQUEST, message, retryable=False)
    return int(after)


def _replied_members(driver: Any, login: str, count: int) -> People | ProviderError:
    """The members who show their membership."""
    path = f"/orgs/{segment(login)}/public_members"
    return people_of_replies(page_of(driver, path, {"per_page": str(count)}), count)
