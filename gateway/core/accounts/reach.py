"""The users and teams that a user may see: themselves, their teams and the members of these teams.

A superuser sees all. A caller whose token is limited to some providers sees only themselves.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from gateway.core.accounts.credential import provider_limit
from gateway.core.accounts.models import Membership, Team


def visible_users(asker: Any) -> QuerySet[User]:
    users = get_user_model().objects.all()
    if not asker.is_authenticated:
        return users.none()
    if provider_limit(asker) is not None:
        return users.filter(pk=asker.pk)
    if asker.is_superuser:
        return users
    mates = Membership.objects.filter(team__in=_teams_of(asker)).values("user")
    return users.filter(Q(pk=asker.pk) | Q(pk__in=mates))


def visible_teams(asker: Any) -> QuerySet[Team]:
    if not asker.is_authenticated or provider_limit(asker) is not None:
        return Team.objects.none()
    if asker.is_superuser:
        return Team.objects.all()
    return Team.objects.filter(pk__in=_teams_of(asker))


def visible_members(team: Team, asker: Any) -> QuerySet[User]:
    """The members that ``asker`` may see: a grant also shows its team to users outside of it."""
    return visible_users(asker).filter(pk__in=team.memberships.values("user"))


def _teams_of(user: Any) -> Any:
    return Membership.objects.filter(user=user.pk).values("team")
