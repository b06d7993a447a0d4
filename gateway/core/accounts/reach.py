"""Who may see whom: oneself, one's teams and those in them; a superuser everybody."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from gateway.core.accounts.models import Membership, Team
from gateway.core.errors import Forbidden

SUPERUSERS_ONLY = "Only a superuser may do this"


def visible_users(asker: Any) -> QuerySet[User]:
    users = get_user_model().objects.all()
    if not asker.is_authenticated:
        return users.none()
    if asker.is_superuser:
        return users
    mates = Membership.objects.filter(team__in=_teams_of(asker)).values("user")
    return users.filter(Q(pk=asker.pk) | Q(pk__in=mates))


def visible_teams(asker: Any) -> QuerySet[Team]:
    if not asker.is_authenticated:
        return Team.objects.none()
    if asker.is_superuser:
        return Team.objects.all()
    return Team.objects.filter(pk__in=_teams_of(asker))


def require_superuser(asker: Any) -> None:
    """Raises Forbidden, before anything is looked up: who may not do it learns nothing else."""
    if not asker.is_superuser:
        raise Forbidden(SUPERUSERS_ONLY)


def _teams_of(user: Any) -> Any:
    return Membership.objects.filter(user=user.pk).values("team")
