"""People who work on repositories: contributors, and collaborators if the token may see them."""

from collections.abc import Mapping, Sequence
from typing import Any

from inventory.providers.exceptions import ProviderError
from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.providers.github import queries
from inventory.providers.github.each import (
    check_number,
    chunks,
    each_repository,
    nodes_by_id,
    objects_of,
    path_of,
    unreadable,
)
from inventory.providers.github.pages import Page, page_of
from inventory.providers.github.parse import person_of_query, person_of_reply
from inventory.providers.github.scope import check_owners
from inventory.providers.reading import Reading
from inventory.providers.table import reads
from inventory.records.code_hosting import People, PersonRecord, RepositoryKey


@reads("contributors")
def list_contributors(
    driver: Any, repositories: Sequence[RepositoryKey], first: int
) -> Mapping[RepositoryKey, People | ProviderError]:
    """The contributors of each repository, those with most commits first, or the error of that
    repository alone: the list of one may be too large for GitHub.

    The GraphQL API has no contributors. So it takes a request for each repository, one after the
    other, as GitHub demands.
    https://docs.github.com/en/rest/repos/repos#list-repository-contributors. An empty repository is
    answered with 204 and no body.
    """
    check_owners(driver, repositories)
    check_number(repositories)
    return each_repository(repositories, lambda one: _contributors(driver, one, first))


def _contributors(driver: Any, one: RepositoryKey, first: int) -> People | ProviderError:
    page = page_of(driver, f"{path_of(one)}/contributors", {"per_page": str(first)})
    return people_of_replies(page, first)


def people_of_replies(page: Page, first: int) -> People | ProviderError:
    """The people of a page of the REST API, or the error for one that cannot be read."""
    items = Reading({"people": page.items})
    people = [person_of_reply(one) for one in items.parts("people")]
    is_whole = page.following is None and len(people) <= first
    return unreadable(items) or People(people[:first], len(people) if is_whole else None)


def people_of_query(page: Reading) -> list[PersonRecord]:
    """The people of a connection. A value that cannot be read is noted in ``page``."""
    return [person_of_query(one) for one in objects_of(page)]


@reads("collaborators")
def list_collaborators(
    driver: Any, repositories: Sequence[RepositoryKey]
) -> Mapping[RepositoryKey, People | ProviderError]:
    """The collaborators of each repository that this account may see, or the error of that
    repository alone: one request for a hundred.

    Only an account that may push to a repository sees its collaborators:
    https://docs.github.com/en/rest/collaborators/collaborators#list-repository-collaborators
    """
    check_owners(driver, repositories)
    if driver.token is None:
        return {}
    known: dict[RepositoryKey, People | ProviderError] = {}
    for keys in chunks([one for one in repositories if one.node_id]):
        answer = driver.query(queries.COLLABORATORS, ids=[one.node_id for one in keys])
        for key, node in zip(keys, nodes_by_id(answer, len(keys)), strict=True):
            if not isinstance(node, ProviderError):
                known[key] = _collaborators(node)
            elif node.code is not Code.PERMISSION_DENIED:
                known[key] = node
    return known


def _collaborators(node: Reading) -> People | ProviderError:
    page = node.part("collaborators")
    people = people_of_query(page)
    is_whole = page.flag("pageInfo", "hasNextPage") is False
    return unreadable(node) or People(people, len(people) if is_whole else None)
