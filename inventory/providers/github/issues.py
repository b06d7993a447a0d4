"""Issues of repositories, and comments on them."""

from collections.abc import Mapping, Sequence
from typing import Any

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.github import queries
from inventory.providers.github.pages import nodes_of, pages
from inventory.providers.github.parse import comment_of, issue_of_query, issue_of_reply
from inventory.providers.reading import Reading
from inventory.providers.rest import found, segment
from inventory.providers.table import does, reads
from inventory.records.code_hosting import (
    CommentRecord,
    IssueQuestion,
    IssueRecord,
    Issues,
    NewComment,
    RepositoryKey,
)

PULL_REQUEST = "pull_request"
MOST_REQUESTS = 30  # of one question, where each repository takes one
ISSUES_OF = dict[RepositoryKey, Issues]


@reads("issues")
def list_issues(driver: Any, asked: IssueQuestion) -> Mapping[RepositoryKey, Issues]:
    """By repository. One that is gone, or that this account may not see, is left out.

    With a token, one request for a hundred repositories.
    """
    by_query = driver.token is not None and all(one.node_id for one in asked.repositories)
    if asked.number is not None or not by_query:
        check_number(asked.repositories)
    if asked.number is not None:
        read = _single_by_query if by_query else _single_by_reply
        return {one: read(driver, one, asked.number) for one in asked.repositories}
    if by_query:
        return _by_query(driver, asked)
    return {one: _by_reply(driver, one, asked) for one in asked.repositories}


@does("issues", "comment")
def add_comment(driver: Any, order: NewComment) -> CommentRecord:
    """https://docs.github.com/en/graphql/reference/mutations#addcomment"""
    given = {"subjectId": order.subject_id, "body": order.body}
    data = Reading(driver.query(queries.ADD_COMMENT, input=given))
    return comment_of(data.part("addComment", "commentEdge", "node"))


def _by_query(driver: Any, asked: IssueQuestion) -> ISSUES_OF:
    states = [state.value for state in asked.states] or None
    by_id = {one.node_id: one for one in asked.repositories}
    known: ISSUES_OF = {}
    for ids in _chunks([*by_id]):
        data = driver.query_or_none(queries.ISSUES, ids=ids, first=asked.first, states=states)
        for one in map(Reading, nodes_of(Reading({"nodes": data.get("nodes")}))):
            key = by_id.get(one.text("id"))
            if key is not None:
                page = one.part("issues")
                issues = [issue_of_query(Reading(issue)) for issue in nodes_of(page)]
                known[key] = Issues(issues, page.number("totalCount"))
    return known


def _chunks(ids: Sequence[Any]) -> list[Sequence[Any]]:
    return [ids[at : at + queries.PAGE] for at in range(0, len(ids), queries.PAGE)]


def _single_by_query(driver: Any, one: RepositoryKey, number: int) -> Issues:
    data = driver.query_or_none(queries.SINGLE_ISSUE, id=one.node_id, number=number)
    issue = Reading(data).part("node", "issue")
    return _alone([issue_of_query(issue)] if issue else [])


def _single_by_reply(driver: Any, one: RepositoryKey, number: int) -> Issues:
    """A pull request has a number of the same series, and is no issue."""
    body = found(driver.connection, driver.path(f"{path_of(one)}/issues/{number}"))
    is_issue = body is not None and PULL_REQUEST not in body
    return _alone([issue_of_reply(Reading(body))] if is_issue else [])


def _alone(issues: list[IssueRecord]) -> Issues:
    return Issues(issues, len(issues))


def _by_reply(driver: Any, one: RepositoryKey, asked: IssueQuestion) -> Issues:
    """The REST API lists pull requests as issues: pages are read until there are enough others.

    https://docs.github.com/en/rest/issues/issues#list-repository-issues
    """
    state = asked.states[0].value.lower() if len(asked.states) == 1 else "all"
    found_issues: list[IssueRecord] = []
    path = f"{path_of(one)}/issues"
    for page in pages(driver, path, state=state, per_page=str(queries.PAGE)):
        own = (item for item in page.items if PULL_REQUEST not in item)
        found_issues += [issue_of_reply(Reading(item)) for item in own]
        if len(found_issues) > asked.first or (
            len(found_issues) == asked.first and page.following is not None
        ):
            return Issues(found_issues[: asked.first], None)
    return Issues(found_issues, len(found_issues))


def check_number(repositories: Sequence[RepositoryKey]) -> None:
    """Raises ProviderError for more than one question may be about."""
    if len(repositories) > MOST_REQUESTS:
        message = (
            f"GitHub is sent a request for each repository here: ask about {MOST_REQUESTS} at most "
            f"at once, not {len(repositories)}."
        )
        raise ProviderError(ProviderErrorCode.INVALID_REQUEST, message, retryable=False)


def path_of(one: RepositoryKey) -> str:
    owner, _, name = one.full_name.partition("/")
    return f"/repos/{segment(owner)}/{segment(name)}"
