"""Users in GraphQL: made and changed by superusers; one's own password and sessions by oneself."""

from typing import Any

import graphene

from gateway.core.accounts import users
from gateway.core.accounts.logins import users_holding
from gateway.core.accounts.reach import visible_users
from gateway.core.accounts.schema.named import user_named
from gateway.core.accounts.schema.types import User, UserConnection
from gateway.core.graphql.context import Context
from gateway.core.graphql.mutation import Mutation, root_fields
from gateway.core.graphql.paging import OrderKey, Page, Window, page_arguments
from gateway.core.graphql.permissions import superuser_required


class UserMutation(Mutation):
    """Shared by the mutations of a user."""

    class Meta:
        abstract = True

    user = graphene.Field(User, description="The user after the change; null if nothing was done.")


class CreateUser(UserMutation):
    """Create a user. For superusers."""

    guard = superuser_required

    class Input:
        login = graphene.String(required=True, description="The login. It must be unique.")
        password = graphene.String(
            required=True, description="Their first password, at least 8 characters."
        )
        name = graphene.String(default_value="", description="Their full name.")
        superuser = graphene.Boolean(
            default_value=False, description="True if they may see and do everything."
        )

    @classmethod
    def perform(cls, _context: Context, *, login: str, password: str, **given: Any) -> Any:
        given = {key: value for key, value in given.items() if value is not None}
        return cls(user=users.user_create(login=login, password=password, **given))


class UpdateUser(UserMutation):
    """Change a user. A new password, or active: false, ends all their tokens. For superusers."""

    guard = superuser_required

    class Input:
        id = graphene.ID(required=True, description="The user.")
        name = graphene.String(description="The new full name.")
        password = graphene.String(description="The new password.")
        active = graphene.Boolean(description="If false, they can neither log in nor use a token.")
        superuser = graphene.Boolean(description="True if they may see and do everything.")

    @classmethod
    def perform(cls, context: Context, *, id: str, **given: Any) -> Any:  # noqa: A002 - as the schema has it
        user = user_named(context.user, id, field="id")
        asker: Any = context.user
        return cls(user=users.user_update(user=user, changed_by=asker, **given))


class ChangePassword(UserMutation):
    """Change your password. This ends all your sessions, including this one: log in again."""

    class Input:
        current_password = graphene.String(required=True, description="Your present password.")
        new_password = graphene.String(
            required=True, description="Your new password, at least 8 characters."
        )
        revoke_api_tokens = graphene.Boolean(
            default_value=False, description="If true, your API tokens are revoked too."
        )

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        current_password: str,
        new_password: str,
        revoke_api_tokens: bool | None = False,
    ) -> Any:
        users.password_change(
            user=context.user,
            current=current_password,
            new=new_password,
            address=context.address,
            revoke_api_tokens=bool(revoke_api_tokens),
        )
        return cls(user=context.user)


class UserQuery(graphene.ObjectType):
    users = graphene.Field(
        UserConnection,
        search=graphene.String(description="A text that the login contains; case-insensitive."),
        description="You and the members of your teams, ordered by login. Superusers see all "
        "users.",
        **page_arguments(),
    )

    @staticmethod
    def resolve_users(_root: None, info: Any, search: str | None = None, **window: Any) -> Any:
        rows = visible_users(info.context.user)
        if search:
            rows = users_holding(rows, search)
        return Page(rows, order=OrderKey("username"), window=Window(**window))


UserMutations: Any = root_fields("UserMutations", CreateUser, UpdateUser, ChangePassword)
