"""Issues of repositories, and comments on them."""

from collections.abc import Mapping
from typing import Any

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.github import queries
from inventory.providers.github.each import (
    GONE,
    check_number,
    chunks,
    each_repository,
    nodes_by_id,
    objects_of,
    path_of,
    unreadable,
)
from inventory.providers.github.pages import pages
from inventory.providers.github.parse import comment_of, count_of, issue_of_query, issue_of_reply
from inventory.providers.github.scope import check_owner, check_owners, strays
from inventory.providers.reading import Reading
from inventory.providers.rest import found
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
NO_SUBJECT = "GitHub has no such issue or pull request, or does not show it to this account."
PER_PAGE = str(queries.PAGE)
MOST_PAGES = 5  # of one repository; without a token there are 60 requests an hour
NO_COMMENT = "GitHub answered without the comment."
ISSUES_OF = Mapping[RepositoryKey, Issues | ProviderError]


@reads("issues")
def list_issues(driver: Any, asked: IssueQuestion) -> ISSUES_OF:
    """The issues of each repository, or the error of that repository alone.

    The error is NOT_FOUND for a repository that is gone, or that this account may not see.

    With a token, one request for a hundred repositories.
    """
    check_owners(driver, asked.repositories)
    by_query = driver.token is not None and all(one.node_id for one in asked.repositories)
    if asked.number is not None or not by_query:
        check_number(asked.repositories)
    if asked.number is not None:
        read = _single_by_query if by_query else _single_by_reply
        number = asked.number
        return each_repository(asked.repositories, lambda one: read(driver, one, number))
    if by_query:
        return _by_query(driver, asked)
    return each_repository(asked.repositories, lambda one: _by_reply(driver, one, asked))


@does("issues", "comment")
def add_comment(driver: Any, order: NewComment) -> CommentRecord:
    """https://docs.github.com/en/graphql/reference/mutations#addcomment

    An error of the mutation itself means that nothing was written. One below it is of reading what
    was written: the comment is there.
    """
    _check_subject(driver, order.subject_id)
    given = {"subjectId": order.subject_id, "body": order.body}
    answer = driver.query(queries.ADD_COMMENT, input=given)
    error = answer.above("addComment")
    if error is not None:
        raise error
    comment = comment_of(Reading(answer.data).part("addComment", "commentEdge", "node"))
    if not comment.external_id:
        below = answer.about("addComment")
        reason = "" if below is None else f" {below.message}"
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, f"{NO_COMMENT}{reason}")
    return comment


def _check_subject(driver: Any, subject_id: str) -> None:
    """Its id does not say whose it is, so an account that is connected for one owner asks before.

    Raises ProviderError.
    """
    if not driver.owner:
        return
    subject = driver.query(queries.SUBJECT, id=subject_id).part("node")
    if subject is None:
        raise ProviderError(ProviderErrorCode.NOT_FOUND, NO_SUBJECT)
    check_owner(driver, subject.text("repository", "owner", "login"))


def _by_query(driver: Any, asked: IssueQuestion) -> ISSUES_OF:
    states = [state.value for state in asked.states] or None
    known: dict[RepositoryKey, Issues | ProviderError] = {}
    for keys in chunks(asked.repositories):
        ids = [one.node_id for one in keys]
        answer = driver.query(queries.ISSUES, ids=ids, first=asked.first, states=states)
        for key, node in zip(keys, nodes_by_id(answer, len(ids)), strict=True):
            known[key] = node if isinstance(node, ProviderError) else _queried(driver, node)
    return known


def _queried(driver: Any, node: Reading) -> Issues | ProviderError:
    if strays(driver, node):
        return ProviderError(ProviderErrorCode.NOT_FOUND, GONE)
    page = node.part("issues")
    total = count_of(page, "totalCount")
    issues = [issue_of_query(one) for one in objects_of(page)]
    return unreadable(node) or Issues(issues, total)


def _single_by_query(driver: Any, one: RepositoryKey, number: int) -> Issues | ProviderError:
    answer = driver.query(queries.SINGLE_ISSUE, id=one.node_id, number=number)
    node = answer.part("node")
    if node is None or strays(driver, node):
        return ProviderError(ProviderErrorCode.NOT_FOUND, GONE)
    issue = answer.part("node", "issue")
    if issue is None:
        return _alone([])
    found_issue = issue_of_query(issue)
    return answer.about("node", "issue") or unreadable(issue) or _alone([found_issue])


def _single_by_reply(driver: Any, one: RepositoryKey, number: int) -> Issues | ProviderError:
    """A pull request has a number of the same series, and is no issue. GitHub answers 404 for an
    issue that there is not as for a repository that there is not.
    """
    body = found(driver.connection, driver.path(f"{path_of(one)}/issues/{number}"))
    if body is None or PULL_REQUEST in body:
        return _alone([])
    issue = Reading(body)
    found_issue = issue_of_reply(issue)
    return unreadable(issue) or _alone([found_issue])


def _alone(issues: list[IssueRecord]) -> Issues:
    return Issues(issues, len(issues))


def _by_reply(driver: Any, one: RepositoryKey, asked: IssueQuestion) -> Issues | ProviderError:
    """The REST API lists pull requests as issues: pages are read until there are enough others, and
    MOST_PAGES of them, which leaves requests for other questions.

    https://docs.github.com/en/rest/issues/issues#list-repository-issues. An issue that is opened
    meanwhile moves the others, so that one of them is on two pages.
    """
    state = asked.states[0].value.lower() if len(asked.states) == 1 else "all"
    known: dict[int, IssueRecord] = {}
    path = f"{path_of(one)}/issues"
    for number, page in enumerate(pages(driver, path, state=state, per_page=PER_PAGE), start=1):
        items = Reading({"issues": page.items})
        for item in items.parts("issues"):
            if not item.has(PULL_REQUEST):
                issue = issue_of_reply(item)
                known.setdefault(issue.number, issue)
        if (problem := unreadable(items)) is not None:
            return problem
        is_enough = len(known) >= asked.first or number == MOST_PAGES
        if len(known) > asked.first or (is_enough and page.following is not None):
            return Issues([*known.values()][: asked.first], None)
    return Issues([*known.values()], len(known))
