"""A user's own API tokens in GraphQL. Higher apps add the providers that a token is limited to."""

from collections.abc import Sequence
from typing import Any

import graphene

from gateway.core.accounts import api_tokens, models
from gateway.core.accounts.credential import Scope
from gateway.core.errors import NotFound
from gateway.core.graphql import nodes
from gateway.core.graphql.context import Context
from gateway.core.graphql.enums import described_enum
from gateway.core.graphql.mutation import Mutation, root_fields
from gateway.core.graphql.nodes import Node
from gateway.core.graphql.pure import pure
from gateway.core.ids import global_id, local_id, row_key

USUAL_DAYS = 90

ApiTokenScope = described_enum(
    Scope,
    name="ApiTokenScope",
    description="The part of its user's rights that an API token has. Each scope includes those "
    "before it.",
    meanings={
        Scope.READ: "Queries.",
        Scope.PLAN: "Also actions with dryRun: true, which check an action without doing it.",
        Scope.OPERATE: "Also actions on machines and jobs.",
    },
)


class ApiToken(graphene.ObjectType):
    """An API token of yours, for scripts that act in your name. Its secret was shown once."""

    class Meta:
        interfaces = (Node,)

    name = graphene.String(required=True, description="Your name for it.")
    scope = graphene.Field(ApiTokenScope, required=True, description="The scope.")
    created_at = graphene.DateTime(required=True, description="When it was created.")
    expires_at = graphene.DateTime(required=True, description="When it expires.")
    last_used_at = graphene.DateTime(
        description="When it was last used, to the minute. Null: it was never used."
    )
    last_used_from = graphene.String(
        required=True, description="The client address of its last use."
    )

    @staticmethod
    @pure
    def resolve_id(token: models.ApiToken) -> str:
        return global_id("ApiToken", token.pk)


def load_api_token(asker: Any, local: str) -> models.ApiToken | None:
    """One's own alone, for superusers too."""
    key = row_key(local)
    if key is None or not asker.is_authenticated:
        return None
    return api_tokens.visible_api_tokens(user=asker).filter(pk=key).first()


nodes.register(ApiToken, model=models.ApiToken, load=load_api_token)


class CreateApiToken(Mutation):
    """Create an API token for a script. Only this answer shows its secret."""

    api_token = graphene.Field(ApiToken, description="The token; null if none was created.")
    secret = graphene.String(
        description="Send it in the header Authorization: Bearer <secret>. It is not shown again."
    )

    class Input:
        name = graphene.String(required=True, description="Your name for it.")
        scope = graphene.InputField(ApiTokenScope, required=True, description="The scope.")
        providers = graphene.List(
            graphene.NonNull(graphene.ID),
            description="The token can use only these providers and their objects. Absent: all "
            "providers on which you have a role.",
        )
        expires_in_days = graphene.Int(
            default_value=USUAL_DAYS,
            description=f"1 to {api_tokens.LONGEST_DAYS}.",
        )

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        name: str,
        scope: Scope,
        providers: Sequence[str] | None = None,
        expires_in_days: int | None = USUAL_DAYS,
    ) -> Any:
        token, secret = api_tokens.api_token_create(
            user=context.user,
            name=name,
            scope=Scope(scope),
            days=USUAL_DAYS if expires_in_days is None else expires_in_days,
            providers=None if providers is None else _within_reach(context, providers),
        )
        return cls(api_token=token, secret=secret)


class RevokeApiToken(Mutation):
    """Revoke an API token of yours. It stops working at once."""

    id = graphene.ID(description="The token that was revoked; null if nothing was done.")

    class Input:
        id = graphene.ID(required=True, description="The token.")

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Any:  # noqa: A002 - as the schema has it
        token = load_api_token(context.user, local_id(id, of="ApiToken"))
        if token is None:
            raise NotFound("You have no token with this id.", field="id")
        api_tokens.api_token_revoke(token=token)
        return cls(id=id)


class ApiTokenQuery(graphene.ObjectType):
    api_tokens = graphene.List(
        graphene.NonNull(ApiToken),
        description="Your valid API tokens, newest first. A token that is limited to some "
        "providers sees only itself.",
    )

    @staticmethod
    def resolve_api_tokens(_root: None, info: Any) -> Any:
        return api_tokens.visible_api_tokens(user=info.context.user)


ApiTokenMutations: Any = root_fields("ApiTokenMutations", CreateApiToken, RevokeApiToken)


def _within_reach(context: Context, ids: Sequence[str]) -> list[str]:
    """``ids``, each of a provider that the user may see. Raises NotFound, or InvalidInput."""
    for value in ids:
        local_id(value, of="Provider", field="providers")
        if nodes.load(context.user, value) is None:
            raise NotFound("There is no provider with this id.", field="providers")
    return list(ids)
