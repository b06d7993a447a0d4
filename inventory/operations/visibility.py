"""Which jobs a user may see, stop, and keep running: by the role on their provider."""

from collections.abc import Collection
from typing import Any

from inventory.access import Role, require_role, scopes, visible_providers
from inventory.models import Provider
from inventory.operations.actions import TARGET_TYPES
from jobs.api import Job, ScopeReach, cancel_check, scope_reach, step_check


@scope_reach
def provider_scopes(user: Any) -> ScopeReach:
    def known(values: Collection[str]) -> set[str]:
        found = visible_providers(user).filter(scope__in=list(values))
        return set(found.values_list("scope", flat=True))

    return ScopeReach(
        within=scopes(user, within=True), beyond=scopes(user, within=False), known=known
    )


def check_operator(scopes: set[str], user: Any) -> None:
    """Raises Forbidden unless the user is OPERATOR wherever the jobs are at work."""
    require_role(user, Role.OPERATOR, *Provider.objects.filter(scope__in=scopes))


def check_still_operator(job: Job, user: Any) -> None:
    """Raises Forbidden unless the requester is OPERATOR of the job's provider now.

    A provider that was disconnected is reported by the operation itself.
    """
    if job.scope is not None:
        require_role(user, Role.OPERATOR, *Provider.objects.filter(scope=job.scope))


for _target_type in TARGET_TYPES:
    cancel_check(_target_type.prefix)(check_operator)
    step_check(_target_type.prefix)(check_still_operator)
