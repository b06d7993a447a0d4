"""Refresh tokens: random secrets, stored as digests, that renew a session once each.

A used one that comes back was copied: by whom cannot be told, so its whole family is revoked and
both holders must log in again (RFC 9700, section 4.14.2).
"""

import hashlib
import logging
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from gateway.core.accounts.errors import BadToken
from gateway.core.accounts.models import RefreshToken

log = logging.getLogger(__name__)

UNKNOWN = "Invalid refresh token"
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class IssuedRefreshToken:
    """The secret exists here alone, on its way to its owner."""

    secret: str
    row: RefreshToken

    @property
    def expires_at(self) -> int:
        """Unix time."""
        return int(self.row.expires_at.timestamp())


def refresh_token_issue(
    *, user: AbstractBaseUser, family: uuid.UUID | None = None
) -> IssuedRefreshToken:
    """A new one; ``family``: that of the one it follows. The user's expired ones are forgotten."""
    now = timezone.now()
    RefreshToken.objects.filter(user_id=user.pk, expires_at__lte=now).delete()
    secret = secrets.token_urlsafe(SECRET_BYTES)
    row = RefreshToken.objects.create(
        user_id=user.pk,
        digest=_digest(secret),
        family=family or uuid.uuid4(),
        expires_at=now + timedelta(seconds=settings.REFRESH_TOKEN_SECONDS),
    )
    return IssuedRefreshToken(secret, row)


def refresh_token_rotate(*, secret: str) -> IssuedRefreshToken:
    """The successor of ``secret``, which is used up. Raises BadToken.

    Of two that come with the same secret at once, one succeeds; the other is a reuse.
    """
    token = _find(secret)
    now = timezone.now()
    if token.expires_at <= now:
        raise BadToken("The refresh token has expired; log in again")
    if token.revoked_at is not None:
        raise BadToken("The refresh token is revoked; log in again")
    if not token.user.is_active:
        raise BadToken("The user of this token is disabled")
    with transaction.atomic():
        if _use_up(token, now):
            return refresh_token_issue(user=token.user, family=token.family)
    refresh_family_revoke(family=token.family)
    log.warning("Reuse of a refresh token: sessions %s of user %s end", token.family, token.user_id)
    raise BadToken("The refresh token was used before: its session ends, log in again")


def refresh_token_revoke(*, secret: str) -> datetime:
    """End the session that ``secret`` belongs to; returns since when. Raises BadToken.

    Revoking twice is no error.
    """
    token = _find(secret)
    if token.revoked_at is not None:
        return token.revoked_at
    return refresh_family_revoke(family=token.family)


def refresh_family_revoke(*, family: uuid.UUID) -> datetime:
    now = timezone.now()
    RefreshToken.objects.filter(family=family, revoked_at=None).update(revoked_at=now)
    return now


def _find(secret: str) -> RefreshToken:
    token = RefreshToken.objects.select_related("user").filter(digest=_digest(secret)).first()
    if token is None:
        raise BadToken(UNKNOWN)
    return token


def _use_up(token: RefreshToken, now: datetime) -> bool:
    usable = RefreshToken.objects.filter(pk=token.pk, used_at=None, revoked_at=None)
    return usable.update(used_at=now) == 1


def _digest(secret: str) -> str:
    # Nothing slower is needed: 256 random bits cannot be guessed.
    return hashlib.sha256(secret.encode()).hexdigest()
