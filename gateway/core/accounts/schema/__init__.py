"""The accounts' part of the schema."""

from typing import Any

import graphene

from gateway.core.accounts.schema.tokens import TokenMutations
from gateway.core.accounts.schema.types import User


class Query(graphene.ObjectType):
    viewer = graphene.Field(User, description="You.")

    @staticmethod
    def resolve_viewer(_root: None, info: Any) -> Any:
        return info.context.user


class Mutation(TokenMutations):
    pass


__all__ = ["Mutation", "Query", "User"]
