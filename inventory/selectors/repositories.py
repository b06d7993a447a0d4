"""Stored repositories and the communities that own them."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from gateway.core.errors import InvalidInput
from inventory.access import visible_repositories
from inventory.models import Repository

MOST = 1000


def repository_list(
    *,
    user: Any,
    first: int | None = None,
    offset: int | None = None,
    owner: str | None = None,
    search: str | None = None,
) -> list[Repository]:
    """Repositories by full name. ``search`` looks into full name and description, in any case."""
    count = _checked("first", MOST if first is None else first, most=MOST)
    start = _checked("offset", offset or 0)
    repositories = visible_repositories(user)
    if owner is not None:
        repositories = repositories.filter(owner_login=owner)
    if search:
        contained = Q(full_name__icontains=search) | Q(description__icontains=search)
        repositories = repositories.filter(contained)
    return list(repositories.order_by("full_name")[start : start + count])


def repository_get(*, user: Any, name: str, owner: str | None = None) -> Repository | None:
    """By name; of several owners' the alphabetically first full name."""
    repositories = visible_repositories(user).filter(name=name)
    if owner is not None:
        repositories = repositories.filter(owner_login=owner)
    return repositories.order_by("full_name").first()


def repositories_of_viewer(*, user: Any) -> QuerySet[Repository]:
    """All that the user may see, oldest first."""
    return visible_repositories(user).order_by("created_at", "pk")


def community_name(*, user: Any, name: str | None = None) -> str | None:
    """The community ``name``, or the one with most repositories; None when there is none."""
    communities = visible_repositories(user).values("owner_login").annotate(size=Count("pk"))
    if name is not None:
        communities = communities.filter(owner_login=name)
    largest = communities.order_by("-size", "owner_login").first()
    return largest["owner_login"] if largest else None


def _checked(name: str, value: int, *, most: int | None = None) -> int:
    if value < 0 or (most is not None and value > most):
        allowed = f"between 0 and {most}" if most is not None else "0 or more"
        raise InvalidInput(f"{name} must be {allowed}, not {value}.", field=name)
    return value
