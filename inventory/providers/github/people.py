"""Who works on repositories: contributors, and collaborators where the token may see them."""

from collections.abc import Mapping, Sequence
from typing import Any

from inventory.providers.github import queries
from inventory.providers.github.issues import check_number, path_of
from inventory.providers.github.pages import nodes_of, page_of
from inventory.providers.github.parse import person_of_query, person_of_reply
from inventory.providers.reading import Reading
from inventory.providers.table import reads
from inventory.records.code_hosting import People, RepositoryKey


@reads("contributors")
def list_contributors(
    driver: Any, repositories: Sequence[RepositoryKey], first: int
) -> Mapping[RepositoryKey, People]:
    """By repository, those with most commits first. The GraphQL API has no contributors: it takes a
    request each, one after the other, as GitHub asks.

    https://docs.github.com/en/rest/repos/repos#list-repository-contributors. An empty repository is
    answered with 204 and no body.
    """
    check_number(repositories)
    return {one: _contributors(driver, one, first) for one in repositories}


def _contributors(driver: Any, one: RepositoryKey, first: int) -> People:
    page = page_of(driver, f"{path_of(one)}/contributors", {"per_page": str(first)})
    people = [person_of_reply(Reading(item)) for item in page.items]
    total = None if page.following else len(people)
    return People(people[:first], total)


@reads("collaborators")
def list_collaborators(
    driver: Any, repositories: Sequence[RepositoryKey]
) -> Mapping[RepositoryKey, People]:
    """By repository: of those whose collaborators this account may see, one request for a hundred.

    Only who may push to a repository sees them:
    https://docs.github.com/en/rest/collaborators/collaborators#list-repository-collaborators
    """
    if driver.token is None:
        return {}
    by_id = {one.node_id: one for one in repositories if one.node_id}
    ids, known = [*by_id], dict[RepositoryKey, People]()
    for at in range(0, len(ids), queries.PAGE):
        chunk = ids[at : at + queries.PAGE]
        data = driver.query_in_part(queries.COLLABORATORS, ids=chunk)
        for node in map(Reading, nodes_of(Reading(data))):
            key, page = by_id.get(node.text("id") or ""), node.part("collaborators")
            if key is not None and page:
                people = [person_of_query(Reading(one)) for one in nodes_of(page)]
                is_whole = page.flag("pageInfo", "hasNextPage") is False
                known[key] = People(people, len(people) if is_whole else None)
    return known
