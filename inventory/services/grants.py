"""Roles on a provider, granted and revoked by its ADMINs."""

from typing import Any

from gateway.core.accounts.locks import lock_team, lock_user
from gateway.core.errors import Conflict, NotFound
from gateway.core.transactions import in_transaction
from inventory.live.api import lock_provider
from inventory.models import Grant, Provider, Role


@in_transaction
def grant_set(
    *, provider: Provider, role: Role, user: Any = None, team: Any = None, granted_by: Any
) -> Grant:
    """Give a user or a team a role, in place of the one that they have.

    Raises Conflict for the owner, who has every right as it is, and NotFound if the user or the
    team was deleted, or the provider disconnected, meanwhile.
    """
    if user is not None and user.pk == provider.owner_id:
        raise Conflict("The owner of a provider always is an ADMIN of it.", field="user")
    if user is not None:
        lock_user(user)
    if team is not None:
        lock_team(team)
    locked = lock_provider(provider.pk)
    if locked is None:
        raise NotFound("The provider was disconnected.", field="provider")
    if locked.demo:
        Provider.objects.filter(pk=locked.pk).update(demo=False)  # somebody else relies on it
    grant, _made = Grant.objects.update_or_create(
        provider=provider, user=user, team=team, defaults={"role": role, "granted_by": granted_by}
    )
    return grant


def grant_remove(*, grant: Grant) -> None:
    """Its rights end at once, also for jobs of the provider."""
    grant.delete()
