"""Roles on a provider, given and taken by who is ADMIN of it."""

from typing import Any

from gateway.core.errors import Conflict
from inventory.models import Grant, Provider, Role


def grant_set(
    *, provider: Provider, role: Role, user: Any = None, team: Any = None, granted_by: Any
) -> Grant:
    """Give a user or a team a role, in place of the one that they have.

    Raises Conflict for the owner, who has every right as it is.
    """
    if user is not None and user.pk == provider.owner_id:
        raise Conflict("The owner of a provider is ADMIN of it in any case.", field="user")
    grant, _made = Grant.objects.update_or_create(
        provider=provider, user=user, team=team, defaults={"role": role, "granted_by": granted_by}
    )
    return grant


def grant_remove(*, grant: Grant) -> None:
    """What it gave ends at once, the jobs of the provider included."""
    grant.delete()
