"""Questions to a code host about repositories, and its answers: read for one question.

None of these records is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from inventory.records.repository import RepositoryRecord
from inventory.types import MeaningfulEnum


class IssueState(MeaningfulEnum):
    """The state of an issue."""

    OPEN = "OPEN", "It is open."
    CLOSED = "CLOSED", "It is closed."


class HostOrder(StrEnum):
    """The order of an owner's repositories at a host. STARGAZERS: only with a token."""

    NAME = "NAME"
    CREATED_AT = "CREATED_AT"
    PUSHED_AT = "PUSHED_AT"
    UPDATED_AT = "UPDATED_AT"
    STARGAZERS = "STARGAZERS"


class RepositoryKey(NamedTuple):
    """The key of a repository. ``node_id``: None: an account without a token read it."""

    full_name: str
    node_id: str | None = None


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """``contributions``: commits of a contributor; None: not asked for."""

    login: str
    name: str | None = None
    url: str = ""
    contributions: int | None = None


@dataclass(frozen=True, slots=True)
class People:
    """``total``: the number of people; None: there are more than these, and it is unknown."""

    people: Sequence[PersonRecord] = ()
    total: int | None = None


@dataclass(frozen=True, slots=True)
class IssueRecord:
    """``comments``: how many."""

    external_id: str
    number: int
    title: str
    state: str
    author: str | None = None
    comments: int = 0
    url: str = ""
    body: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Issues:
    """``total``: as of People."""

    issues: Sequence[IssueRecord] = ()
    total: int | None = None


@dataclass(frozen=True, slots=True)
class CommentRecord:
    external_id: str
    url: str
    body: str
    author: str | None
    created_at: datetime | None
    repository: RepositoryRecord
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class NewComment:
    """``subject_id``: the host's own id of an issue or a pull request."""

    subject_id: str
    body: str


@dataclass(frozen=True, slots=True)
class OrganizationQuestion:
    """``repositories``, ``members``: how many, 1 to 100; None: they are not asked for."""

    login: str
    repositories: int | None = None
    after: str | None = None
    order: HostOrder = HostOrder.NAME
    descending: bool = False
    members: int | None = None


@dataclass(frozen=True, slots=True)
class RepositoryPage:
    """A record without an id stands for a repository that was left out; its problem says why.

    ``next_cursor``: of the page after it; None: it is the last one.
    """

    repositories: Sequence[RepositoryRecord] = ()
    total: int | None = None
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class OrganizationRecord:
    """``repositories``, ``members``: None: not asked for. An exception: why they are not known."""

    login: str
    name: str | None
    description: str | None
    url: str
    repositories: RepositoryPage | Exception | None = None
    members: People | Exception | None = None


@dataclass(frozen=True, slots=True)
class IssueQuestion:
    """``number``: that issue alone; None: the ``first`` of those in ``states``, newest first."""

    repositories: Sequence[RepositoryKey]
    first: int = 10
    states: Sequence[IssueState] = ()
    number: int | None = None
