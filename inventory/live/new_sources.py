"""Sources for lists that a release, or an installed package, has added to a kind of cloud."""

from gateway.core.transactions import in_transaction
from inventory.live.locks import lock_provider
from inventory.live.region_set import match_sources
from inventory.live.resources import resources_of
from inventory.models import Provider
from inventory.providers.registry import UnknownKind, get_kind


def sources_complete() -> int:
    """Add the missing sources of providers; returns how many providers had some missing."""
    return sum(_complete(pk) for pk in sorted(_lacking_some()))


def _lacking_some() -> set[int]:
    """The primary keys of providers."""
    found: set[int] = set()
    for slug, driver in Provider.objects.values_list("kind_slug", "driver").distinct():
        try:
            resources = resources_of(get_kind(slug, driver))
        except UnknownKind:  # its package is not installed any more
            continue
        providers = Provider.objects.filter(kind_slug=slug, driver=driver).exclude(regions=[])
        for resource in resources:
            found |= set(providers.exclude(sources__resource=resource).values_list("pk", flat=True))
    return found


@in_transaction
def _complete(pk: int) -> bool:
    provider = lock_provider(pk)
    if provider is None:
        return False
    match_sources(provider)
    return True
