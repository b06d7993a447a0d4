"""From request headers to a user, once per request and in one query. Cookies are ignored."""

from collections.abc import Callable, Mapping
from functools import partial

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from graphql_jwt.settings import jwt_settings

from gateway.core.accounts.access_tokens import access_token_claims, access_token_session
from gateway.core.accounts.api_tokens import PREFIX, api_token_user
from gateway.core.accounts.errors import BadToken
from gateway.core.accounts.header_faults import QUOTED, QUOTES, header_fault

PREFIXES = (jwt_settings.JWT_AUTH_HEADER_PREFIX, "Bearer")
HOW = "Authorization must be: " + ", or: ".join(f"{prefix} <token>" for prefix in PREFIXES)
SCHEMES = frozenset(prefix.lower() for prefix in PREFIXES)


def authenticate(
    headers: Mapping[str, str], *, address: str = ""
) -> AbstractBaseUser | AnonymousUser:
    """The user of the access token or API token in the Authorization header, or the anonymous one.

    ``address``: the client address of the request. Raises BadToken for a header that names no open
    session and no valid API token: a client that sends a token must not get an anonymous answer.
    """
    token = _token_of(headers)
    if token is None:
        return AnonymousUser()
    if token.startswith(PREFIX):
        user: AbstractBaseUser = api_token_user(secret=token, address=address)
        return user
    return access_token_session(claims=access_token_claims(token=token)).user


def login_check(headers: Mapping[str, str]) -> Callable[[], object]:
    """A function that raises BadToken when the session or the API token of the header has ended.

    The end of an access token does not end its session: another token renews it. Raises BadToken.
    """
    token = _token_of(headers)
    if token is None:
        raise BadToken(HOW)
    if token.startswith(PREFIX):
        return partial(api_token_user, secret=token)
    return partial(access_token_session, claims=access_token_claims(token=token))


def _token_of(headers: Mapping[str, str]) -> str | None:
    """None: there is no header. Raises BadToken for one that is malformed."""
    header = headers.get("Authorization", "").strip()
    if not header:
        return None
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower().strip(QUOTES) in SCHEMES and scheme[0] in QUOTES:
        raise BadToken(QUOTED)
    if scheme.lower() not in SCHEMES or not token:
        raise BadToken(HOW)
    if fault := header_fault(token, schemes=SCHEMES):
        raise BadToken(fault)
    return token
