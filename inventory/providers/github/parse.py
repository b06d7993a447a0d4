"""GitHub's JSON to our records: of its GraphQL API, and of its REST API."""

import re

from inventory.providers.reading import Reading
from inventory.records.code_hosting import CommentRecord, IssueRecord, IssueState, PersonRecord
from inventory.records.repository import RepositoryRecord, RepositoryState, RepositoryVisibility

LARGEST_INT = 2**31 - 1  # of GraphQL: https://spec.graphql.org/October2021/#sec-Int
WEB = re.compile(r"https?://", re.IGNORECASE)
ACTIVE, ARCHIVED, DISABLED = "active", "archived", "disabled"
STATES = {
    ACTIVE: RepositoryState.ACTIVE,
    ARCHIVED: RepositoryState.ARCHIVED,
    DISABLED: RepositoryState.DISABLED,
}


def repository_of_query(found: Reading) -> RepositoryRecord:
    """``found``: the fragment ``repository`` of ``queries``."""
    raw_state = _state_of(found, archived="isArchived", disabled="isDisabled")
    topics = [one.text("topic", "name") for one in found.parts("repositoryTopics", "nodes")]
    return RepositoryRecord(
        external_id=found.identifier("databaseId") or "",
        node_id=found.text("id", required=True),
        name=found.text("name", required=True) or "",
        full_name=found.text("nameWithOwner", required=True) or "",
        owner_login=found.text("owner", "login", required=True) or "",
        url=_address(found, "url"),
        description=found.text("description") or "",
        state=STATES[raw_state],
        raw_state=raw_state,
        default_branch=found.text("defaultBranchRef", "name"),
        visibility=_visibility(found, found.text("visibility", required=True)),
        language=found.text("primaryLanguage", "name"),
        topics=tuple(sorted(filter(None, topics))),
        stars=found.number("stargazerCount", required=True),
        forks=found.number("forkCount", required=True),
        open_issues=found.number("issues", "totalCount", required=True),
        archived=found.flag("isArchived"),
        license=found.text("licenseInfo", "spdxId"),
        pushed_at=found.moment("pushedAt"),
        created_at=found.moment("createdAt", required=True),
        problem=found.problem,
    )


def repository_of_reply(found: Reading) -> RepositoryRecord:
    """``found``: a "Minimal Repository" or a "Full Repository" of the REST API.

    https://docs.github.com/en/rest/repos/repos. A GitHub Enterprise Server of before 3.2 has no
    ``visibility``; ``private`` is there as long as the API.
    """
    raw_state = _state_of(found, archived="archived", disabled="disabled")
    visibility = found.text("visibility") or ("private" if found.flag("private") else "public")
    return RepositoryRecord(
        external_id=found.identifier("id") or "",
        node_id=found.text("node_id"),
        name=found.text("name", required=True) or "",
        full_name=found.text("full_name", required=True) or "",
        owner_login=found.text("owner", "login", required=True) or "",
        url=_address(found, "html_url"),
        description=found.text("description") or "",
        state=STATES[raw_state],
        raw_state=raw_state,
        default_branch=found.text("default_branch"),
        visibility=_visibility(found, visibility),
        language=found.text("language"),
        topics=tuple(sorted(found.texts("topics"))),
        stars=found.number("stargazers_count"),
        forks=found.number("forks_count"),
        open_issues=found.number("open_issues_count"),
        archived=found.flag("archived"),
        license=found.text("license", "spdx_id"),
        pushed_at=found.moment("pushed_at"),
        created_at=found.moment("created_at"),
        problem=found.problem,
    )


def issue_of_query(found: Reading) -> IssueRecord:
    return IssueRecord(
        external_id=found.text("id", required=True) or "",
        number=count_of(found, "number") or 0,
        title=found.text("title") or "",
        state=_issue_state(found),
        author=found.text("author", "login"),
        comments=count_of(found, "comments", "totalCount") or 0,
        url=_page(found, "url"),
        body=found.text("body") or "",
        created_at=found.moment("createdAt"),
    )


def issue_of_reply(found: Reading) -> IssueRecord:
    """https://docs.github.com/en/rest/issues/issues"""
    return IssueRecord(
        external_id=found.text("node_id", required=True) or "",
        number=count_of(found, "number") or 0,
        title=found.text("title") or "",
        state=_issue_state(found),
        author=found.text("user", "login"),
        comments=count_of(found, "comments") or 0,
        url=_page(found, "html_url"),
        body=found.text("body") or "",
        created_at=found.moment("created_at"),
    )


def comment_of(found: Reading) -> CommentRecord:
    return CommentRecord(
        external_id=found.text("id", required=True) or "",
        url=_page(found, "url"),
        body=found.text("body") or "",
        author=found.text("author", "login"),
        created_at=found.moment("createdAt"),
        repository=repository_of_query(found.part("repository")),
        problem=found.problem,
    )


def person_of_query(found: Reading) -> PersonRecord:
    return PersonRecord(
        login=found.text("login", required=True) or "",
        name=found.text("name"),
        url=_page(found, "url"),
    )


def person_of_reply(found: Reading) -> PersonRecord:
    """A member, a collaborator or a contributor. An anonymous contributor has no login."""
    return PersonRecord(
        login=found.text("login") or found.text("name", required=True) or "",
        name=found.text("name"),
        url=_page(found, "html_url"),
        contributions=count_of(found, "contributions", required=False),
    )


def _state_of(found: Reading, *, archived: str, disabled: str) -> str:
    """Disabled comes first: a disabled repository cannot be read, archived or not."""
    if found.flag(disabled):
        return DISABLED
    return ARCHIVED if found.flag(archived) else ACTIVE


def count_of(found: Reading, *names: str, required: bool = True) -> int | None:
    """A number that is shown at once, as the Int of GraphQL."""
    number = found.number(*names, required=required)
    if number is not None and number > LARGEST_INT:
        found.note(".".join(names), "a number of 32 bits", number)
        return None
    return number


def _visibility(found: Reading, word: str | None) -> str | None:
    """None for a word that the gateway does not know; the word is noted."""
    if word is None or word.upper() in RepositoryVisibility.__members__:
        return None if word is None else word.upper()
    found.note("visibility", "a known word", word)
    return None


def _issue_state(found: Reading) -> str:
    word = (found.text("state", required=True) or "").upper()
    if word and word not in IssueState.__members__:
        found.note("state", "OPEN or CLOSED", word)
    return word


def _page(found: Reading, name: str) -> str:
    """An address that may be opened; empty for any other: a link may run a script."""
    url = found.text(name) or ""
    return url if WEB.match(url) else ""


def _address(found: Reading, name: str) -> str:
    """As ``_page``, of an object that always has one."""
    url = _page(found, name)
    if not url:
        found.note(name, "an http address", found.text(name))
    return url
