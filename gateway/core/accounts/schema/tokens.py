"""The token mutations. Flat arguments and plain messages at top level, as in the book."""

from typing import Any

import graphene

from gateway.core.accounts import services
from gateway.core.accounts.models import Session
from gateway.core.accounts.refresh_tokens import client_digest
from gateway.core.accounts.schema.types import User
from gateway.core.errors import InvalidInput
from gateway.core.graphql.context import Context
from gateway.core.graphql.pure import pure
from gateway.core.graphql.scalars import JSON


class SessionTokens(graphene.ObjectType):
    """The tokens of a session. Send `token` in the header `Authorization: JWT <token>`."""

    token = graphene.String(required=True, description="The access token, a JWT.")
    refresh_token = graphene.String(
        description="A refresh token, which renews the session once and returns its successor. "
        "Null if the session was renewed with an access token."
    )
    payload = graphene.Field(
        JSON,
        required=True,
        description="The claims of the access token: username, sid (its session), exp and origIat "
        "(Unix times).",
    )
    refresh_expires_in = graphene.Int(
        required=True, description="The time until which the session can be renewed, as Unix time."
    )
    user = graphene.Field(User, required=True, description="The user of the session.")

    @classmethod
    def of(cls, session: services.SessionTokens) -> "SessionTokens":
        return cls(
            token=session.access.token,
            refresh_token=session.refresh_token or None,
            payload=session.access.claims,
            refresh_expires_in=session.refresh_expires_at,
            user=session.user,
        )


class VerifiedToken(graphene.ObjectType):
    """An access token that is valid."""

    payload = graphene.Field(
        JSON,
        required=True,
        description="The claims: username, sid (its session), exp and origIat (Unix times).",
    )


class RevokedToken(graphene.ObjectType):
    """A refresh token whose session has ended."""

    revoked = graphene.Int(required=True, description="When it was revoked, as Unix time.")

    @staticmethod
    @pure
    def resolve_revoked(session: Session) -> int:
        assert session.ended_at is not None  # noqa: S101 - it has just been revoked
        return int(session.ended_at.timestamp())


class TokenMutations(graphene.ObjectType):
    token_auth = graphene.Field(
        SessionTokens,
        username=graphene.String(required=True, description="The user's login."),
        password=graphene.String(required=True, description="The user's password."),
        description="Log in.",
    )
    refresh_token = graphene.Field(
        SessionTokens,
        token=graphene.String(
            description="An access token that has not expired. Its login must be at most a day ago."
        ),
        refresh_token=graphene.String(
            description="A refresh token, which can be used once. For a few seconds, the same "
            "client gets the same successor again."
        ),
        description="Renew a session with exactly one of its tokens.",
    )
    verify_token = graphene.Field(
        VerifiedToken,
        token=graphene.String(required=True, description="An access token."),
        description="The claims of an access token that is valid.",
    )
    revoke_token = graphene.Field(
        RevokedToken,
        refresh_token=graphene.String(required=True, description="A refresh token of the session."),
        description="End a session. Its tokens stop working at once.",
    )

    @staticmethod
    def resolve_token_auth(_root: None, info: Any, username: str, password: str) -> SessionTokens:
        address = info.context.address
        return SessionTokens.of(
            services.session_open(username=username, password=password, address=address)
        )

    @staticmethod
    def resolve_refresh_token(
        _root: None, info: Any, token: str | None = None, refresh_token: str | None = None
    ) -> SessionTokens:
        if token is not None and refresh_token is None:
            return SessionTokens.of(services.session_prolong(token=token))
        if refresh_token is not None and token is None:
            context: Context = info.context
            client = client_digest(address=context.address, user_agent=context.user_agent)
            renewed = services.session_renew(refresh_token=refresh_token, client=client)
            return SessionTokens.of(renewed)
        raise InvalidInput("Give exactly one of token and refreshToken", field="refreshToken")

    @staticmethod
    def resolve_verify_token(_root: None, _info: Any, token: str) -> VerifiedToken:
        return VerifiedToken(payload=services.token_verify(token=token))

    @staticmethod
    def resolve_revoke_token(_root: None, _info: Any, refresh_token: str) -> Session:
        return services.session_revoke(refresh_token=refresh_token)
