"""Repositories: those of an owner, or all that the token's user reaches.

With a token by GraphQL, a hundred in a request with owners, languages, licences and topics. Without
one GitHub answers REST alone:
https://docs.github.com/en/graphql/guides/forming-calls-with-graphql#authenticating-with-graphql
"""

from typing import Any

from inventory.providers.github import queries
from inventory.providers.github.pages import listed, queried, records_of_nodes
from inventory.providers.github.parse import repository_of_query, repository_of_reply
from inventory.providers.github.scope import strays
from inventory.providers.identity import same_object
from inventory.providers.reading import Reading, records_of
from inventory.providers.rest import found, segment
from inventory.providers.table import beside, reads
from inventory.records.repository import RepositoryRecord

PER_PAGE = str(queries.PAGE)


@reads("repositories")
def list_repositories(driver: Any) -> list[RepositoryRecord]:
    if driver.token is None:
        path = f"/users/{segment(driver.owner or '')}/repos"
        items = listed(driver, path, type="owner", sort="full_name", per_page=PER_PAGE)
        return records_of(RepositoryRecord, items, repository_of_reply)
    if driver.owner:
        found = queried(driver, queries.OWNED, "repositoryOwner", owner=driver.owner)
    else:
        found = queried(driver, queries.REACHED, "viewer")
    return records_of_nodes(found)


@beside("find", "repositories")
def find_repository(driver: Any, external_id: str) -> RepositoryRecord | None:
    """The repository with this number, which stays when it is renamed.

    The old name's 301 leads to the same path:
    https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
    With a token, the repository is then read as the list reads it, so that both count the same
    issues; the GraphQL API knows no repository by its number. None for another owner's repository,
    which is not listed either.
    """
    if not external_id.isdecimal():
        return None
    body = found(driver.connection, driver.path(f"/repositories/{external_id}"))
    if body is None:
        return None
    one = Reading(same_object(body, external_id, "id"))
    if strays(driver, one):
        return None
    node_id = one.text("node_id")
    by_reply = driver.token is None or node_id is None
    record = repository_of_reply(one) if by_reply else _by_node_id(driver, node_id)
    return record if record is not None and _is_listed(driver, record) else None


def _is_listed(driver: Any, record: RepositoryRecord) -> bool:
    """True if the repository may be in the list.

    An account with an owner has no repositories of other owners. A repository that was
    transferred to another owner is not in the list either.
    """
    owner: str | None = driver.owner
    return owner is None or not record.owner_login or owner.lower() == record.owner_login.lower()


def _by_node_id(driver: Any, node_id: str | None) -> RepositoryRecord | None:
    answer = driver.query(queries.SINGLE_REPOSITORY, id=node_id)
    node = answer.part("node")
    if node is None:
        return None
    for problem in answer.problems_below("node"):
        node.add(problem)
    return repository_of_query(node)
