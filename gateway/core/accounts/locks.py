"""Locks on users and teams, the first ones in the order that docs/architecture.md states."""

from typing import Any

from django.contrib.auth.models import User

from gateway.core.accounts.models import Team
from gateway.core.errors import NotFound


def lock_user(user: Any) -> None:
    """Keep the user from being deleted until the transaction ends. Raises NotFound.

    Whoever counts what a user has, and then adds to it, must hold this lock before: two that count
    at once would both find the last place free.
    """
    if not list(User.objects.select_for_update(no_key=True).filter(pk=user.pk)):
        raise NotFound("The user was deleted.", field="user")


def lock_team(team: Team) -> None:
    """Keep the team from being deleted until the transaction ends. Raises NotFound."""
    if not list(Team.objects.select_for_update(no_key=True).filter(pk=team.pk)):
        raise NotFound("The team was deleted.", field="team")
