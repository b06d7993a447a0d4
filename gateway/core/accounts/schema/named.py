"""Users and teams that an input names by their global ids."""

from typing import Any

from gateway.core.accounts.models import Team
from gateway.core.accounts.reach import visible_teams, visible_users
from gateway.core.errors import NotFound
from gateway.core.ids import local_id, row_key


def user_named(asker: Any, value: str, *, field: str = "user") -> Any:
    """The user with this id, if ``asker`` may see them. Raises NotFound, or InvalidInput."""
    key = row_key(local_id(value, of="User", field=field))
    user = None if key is None else visible_users(asker).filter(pk=key).first()
    if user is None:
        raise NotFound("There is no user with this id.", field=field)
    return user


def team_named(asker: Any, value: str, *, field: str = "team") -> Team:
    """As ``user_named``."""
    key = row_key(local_id(value, of="Team", field=field))
    team = None if key is None else visible_teams(asker).filter(pk=key).first()
    if team is None:
        raise NotFound("There is no team with this id.", field=field)
    return team
