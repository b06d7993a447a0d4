"""Teams in GraphQL: seen by their members, changed by superusers."""

from typing import Any

import graphene

from gateway.core.accounts import models, teams
from gateway.core.accounts.reach import visible_members, visible_teams
from gateway.core.accounts.schema.named import team_named, user_named
from gateway.core.accounts.schema.types import UserConnection
from gateway.core.graphql import nodes
from gateway.core.graphql.context import Context
from gateway.core.graphql.mutation import Mutation, root_fields
from gateway.core.graphql.nodes import Node
from gateway.core.graphql.paging import OrderKey, Page, Window, page_arguments
from gateway.core.graphql.permissions import superuser_required
from gateway.core.graphql.pure import pure
from gateway.core.ids import global_id, row_key


class Team(graphene.ObjectType):
    """A group of users to whom a role can be granted together."""

    class Meta:
        interfaces = (Node,)

    name = graphene.String(required=True, description="Its name, which is unique.")
    created_at = graphene.DateTime(required=True, description="When it was created.")
    members = graphene.Field(
        UserConnection,
        description="The members that you may see, ordered by login.",
        **page_arguments(),
    )

    @staticmethod
    @pure
    def resolve_id(team: models.Team) -> str:
        return global_id("Team", team.pk)

    @staticmethod
    def resolve_members(team: models.Team, info: Any, **window: Any) -> Any:
        rows = visible_members(team, info.context.user)
        return Page(rows, order=OrderKey("username"), window=Window(**window))


def load_team(asker: Any, local_id: str) -> models.Team | None:
    key = row_key(local_id)
    return None if key is None else visible_teams(asker).filter(pk=key).first()


nodes.register(Team, model=models.Team, load=load_team)


class TeamMutation(Mutation):
    """Shared by the mutations of a team."""

    class Meta:
        abstract = True

    guard = superuser_required
    team = graphene.Field(Team, description="The team after the change; null if nothing was done.")


class CreateTeam(TeamMutation):
    """Create a team. For superusers."""

    class Input:
        name = graphene.String(required=True, description="Its name, which is unique.")

    @classmethod
    def perform(cls, _context: Context, *, name: str) -> Any:
        return cls(team=teams.team_create(name=name))


class RenameTeam(TeamMutation):
    """Rename a team. For superusers."""

    class Input:
        id = graphene.ID(required=True, description="The team.")
        name = graphene.String(required=True, description="Its name, which is unique.")

    @classmethod
    def perform(cls, context: Context, *, id: str, name: str) -> Any:  # noqa: A002 - as the schema has it
        team = team_named(context.user, id, field="id")
        return cls(team=teams.team_rename(team=team, name=name))


class DeleteTeam(Mutation):
    """Delete a team and its grants. For superusers."""

    guard = superuser_required
    id = graphene.ID(description="The id of the deleted team; null if nothing was done.")

    class Input:
        id = graphene.ID(required=True, description="The team.")

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Any:  # noqa: A002 - as the schema has it
        teams.team_delete(team=team_named(context.user, id, field="id"))
        return cls(id=id)


class MemberInput:
    """A team and a user."""

    team = graphene.ID(required=True, description="The team.")
    user = graphene.ID(required=True, description="The user.")


class AddTeamMember(TeamMutation):
    """Add a user to a team. The team's grants apply to the user at once. For superusers."""

    Input = MemberInput

    @classmethod
    def perform(cls, context: Context, *, team: str, user: str) -> Any:
        found = team_named(context.user, team)
        return cls(team=teams.team_member_add(team=found, user=user_named(context.user, user)))


class RemoveTeamMember(TeamMutation):
    """Remove a user from a team. The team's grants stop applying to the user. For superusers."""

    Input = MemberInput

    @classmethod
    def perform(cls, context: Context, *, team: str, user: str) -> Any:
        found = team_named(context.user, team)
        return cls(team=teams.team_member_remove(team=found, user=user_named(context.user, user)))


class TeamQuery(graphene.ObjectType):
    teams = graphene.List(
        graphene.NonNull(Team),
        description="The teams that you are a member of, ordered by name. Superusers see all "
        "teams.",
    )

    @staticmethod
    def resolve_teams(_root: None, info: Any) -> Any:
        return visible_teams(info.context.user).order_by("name")


TeamMutations: Any = root_fields(
    "TeamMutations", CreateTeam, RenameTeam, DeleteTeam, AddTeamMember, RemoveTeamMember
)
