"""From request headers to a user, once per request and in one query. No cookie is looked at."""

from collections.abc import Mapping

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from gateway.core.accounts.access_tokens import access_token_claims, access_token_session
from gateway.core.accounts.errors import BadToken

SCHEMES = ("jwt", "bearer")
HOW = "Authorization must be: JWT <token>, or: Bearer <token>"


def authenticate(headers: Mapping[str, str]) -> AbstractBaseUser | AnonymousUser:
    """Whom the Authorization header names; anonymous without one.

    Raises BadToken for a header that does not name an open session of an active user: who sends
    one means to be somebody, and must not be answered as nobody.
    """
    header = headers.get("Authorization", "").strip()
    if not header:
        return AnonymousUser()
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() not in SCHEMES or not token:
        raise BadToken(HOW)
    return access_token_session(claims=access_token_claims(token=token)).user
