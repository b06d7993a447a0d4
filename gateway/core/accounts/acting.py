"""Users for whom the gateway acts later, with the rights that they have then."""

from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from gateway.core.accounts.credential import Credential, Scope, attach_credential, credential_of
from gateway.core.accounts.models import ApiToken
from gateway.core.errors import Forbidden
from gateway.core.ids import row_key

API_TOKEN = "api_token"  # noqa: S105 - a kind of credential


def credential_kept(user: Any) -> str:
    """The credential of ``user`` that later acts depend on, as text: an API token, else nothing.

    A session ends with its access token, but the work that was requested in it continues.
    """
    credential = credential_of(user)
    return str(credential) if credential is not None and credential.kind == API_TOKEN else ""


def acting_user(*, user_id: int | None, login: str, credential: str = "") -> Any:
    """The user as they are now, limited as the token is with which they asked.

    ``credential``: as ``credential_kept`` returned it. Raises Forbidden for a user who was deleted
    or disabled, and for a token that was deleted or revoked, that has expired, or that does not
    allow operations any more.
    """
    user = get_user_model().objects.filter(pk=user_id).first() if user_id is not None else None
    if user is None:
        raise Forbidden(f"The user {login} was deleted.")
    if not user.is_active:
        raise Forbidden(f"The user {login} is disabled.")
    if credential:
        attach_credential(user, _usable_token(credential))
    return user


def _usable_token(credential: str) -> Credential:
    kind, _, text = credential.partition(":")
    key = row_key(text) if kind == API_TOKEN else None
    token = ApiToken.objects.filter(pk=key).first() if key is not None else None
    if token is None or token.revoked_at is not None:
        raise Forbidden("The API token of the request was revoked.")
    if token.expires_at <= timezone.now():
        raise Forbidden("The API token of the request has expired.")
    scope = Scope(token.scope)
    if scope.rank < Scope.OPERATE.rank:
        raise Forbidden("The API token of the request does not allow this.")
    providers = None if token.providers is None else frozenset(token.providers)
    return Credential(API_TOKEN, str(token.pk), scope, providers)
