"""The accounts' part of the schema."""

from typing import Any

import graphene

from gateway.core.accounts.schema.api_tokens import ApiTokenMutations, ApiTokenQuery
from gateway.core.accounts.schema.sessions import SessionMutations, SessionQuery
from gateway.core.accounts.schema.teams import TeamMutations, TeamQuery
from gateway.core.accounts.schema.tokens import TokenMutations
from gateway.core.accounts.schema.types import User
from gateway.core.accounts.schema.users import UserMutations, UserQuery


class Query(UserQuery, TeamQuery, SessionQuery, ApiTokenQuery, graphene.ObjectType):
    viewer = graphene.Field(User, description="The user who is logged in.")

    @staticmethod
    def resolve_viewer(_root: None, info: Any) -> Any:
        return info.context.user


class Mutation(TokenMutations, UserMutations, TeamMutations, SessionMutations, ApiTokenMutations):
    pass


__all__ = ["Mutation", "Query", "User"]
