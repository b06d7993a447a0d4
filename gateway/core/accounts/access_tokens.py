"""The JWT of an Authorization header: who, until when, and since which login.

``{"sub": "<user's key>", "username": "...", "exp": <unix>, "origIat": <unix>}``, signed by
django-graphql-jwt with ``settings.GRAPHQL_JWT``. It is believed until it expires, as long as its
user is there and active. ``sub`` and not the username names the user: a name may pass to another.
"""

import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from graphql_jwt.exceptions import JSONWebTokenError
from graphql_jwt.settings import jwt_settings
from graphql_jwt.utils import get_payload

from gateway.core.accounts.errors import BadToken

Claims = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AccessToken:
    token: str
    claims: Claims


def claims_of(user: AbstractBaseUser, _context: object = None) -> Claims:
    """What a token says of ``user`` who has just logged in: ``GRAPHQL_JWT``'s payload handler."""
    now = int(time.time())
    return {
        "sub": str(user.pk),
        "username": user.get_username(),
        "exp": now + settings.ACCESS_TOKEN_SECONDS,
        "origIat": now,
    }


def access_token_issue(*, user: AbstractBaseUser, logged_in_at: int | None = None) -> AccessToken:
    """A token for ``user``; ``logged_in_at``: the ``origIat`` of the token that it renews."""
    claims = claims_of(user)
    if logged_in_at is not None:
        claims["origIat"] = logged_in_at
    return AccessToken(jwt_settings.JWT_ENCODE_HANDLER(claims), claims)


def access_token_claims(*, token: str) -> Claims:
    """Raises BadToken unless we signed ``token`` and it has not expired."""
    try:
        claims: Claims = get_payload(token)
    except JSONWebTokenError as error:
        raise BadToken(str(error)) from None
    if not {"sub", "exp", "origIat"} <= claims.keys():
        raise BadToken("Invalid payload")
    return claims


def access_token_user(*, claims: Claims) -> AbstractBaseUser:
    """The user that ``claims`` name, in one query. Raises BadToken when gone or disabled."""
    user: AbstractBaseUser | None = (
        get_user_model().objects.filter(pk=claims["sub"], is_active=True).first()
    )
    if user is None:
        raise BadToken("The user of this token is gone or disabled")
    return user
