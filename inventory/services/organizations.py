"""An organization's repositories with who works on them, read whole from its host."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from gateway.core.errors import NotFound
from inventory.providers import Cloud, ProviderError
from inventory.providers.paging import NumberedPage, counted_list, each_page
from inventory.records.code_hosting import (
    OrganizationQuestion,
    People,
    RepositoryKey,
    RepositoryPage,
)
from inventory.records.repository import RepositoryRecord

PAGE = 100
CONTRIBUTORS, COLLABORATORS = "contributors", "collaborators"

# Asks a host one question, within a deadline of its own. Raises ProviderError.
Ask = Callable[[Callable[[Cloud], Any]], Any]


@dataclass(frozen=True, slots=True)
class Users:
    """The users of a repository. ``kind``: collaborators, where the account may see them, or else
    contributors. ``problem``: why no user is known. ``more``: whether there are others.
    """

    kind: str
    logins: tuple[str, ...] = ()
    more: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """``problem``: why some repositories are missing; empty: none are."""

    repositories: list[RepositoryRecord]
    problem: str = ""


def organization_repositories(*, login: str, ask: Ask) -> Listing:
    """All that the account may see, by name. Raises NotFound, and ProviderError."""
    found, problem = counted_list(lambda: _pages(login, ask))
    left_out = [one.problem for one in found if not one.full_name]
    reasons = [problem, *left_out[:1]]
    return Listing([one for one in found if one.full_name], " ".join(filter(None, reasons)))


def _pages(login: str, ask: Ask) -> Iterator[NumberedPage]:
    def read(after: str | None) -> RepositoryPage:
        question = OrganizationQuestion(login, repositories=PAGE, after=after)
        found = ask(partial(_of_organization, question))
        if found is None:
            raise NotFound(f"There is no organization {login}, or this account may not see it.")
        page: RepositoryPage | Exception = found.repositories
        if isinstance(page, Exception):
            raise page
        return page

    for page in each_page(read, lambda page: page.next_cursor):
        yield NumberedPage([*page.repositories], page.total)


def _of_organization(question: OrganizationQuestion, cloud: Cloud) -> Any:
    return cloud.ask("organizations", question)


def users_of(repositories: list[RepositoryRecord], *, ask: Ask) -> Iterator[Users]:
    """The users of each repository, in order. If a host refuses a repository, its item says why.

    Raises ProviderError for a failure that is not of one repository, as a rate limit: no more is
    asked then.
    """
    keys = [RepositoryKey(one.full_name, one.node_id) for one in repositories]
    known: Mapping[RepositoryKey, People | ProviderError] = ask(
        lambda cloud: cloud.ask(COLLABORATORS, keys)
    )
    for key in keys:
        yield _shown(COLLABORATORS, known[key]) if key in known else _contributors(key, ask)


def _contributors(key: RepositoryKey, ask: Ask) -> Users:
    found = ask(lambda cloud: cloud.ask(CONTRIBUTORS, [key], PAGE))
    return _shown(CONTRIBUTORS, found[key])


def _shown(kind: str, found: People | ProviderError) -> Users:
    if isinstance(found, ProviderError):
        return Users(kind, problem=f"{found.code}: {found.message}")
    return Users(kind, tuple(one.login for one in found.people), found.total is None)
