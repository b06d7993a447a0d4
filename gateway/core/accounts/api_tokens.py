"""API tokens: created by their owner, shown once, valid until they are revoked or expire.

A token has the rights that its owner has at that moment, limited to the token's scope and
providers. No token manages users, teams, roles, credentials or tokens: that requires a session.
"""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from gateway.core.accounts.credential import Credential, Scope, attach_credential, credential_of
from gateway.core.accounts.errors import BadToken
from gateway.core.accounts.locks import lock_user
from gateway.core.accounts.models import ApiToken
from gateway.core.accounts.refresh_tokens import SECRET_BYTES, secret_digest
from gateway.core.errors import Conflict, InvalidInput
from gateway.core.names import clean_name
from gateway.core.transactions import in_transaction

PREFIX = "cgw_"  # distinguishes it from a JWT, and lets secret scanners find it
LONGEST_NAME = 100
LONGEST_DAYS = 366
MOST_TOKENS = 100
USE_NOTED_EVERY = timedelta(minutes=1)


@in_transaction
def api_token_create(
    *,
    user: Any,
    name: str,
    scope: Scope,
    days: int,
    providers: Collection[str] | None = None,
) -> tuple[ApiToken, str]:
    """Create a token. Returns it with its secret, which is not stored. ``providers``: global ids.

    Raises InvalidInput, and Conflict for a user with too many tokens.
    """
    if not 1 <= days <= LONGEST_DAYS:
        message = f"A token is valid for 1 to {LONGEST_DAYS} days."
        raise InvalidInput(message, field="expiresInDays")
    if providers is not None and not providers:
        raise InvalidInput("Name at least one provider, or leave it out.", field="providers")
    lock_user(user)
    if usable_api_tokens(user=user).count() >= MOST_TOKENS:
        raise Conflict(f"You have {MOST_TOKENS} tokens; revoke one that you do not need.")
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken.objects.create(
        user=user,
        name=clean_name(name, longest=LONGEST_NAME),
        digest=secret_digest(secret),
        scope=scope.value,
        providers=None if providers is None else sorted(set(providers)),
        expires_at=timezone.now() + timedelta(days=days),
    )
    return token, secret


def api_token_user(*, secret: str, address: str = "") -> Any:
    """The token's user, with the credential attached. Raises BadToken.

    It takes one query, and once in a minute a second one, which notes the use.
    """
    now = timezone.now()
    tokens = ApiToken.objects.select_related("user")
    token = tokens.filter(digest=secret_digest(secret)).first()
    if token is None:
        raise BadToken("The API token is unknown")
    if token.revoked_at is not None or not token.user.is_active:
        raise BadToken("The API token is revoked, or its user disabled", user=token.user)
    if token.expires_at <= now:
        raise BadToken("The API token has expired", user=token.user)
    _note_use(token, now, address)
    providers = None if token.providers is None else frozenset(token.providers)
    credential = Credential("api_token", str(token.pk), Scope(token.scope), providers)
    attach_credential(token.user, credential)
    return token.user


def api_token_revoke(*, token: ApiToken) -> None:
    ApiToken.objects.filter(pk=token.pk).update(revoked_at=timezone.now())


def api_tokens_revoke_all(*, user: Any) -> None:
    ApiToken.objects.filter(user_id=user.pk, revoked_at=None).update(revoked_at=timezone.now())


def usable_api_tokens(*, user: Any) -> QuerySet[ApiToken]:
    """The user's own, newest first."""
    tokens = ApiToken.objects.filter(
        user_id=user.pk, revoked_at=None, expires_at__gt=timezone.now()
    )
    return tokens.order_by("-created_at", "-pk")


def visible_api_tokens(*, user: Any) -> QuerySet[ApiToken]:
    """The user's own usable tokens; only itself for a token that is limited to some providers."""
    tokens, credential = usable_api_tokens(user=user), credential_of(user)
    if credential is None or credential.providers is None:
        return tokens
    return tokens.filter(pk=credential.id)


def _note_use(token: ApiToken, now: datetime, address: str) -> None:
    if token.last_used_at is not None and now - token.last_used_at < USE_NOTED_EVERY:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now, last_used_from=address)
