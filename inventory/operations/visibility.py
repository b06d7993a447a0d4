"""Which jobs a user may see, cancel and keep running, by their role on the provider."""

from collections.abc import Collection
from typing import Any

from inventory.access import Role, require_role, scopes, visible_providers
from inventory.models import Provider
from jobs.api import Job, ScopeAccess


def provider_scopes(user: Any) -> ScopeAccess:
    def known(values: Collection[str]) -> set[str]:
        found = visible_providers(user).filter(scope__in=list(values))
        return set(found.values_list("scope", flat=True))

    return ScopeAccess(
        within=scopes(user, within=True), beyond=scopes(user, within=False), known=known
    )


def check_operator(scopes: Collection[str], user: Any) -> None:
    """Raises Forbidden unless the user is OPERATOR of the provider of every scope."""
    require_role(user, Role.OPERATOR, *Provider.objects.filter(scope__in=scopes))


def check_still_operator(job: Job, user: Any) -> None:
    """Raises Forbidden unless the requester is OPERATOR of the job's provider now.

    A provider that was disconnected is reported by the operation itself.
    """
    if job.scope is not None:
        require_role(user, Role.OPERATOR, *Provider.objects.filter(scope=job.scope))
