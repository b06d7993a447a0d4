"""Stored repositories and the communities that own them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, Count, F, Min, Q, QuerySet, When

from gateway.core.folded_field import LONGEST_INDEXED, holding
from gateway.core.folding import folded
from inventory.access import visible_repositories
from inventory.models import Repository, Source
from inventory.types import MISSING


def repository_list(
    *, user: Any, owner: str | None = None, search: str | None = None
) -> QuerySet[Repository]:
    """Repositories by full name. ``search`` looks into full name and description, ignoring case."""
    repositories = _present(user)
    if owner is not None:
        repositories = repositories.filter(owner_folded=key_of(owner))
    if search:
        contained = holding("full_name_folded", search) | holding("description_folded", search)
        repositories = repositories.filter(contained)
    return repositories.order_by("full_name", "pk")


def repository_get(*, user: Any, name: str, owner: str | None = None) -> Repository | None:
    """By name, ignoring case; of several owners' repositories, the alphabetically first full name.

    If names differ only in case, the one that is spelled as given is first. If several rows have
    the same full name, the one that its host lists is first, then the one that was imported, which
    every user sees.
    """
    repositories = _present(user).filter(name_folded=key_of(name))
    exact = Q(name=name)
    if owner is not None:
        repositories = repositories.filter(owner_folded=key_of(owner))
        exact &= Q(owner_login=owner)
    spelled_so = Case(When(exact, then=0), default=1)
    imported_first = F("creator").asc(nulls_first=True)
    live_first = F("source").asc(nulls_last=True)
    return repositories.order_by(spelled_so, "full_name", live_first, imported_first).first()


def repositories_of_viewer(*, user: Any) -> QuerySet[Repository]:
    """All that the user may see."""
    return _present(user)


def community_name(*, user: Any, name: str | None = None) -> str | None:
    """The community ``name``, ignoring case, or the one with most repositories; None when there is
    none. It is spelled as at its oldest repository.
    """
    repositories = _present(user)
    communities = repositories.values("owner_folded").annotate(size=Count("pk"), oldest=Min("pk"))
    if name is not None:
        communities = communities.filter(owner_folded=key_of(name))
    largest = communities.order_by("-size", "owner_folded").first()
    return repositories.get(pk=largest["oldest"]).owner_login if largest else None


def unlisted(user: Any) -> Q:
    """Those that the user may see and that no host lists: imported, or added here."""
    return Q(pk__in=visible_repositories(user).filter(source=None).values("pk"))


def sources_of(rows: Iterable[Repository], known: Iterable[Source]) -> list[Source]:
    """The sources of ``rows``: as they are in ``known``, or else as they are stored."""
    by_key = {source.pk: source for source in known}
    wanted = {row.source_id for row in rows if row.source_id is not None} - by_key.keys()
    if wanted:
        stored = Source.objects.filter(pk__in=wanted).select_related("provider")
        by_key |= {source.pk: source for source in stored}
    return list(by_key.values())


def search_text_of(*texts: str) -> str:
    """The text that a search looks into, for a repository that no host lists."""
    return "\n".join(dict.fromkeys(folded(text) for text in texts if text))


def _present(user: Any) -> QuerySet[Repository]:
    """Without those that their hosts no longer list."""
    return visible_repositories(user).exclude(state=MISSING)


def key_of(name: str) -> str:
    """The key by which a repository's folded name, owner or full name is looked up."""
    return folded(name)[:LONGEST_INDEXED]
