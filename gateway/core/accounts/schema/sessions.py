"""One's own sessions in GraphQL: where one is logged in, and logging out there."""

from typing import Any

import graphene

from gateway.core.accounts import models
from gateway.core.accounts.credential import credential_of
from gateway.core.accounts.sessions import open_sessions, session_end
from gateway.core.errors import NotFound
from gateway.core.graphql import nodes
from gateway.core.graphql.context import Context
from gateway.core.graphql.mutation import Mutation, root_fields
from gateway.core.graphql.nodes import Node
from gateway.core.graphql.pure import pure
from gateway.core.ids import global_id, local_id, uuid_key


class Session(graphene.ObjectType):
    """A login of yours that is still valid."""

    class Meta:
        interfaces = (Node,)

    created_at = graphene.DateTime(required=True, description="When you logged in.")
    expires_at = graphene.DateTime(
        required=True, description="When it expires, unless it is renewed before."
    )
    address = graphene.String(required=True, description="The client address of the login.")
    current = graphene.Boolean(
        required=True, description="True if it is the session of this request."
    )

    @staticmethod
    @pure
    def resolve_id(session: models.Session) -> str:
        return global_id("Session", session.pk)

    @staticmethod
    def resolve_current(session: models.Session, info: Any) -> bool:
        credential = credential_of(info.context.user)
        return credential is not None and credential.id == str(session.pk)


def load_session(asker: Any, local_id: str) -> models.Session | None:
    """One's own alone, for superusers too."""
    key = uuid_key(local_id)
    if key is None or not asker.is_authenticated:
        return None
    return open_sessions(user=asker).filter(pk=key).first()


nodes.register(Session, model=models.Session, load=load_session)


class RevokeSession(Mutation):
    """End a session of yours. Its tokens stop working at once."""

    id = graphene.ID(description="The session that was ended; null if nothing was done.")

    class Input:
        id = graphene.ID(required=True, description="The session.")

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Any:  # noqa: A002 - as the schema has it
        session = load_session(context.user, local_id(id, of="Session"))
        if session is None:
            raise NotFound("You have no open session with this id.", field="id")
        session_end(session_id=session.pk)
        return cls(id=id)


class SessionQuery(graphene.ObjectType):
    sessions = graphene.List(
        graphene.NonNull(Session),
        description="Your sessions, newest first. Empty for a token that is limited to some "
        "providers.",
    )

    @staticmethod
    def resolve_sessions(_root: None, info: Any) -> Any:
        return open_sessions(user=info.context.user)


SessionMutations: Any = root_fields("SessionMutations", RevokeSession)
