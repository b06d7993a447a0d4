"""The roles of users and teams on a provider, in GraphQL."""

from typing import Any

import graphene

from gateway.core.accounts.schema.named import team_named, user_named
from gateway.core.accounts.schema.teams import Team
from gateway.core.accounts.schema.types import User
from gateway.core.errors import InvalidInput, NotFound
from gateway.core.graphql import nodes
from gateway.core.graphql.context import Context
from gateway.core.graphql.extend import extend
from gateway.core.graphql.mutation import Mutation, root_fields
from gateway.core.graphql.nodes import Node
from gateway.core.graphql.pure import pure
from gateway.core.ids import global_id, local_id, row_key
from inventory import models
from inventory.access import Role, require_role, roles_on, visible_grants
from inventory.schema.enums import ProviderRole
from inventory.schema.named import provider_named
from inventory.schema.providers import Provider
from inventory.services import grants


class Grant(graphene.ObjectType):
    """A role on a provider, for a user or for everybody in a team."""

    class Meta:
        interfaces = (Node,)

    provider = graphene.Field(Provider, required=True, description="The provider.")
    role = graphene.Field(ProviderRole, required=True, description="The role.")
    user = graphene.Field(User, description="The user who has the role; null if a team has it.")
    team = graphene.Field(Team, description="The team that has the role; null if a user has it.")
    granted_at = graphene.DateTime(required=True, description="When it was first granted.")
    granted_by = graphene.Field(
        User, description="The user who granted it; null if that user was deleted."
    )

    @staticmethod
    @pure
    def resolve_id(grant: models.Grant) -> str:
        return global_id("Grant", grant.pk)


def load_grant(asker: Any, local: str) -> models.Grant | None:
    key = row_key(local)
    return None if key is None else visible_grants(asker).filter(pk=key).first()


nodes.register(Grant, model=models.Grant, load=load_grant)


class GrantProviderAccess(Mutation):
    """Grant a user or a team a role on a provider. It replaces their earlier role. For its ADMINs.

    You can grant it to your teams and to their members; superusers can grant it to all.
    """

    grant = graphene.Field(
        Grant, description="The role that they have now; null if nothing was done."
    )

    class Input:
        provider = graphene.ID(required=True, description="The provider.")
        role = graphene.InputField(ProviderRole, required=True, description="The role.")
        user = graphene.ID(description="The user who gets the role. Either this or team.")
        team = graphene.ID(description="The team whose members get the role. Either this or user.")

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        provider: str,
        role: Role,
        user: str | None = None,
        team: str | None = None,
    ) -> Any:
        found = provider_named(context, provider, Role.ADMIN, field="provider")
        if (user is None) == (team is None):
            raise InvalidInput("Give either user or team.", field="user")
        grant = grants.grant_set(
            provider=found,
            role=Role(role),
            user=None if user is None else user_named(context.user, user),
            team=None if team is None else team_named(context.user, team),
            granted_by=context.user,
        )
        return cls(grant=grant)


class RevokeProviderAccess(Mutation):
    """Revoke a grant. Other grants stay. For ADMINs."""

    id = graphene.ID(description="The id of the deleted object; null if nothing was done.")

    class Input:
        id = graphene.ID(required=True, description="The Grant.")

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Any:  # noqa: A002 - as the schema has it
        grant = load_grant(context.user, local_id(id, of="Grant"))
        if grant is None:
            raise NotFound("There is no grant with this id.", field="id")
        require_role(context.user, Role.ADMIN, grant.provider)
        grants.grant_remove(grant=grant)
        return cls(id=id)


GrantMutations: Any = root_fields("GrantMutations", GrantProviderAccess, RevokeProviderAccess)


class Roles(dict[int, Any]):
    """The roles that one operation has looked up, by provider."""


def resolve_viewer_role(provider: models.Provider, info: Any) -> Role | None:
    """Looks up the roles on all providers of a list at once."""
    roles = info.context.of(Roles)
    if provider.pk not in roles:
        peers = vars(provider).get("peers") or [provider]
        roles.update(roles_on(info.context.user, peers))
    found: Role | None = roles[provider.pk]
    return found


def resolve_grants(provider: models.Provider, info: Any) -> Any:
    """None for a user who is not ADMIN: they may not see the roles of others."""
    if resolve_viewer_role(provider, info) is not Role.ADMIN:
        return None
    return visible_grants(info.context.user).filter(provider=provider).order_by("pk")


def resolve_owner(provider: models.Provider, info: Any) -> Any:
    user = info.context.user
    return user if provider.owner_id == user.pk else provider.owner


extend(
    Provider,
    viewer_role=graphene.Field(
        ProviderRole, description="Your role.", resolver=resolve_viewer_role
    ),
    owner=graphene.Field(User, description="The user who connected it.", resolver=resolve_owner),
    grants=graphene.List(
        graphene.NonNull(Grant),
        description="The roles of others; null unless you are an ADMIN of it.",
        resolver=resolve_grants,
    ),
)
