"""Which host of code a question about a repository goes to."""

from collections.abc import Collection
from typing import Any

from gateway.core.http.urls import split_url
from inventory.models import Repository, Source
from inventory.selectors.sources import SourceFilter, source_list

REPOSITORIES = "repositories"


def host_sources(*, user: Any, providers: Collection[str] | None = None) -> list[Source]:
    """The sources of repositories that the user may ask, oldest first.

    ``providers``: public ids.
    """
    found = source_list(user=user, resource=REPOSITORIES, limits=SourceFilter(providers))
    return [source for source in found if not source.is_region_set]


def source_of_repository(*, user: Any, repository: Repository) -> Source | None:
    """The source that lists it; of one that was imported or added here, the first of its host.

    None: the user has no provider at that host.
    """
    if repository.source_id is not None:
        source: Source = repository.source
        return source
    return source_at(user=user, url=repository.url)


def source_at(*, user: Any, url: str) -> Source | None:
    """The oldest source of repositories of the host that the address names.

    One that has listed none yet may be of any host.
    """
    host = host_of(url)
    for source in host_sources(user=user):
        shown = Repository.objects.filter(source=source).values_list("url", flat=True).first()
        if shown is None or host_of(shown) == host:
            return source
    return None


def host_of(url: str) -> str | None:
    """The host that an address names; None: it names none that can be read."""
    try:
        return split_url(url).hostname
    except ValueError:
        return None
