"""Repositories: those of an owner, or all that the token's user reaches.

With a token by GraphQL, a hundred in a request with owners, languages, licences and topics. Without
one GitHub answers REST alone:
https://docs.github.com/en/graphql/guides/forming-calls-with-graphql#authenticating-with-graphql
"""

from typing import Any

from inventory.providers.github import queries
from inventory.providers.github.pages import listed, queried
from inventory.providers.github.parse import repository_of_query, repository_of_reply
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
        items = queried(driver, queries.OWNED, "repositoryOwner", owner=driver.owner)
    else:
        items = queried(driver, queries.REACHED, "viewer")
    return records_of(RepositoryRecord, items, repository_of_query, _database_id)


@beside("find", "repositories")
def find_repository(driver: Any, external_id: str) -> RepositoryRecord | None:
    """By the number that stays when it is renamed. The old name's 301 leads to the same path:
    https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
    """
    if not external_id.isdecimal():
        return None
    body = found(driver.connection, driver.path(f"/repositories/{external_id}"))
    if body is None:
        return None
    return repository_of_reply(Reading(same_object(body, external_id, "id")))


def _database_id(one: Reading) -> str | None:
    return one.identifier("databaseId")
