"""Who asks: the context of an operation, from the request that brought it."""

from django.conf import settings
from django.http import HttpRequest
from graphql_jwt.settings import jwt_settings

from gateway.core.accounts.authentication import authenticate
from gateway.core.accounts.client_shares import client_shares
from gateway.core.accounts.errors import BadToken
from gateway.core.audit.record import refusal_record
from gateway.core.graphql.context import Context
from gateway.core.http.forwarded import client_address
from gateway.core.http.refusals import Refusal


def context_of(request: HttpRequest) -> Context:
    """Raises a Refusal with 401 for a token that is no good."""
    address = client_address(request.META, proxies=settings.TRUSTED_PROXIES)
    try:
        user = authenticate(request.headers, address=address)
    except BadToken as error:
        refusal_record(user=error.user, address=address, outcome=error.code)
        headers = {"WWW-Authenticate": jwt_settings.JWT_AUTH_HEADER_PREFIX}
        hint = {"hint": error.hint}
        raise Refusal(401, error.code, error.message, headers=headers, extensions=hint) from None
    if user.is_authenticated:
        client_shares.learn(request.META["HTTP_AUTHORIZATION"], user.pk)
    return Context(user, address, user_agent=request.headers.get("User-Agent", ""))
