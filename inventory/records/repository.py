"""Code repositories, as their hosts describe them."""

from dataclasses import dataclass
from datetime import datetime

from inventory.records.base import ObservedRecord, listed
from inventory.types import MeaningfulEnum


class RepositoryState(MeaningfulEnum):
    """The state of a repository. rawState has its host's own word."""

    ACTIVE = "ACTIVE", "It accepts changes."
    ARCHIVED = "ARCHIVED", "It is archived, which means read-only."
    DISABLED = "DISABLED", "Its host has switched it off."
    MISSING = "MISSING", "Its host no longer lists it."
    UNKNOWN = "UNKNOWN", "It could not be read, or was never read from its host."


class RepositoryVisibility(MeaningfulEnum):
    """The visibility of a repository at its host."""

    PUBLIC = "PUBLIC", "Everybody."
    INTERNAL = "INTERNAL", "Every member of the enterprise that it belongs to."
    PRIVATE = "PRIVATE", "The users to whom its owner has given access."


@listed("repositories")
@dataclass(frozen=True, slots=True)
class RepositoryRecord(ObservedRecord):
    """``node_id``: its id in the host's GraphQL API. ``license``: its SPDX identifier."""

    state: RepositoryState
    node_id: str | None = None
    full_name: str = ""
    owner_login: str = ""
    url: str = ""
    description: str = ""
    default_branch: str | None = None
    visibility: str | None = None
    language: str | None = None
    topics: tuple[str, ...] = ()
    stars: int | None = None
    forks: int | None = None
    open_issues: int | None = None
    archived: bool | None = None
    license: str | None = None
    pushed_at: datetime | None = None  # aware
