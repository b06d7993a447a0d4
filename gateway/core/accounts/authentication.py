"""From request headers to a user, once per request and in one query. No cookie is looked at."""

from collections.abc import Mapping

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from graphql_jwt.settings import jwt_settings

from gateway.core.accounts.access_tokens import access_token_claims, access_token_session
from gateway.core.accounts.api_tokens import PREFIX, api_token_user
from gateway.core.accounts.errors import BadToken

PREFIXES = (jwt_settings.JWT_AUTH_HEADER_PREFIX, "Bearer")
HOW = "Authorization must be: " + ", or: ".join(f"{prefix} <token>" for prefix in PREFIXES)
SCHEMES = frozenset(prefix.lower() for prefix in PREFIXES)


def authenticate(
    headers: Mapping[str, str], *, address: str = ""
) -> AbstractBaseUser | AnonymousUser:
    """Whom the Authorization header names by an access token or an API token; else anonymous.

    ``address``: where the request came from. Raises BadToken for a header that names no open
    session and no usable API token: who sends one means to be somebody, and must not be answered
    as nobody.
    """
    header = headers.get("Authorization", "").strip()
    if not header:
        return AnonymousUser()
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() not in SCHEMES or not token:
        raise BadToken(HOW)
    if token.startswith(PREFIX):
        user: AbstractBaseUser = api_token_user(secret=token, address=address)
        return user
    return access_token_session(claims=access_token_claims(token=token)).user
