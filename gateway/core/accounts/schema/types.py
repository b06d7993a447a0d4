"""A user, as GraphQL shows one."""

from typing import Any

import graphene
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser

from gateway.core.accounts.reach import visible_users
from gateway.core.graphql import nodes
from gateway.core.graphql.nodes import Node
from gateway.core.graphql.paging import CountedConnection
from gateway.core.graphql.pure import pure
from gateway.core.ids import global_id, row_key


class User(graphene.ObjectType):
    """A user of the gateway."""

    class Meta:
        interfaces = (Node,)

    login = graphene.String(required=True, description="The name to log in with.")
    name = graphene.String(required=True, description="The full name; without one, the login.")

    active = graphene.Boolean(
        required=True, description="True if they can log in and use their tokens."
    )
    superuser = graphene.Boolean(
        required=True, description="True if they may see and do everything."
    )

    @staticmethod
    @pure
    def resolve_id(user: AbstractUser) -> str:
        return global_id("User", user.pk)

    @staticmethod
    @pure
    def resolve_login(user: AbstractUser) -> str:
        return user.get_username()

    @staticmethod
    @pure
    def resolve_name(user: AbstractUser) -> str:
        return user.get_full_name() or user.get_username()

    @staticmethod
    @pure
    def resolve_active(user: AbstractUser) -> bool:
        return user.is_active

    @staticmethod
    @pure
    def resolve_superuser(user: AbstractUser) -> bool:
        return user.is_superuser


class UserConnection(CountedConnection):
    """A page of users."""

    class Meta:
        node = User


def load_user(asker: Any, local_id: str) -> Any:
    """The user, if ``asker`` may see them; the asker themselves without a query."""
    if asker.is_authenticated and str(asker.pk) == local_id:
        return asker
    key = row_key(local_id)
    return None if key is None else visible_users(asker).filter(pk=key).first()


nodes.register(User, model=get_user_model(), load=load_user)
