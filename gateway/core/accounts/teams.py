"""Teams and their members, which only superusers change."""

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from gateway.core.accounts.locks import lock_team, lock_user
from gateway.core.accounts.models import Membership, Team
from gateway.core.errors import Conflict, NotFound
from gateway.core.names import clean_name
from gateway.core.transactions import delete_locked, in_transaction

LONGEST_NAME = 100


def team_create(*, name: str) -> Team:
    """Raises InvalidInput, and Conflict for a name that is taken."""
    return _save(Team(), name)


def team_rename(*, team: Team, name: str) -> Team:
    """As ``team_create``."""
    return _save(team, name)


def team_delete(*, team: Team) -> None:
    """Delete the team and its grants. Its members stay users. Deleting it twice is no error."""
    delete_locked(Team.objects.filter(pk=team.pk))


@in_transaction
def team_member_add(*, team: Team, user: User) -> Team:
    """Adding twice is no error. Raises NotFound if one of them was deleted meanwhile."""
    lock_user(user)
    lock_team(team)
    Membership.objects.get_or_create(team=team, user=user)
    return team


def team_member_remove(*, team: Team, user: User) -> Team:
    """Raises NotFound if the user is not in the team."""
    removed, _ = Membership.objects.filter(team=team, user=user).delete()
    if not removed:
        raise NotFound("This user is not in this team.", field="user")
    return team


def _save(team: Team, name: str) -> Team:
    team.name = clean_name(name, longest=LONGEST_NAME)
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError:
        raise Conflict(f"There is a team named {team.name!r} already.", field="name") from None
    return team
