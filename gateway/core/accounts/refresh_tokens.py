"""Refresh tokens: random secrets, stored as digests, that renew a session once each.

A used one that comes back was copied: by whom cannot be told, so its whole session ends and both
holders must log in again (RFC 9700, section 4.14.2).
"""

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from gateway.core.accounts.errors import BadToken
from gateway.core.accounts.models import RefreshToken, Session
from gateway.core.accounts.sessions import (
    session_check,
    session_end,
    session_extend,
    session_lock,
)
from gateway.core.transactions import in_transaction

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


def refresh_token_issue(*, session: Session) -> IssuedRefreshToken:
    """A new one of ``session``. The session's expired ones are forgotten."""
    now = timezone.now()
    RefreshToken.objects.filter(session=session, expires_at__lte=now).delete()
    secret = secrets.token_urlsafe(SECRET_BYTES)
    row = RefreshToken.objects.create(
        session=session,
        digest=secret_digest(secret),
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
    session_check(token.session)
    if (successor := _succeed(token, now)) is not None:
        return successor
    session_end(session_id=token.session_id)
    log.warning("Reuse of a refresh token: %s ends", token.session)
    message = "The refresh token was used before: its session ends, log in again"
    raise BadToken(message, user=token.session.user)


@in_transaction
def _succeed(token: RefreshToken, now: datetime) -> IssuedRefreshToken | None:
    """The successor; None: the token was used before, or its session has ended."""
    session_lock(session_id=token.session_id)
    if not _use_up(token, now):
        return None
    session_extend(session=token.session)
    return refresh_token_issue(session=token.session)


def refresh_token_revoke(*, secret: str) -> Session:
    """End the session that ``secret`` belongs to, and return it as it is then. Raises BadToken.

    Revoking twice is no error.
    """
    session = _find(secret).session
    session.ended_at = session_end(session_id=session.pk)
    return session


def secret_digest(secret: str) -> str:
    # Nothing slower is needed: 256 random bits cannot be guessed.
    return hashlib.sha256(secret.encode()).hexdigest()


def _find(secret: str) -> RefreshToken:
    tokens = RefreshToken.objects.select_related("session__user")
    token = tokens.filter(digest=secret_digest(secret)).first()
    if token is None:
        raise BadToken(UNKNOWN)
    return token


def _use_up(token: RefreshToken, now: datetime) -> bool:
    usable = RefreshToken.objects.filter(pk=token.pk, used_at=None, session__ended_at=None)
    return usable.update(used_at=now) == 1
