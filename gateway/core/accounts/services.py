"""Logging in and out: a session opened by a password, renewed by a token, ended by its owner."""

import time
from dataclasses import dataclass

from django.contrib.auth import authenticate
from django.contrib.auth.models import AbstractBaseUser
from graphql_jwt.settings import jwt_settings

from gateway.core import turns
from gateway.core.accounts.access_tokens import (
    AccessToken,
    Claims,
    access_token_claims,
    access_token_issue,
    access_token_session,
)
from gateway.core.accounts.errors import BadToken, InvalidCredentials
from gateway.core.accounts.login_limits import login_attempt_count
from gateway.core.accounts.logins import user_with_login
from gateway.core.accounts.models import Session
from gateway.core.accounts.refresh_tokens import (
    refresh_token_issue,
    refresh_token_revoke,
    refresh_token_rotate,
)
from gateway.core.accounts.sessions import session_begin


@dataclass(frozen=True, slots=True)
class SessionTokens:
    """The tokens that a login or a renewal returns.

    ``refresh_token`` is empty when an access token was renewed by itself. ``refresh_expires_at``
    (Unix time): until when the session can be renewed.
    """

    user: AbstractBaseUser
    access: AccessToken
    refresh_token: str
    refresh_expires_at: int


def session_open(*, username: str, password: str, address: str) -> SessionTokens:
    """Raises RateLimited or InvalidCredentials; unknown users cost the same time as known ones."""
    login_attempt_count(username=username, address=address)
    if "\x00" in username:  # no user has one, and PostgreSQL refuses to look for it
        raise InvalidCredentials
    known = user_with_login(username)
    login = known.get_username() if known else username
    with turns.waiting():  # the hash of a password takes long, without Python's lock
        user = authenticate(username=login, password=password)
    if user is None:
        raise InvalidCredentials
    session = session_begin(user=user, address=address)
    refresh = refresh_token_issue(session=session)
    access = access_token_issue(user=user, session=session)
    return SessionTokens(user, access, refresh.secret, refresh.expires_at)


def session_renew(*, refresh_token: str, client: str = "") -> SessionTokens:
    """A new pair of tokens for a refresh token, which is used up. Raises BadToken.

    ``client``: as in ``refresh_token_rotate``.
    """
    refresh = refresh_token_rotate(secret=refresh_token, client=client)
    session = refresh.row.session
    access = access_token_issue(user=session.user, session=session)
    return SessionTokens(session.user, access, refresh.secret, refresh.expires_at)


def session_prolong(*, token: str) -> SessionTokens:
    """A new access token for one that is still valid, within a day of its login. Raises BadToken.

    It brings no refresh token: who found an access token must not keep the session for good.
    """
    claims = access_token_claims(token=token)
    session = access_token_session(claims=claims)
    renewal = jwt_settings.JWT_REFRESH_EXPIRATION_DELTA
    renewable_until = int(claims["origIat"] + renewal.total_seconds())
    if renewable_until < time.time():
        raise BadToken("The login of this token is too long ago; log in again")
    access = access_token_issue(user=session.user, session=session, logged_in_at=claims["origIat"])
    return SessionTokens(session.user, access, "", renewable_until)


def token_verify(*, token: str) -> Claims:
    """The claims of an access token. Raises BadToken if the token is not valid."""
    claims = access_token_claims(token=token)
    access_token_session(claims=claims)
    return claims


def session_revoke(*, refresh_token: str) -> Session:
    """End the session of a refresh token, and return it as it is then. Raises BadToken."""
    return refresh_token_revoke(secret=refresh_token)
