"""A user, as GraphQL shows one."""

from typing import Any

import graphene
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser

from gateway.core.graphql import nodes
from gateway.core.graphql.nodes import Node
from gateway.core.ids import global_id, row_key


class User(graphene.ObjectType):
    """Somebody who may log in."""

    class Meta:
        interfaces = (Node,)

    login = graphene.String(required=True, description="The name to log in with.")
    name = graphene.String(required=True, description="The full name, or the login without one.")

    @staticmethod
    def resolve_id(user: AbstractUser, _info: Any) -> str:
        return global_id("User", user.pk)

    @staticmethod
    def resolve_login(user: AbstractUser, _info: Any) -> str:
        return user.get_username()

    @staticmethod
    def resolve_name(user: AbstractUser, _info: Any) -> str:
        return user.get_full_name() or user.get_username()


def load_user(asker: Any, local_id: str) -> Any:
    """Oneself; a superuser may load anyone."""
    if not asker.is_authenticated:
        return None
    if str(asker.pk) == local_id:
        return asker
    key = row_key(local_id)
    if not asker.is_superuser or key is None:
        return None
    return get_user_model().objects.filter(pk=key).first()


nodes.register(User, model=get_user_model(), load=load_user)
