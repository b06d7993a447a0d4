"""An organization's repositories with who works on them, read whole from its host."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from gateway.core.errors import NotFound
from inventory.providers import Cloud, ProviderError
from inventory.records.code_hosting import OrganizationQuestion, People, RepositoryKey
from inventory.records.repository import RepositoryRecord

PAGE = 100
CONTRIBUTORS, COLLABORATORS = "contributors", "collaborators"

# Asks a host one question, within a deadline of its own. Raises ProviderError.
Ask = Callable[[Callable[[Cloud], Any]], Any]


@dataclass(frozen=True, slots=True)
class Users:
    """Who works on a repository. ``kind``: collaborators, where the account may see them, or else
    contributors. ``problem``: why nobody is known. ``more``: whether there are others.
    """

    kind: str
    logins: tuple[str, ...] = ()
    more: bool = False
    problem: str = ""


def organization_repositories(*, login: str, ask: Ask) -> list[RepositoryRecord]:
    """All that the account may see, by name. Raises NotFound, and ProviderError."""
    return [one for page in _pages(login, ask) for one in page]


def _pages(login: str, ask: Ask) -> Iterator[Any]:
    after: str | None = None
    while True:
        question = OrganizationQuestion(login, repositories=PAGE, after=after)
        found = ask(partial(_of_organization, question))
        if found is None:
            raise NotFound(f"There is no organization {login}, or this account may not see it.")
        yield found.repositories.repositories
        after = found.repositories.next_cursor
        if after is None:
            return


def _of_organization(question: OrganizationQuestion, cloud: Cloud) -> Any:
    return cloud.ask("organizations", question)


def users_of(repositories: list[RepositoryRecord], *, ask: Ask) -> Iterator[Users]:
    """Of each repository, in order. A repository that its host refuses says why."""
    keys = [RepositoryKey(one.full_name, one.node_id) for one in repositories]
    known: Mapping[RepositoryKey, People] = ask(lambda cloud: cloud.ask(COLLABORATORS, keys))
    for key in keys:
        yield _shown(COLLABORATORS, known[key]) if key in known else _contributors(key, ask)


def _contributors(key: RepositoryKey, ask: Ask) -> Users:
    try:
        found = ask(lambda cloud: cloud.ask(CONTRIBUTORS, [key], PAGE))
    except ProviderError as error:
        return Users(CONTRIBUTORS, problem=f"{error.code}: {error.message}")
    return _shown(CONTRIBUTORS, found[key])


def _shown(kind: str, found: People) -> Users:
    return Users(kind, tuple(one.login for one in found.people), found.total is None)
