"""The JWT of an Authorization header: who, until when, and since which login.

``{"sub": "<user's key>", "sid": "<session's id>", "username": "...", "exp": <unix>, "origIat":
<unix>}``, made and signed by django-graphql-jwt with ``settings.GRAPHQL_JWT``. It is believed
until it expires, as long as its session is open and its user active: both are seen in one query.
``sub`` and not the username names the user: a name may pass to another.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from graphql_jwt.exceptions import JSONWebTokenError, JSONWebTokenExpired
from graphql_jwt.settings import jwt_settings
from graphql_jwt.utils import get_payload

from gateway.core.accounts.errors import BadToken
from gateway.core.accounts.models import Session
from gateway.core.accounts.sessions import session_check, session_find
from gateway.core.ids import row_key

Claims = dict[str, Any]
# Beside the reason of django-graphql-jwt, which clients know.
DAMAGED = "the token is cut off, changed or from another gateway; send all of it, or log in again"
NEEDED = frozenset({"sub", "sid", "exp", "origIat"})


@dataclass(frozen=True, slots=True)
class AccessToken:
    token: str
    claims: Claims


def access_token_issue(
    *, user: AbstractBaseUser, session: Session, logged_in_at: int | None = None
) -> AccessToken:
    """A token of ``session``; ``logged_in_at``: the ``origIat`` of the token that it renews."""
    payload = jwt_settings.JWT_PAYLOAD_HANDLER(user)  # username, exp, origIat
    claims = {"sub": str(user.pk), "sid": str(session.pk), **payload}
    if logged_in_at is not None:
        claims["origIat"] = logged_in_at
    return AccessToken(jwt_settings.JWT_ENCODE_HANDLER(claims), claims)


def access_token_claims(*, token: str) -> Claims:
    """Raises BadToken unless we signed ``token`` and it has not expired."""
    try:
        claims: Claims = get_payload(token)
    except JSONWebTokenExpired as expired:
        raise BadToken(f"{expired}: renew the token with refreshToken, or log in again") from None
    except JSONWebTokenError as error:
        raise BadToken(f"{error}: {DAMAGED}") from None
    if not claims.keys() >= NEEDED:
        raise BadToken(f"Invalid payload: {DAMAGED}")
    return claims


def access_token_session(*, claims: Claims) -> Session:
    """The session that ``claims`` name, its user loaded, in one query. Raises BadToken."""
    sid, sub = _session_id(claims["sid"]), row_key(str(claims["sub"]))
    session = session_find(session_id=sid, user_key=sub) if sid and sub else None
    if session is None:
        raise BadToken("The session of this token has ended; log in again")
    session_check(session)
    return session


def _session_id(value: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None
