"""Refresh tokens: secrets, stored as digests, that renew a session once each.

A used token that is sent again was copied. The gateway cannot know which of the two clients is the
thief, so it ends the session and both must log in again (RFC 9700, section 4.14.2).

Two tabs of one browser, or a client that lost the answer, may send the same token twice within a
moment. So for ``REFRESH_GRACE_SECONDS`` after its use the same client gets the same successor
again, if the successor was not used yet. The same client is one with the same address and
User-Agent. The gateway derives the secret of the successor from the used secret and its own key,
so it can repeat the successor without storing its secret.
"""

import base64
import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

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
SUCCESSOR = "gateway.core.accounts.refresh_tokens.successor"


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
    return _issue(session, secrets.token_urlsafe(SECRET_BYTES))


def _issue(session: Session, secret: str) -> IssuedRefreshToken:
    now = timezone.now()
    RefreshToken.objects.filter(session=session, expires_at__lte=now).delete()
    row = RefreshToken.objects.create(
        session=session,
        digest=secret_digest(secret),
        expires_at=now + timedelta(seconds=settings.REFRESH_TOKEN_SECONDS),
    )
    return IssuedRefreshToken(secret, row)


def refresh_token_rotate(*, secret: str, client: str = "") -> IssuedRefreshToken:
    """The successor of ``secret``, which is used up. Raises BadToken.

    ``client``: the sender, as ``client_digest`` returns it; empty: unknown. If two requests have
    the same secret, the second one gets the same successor if it comes from the same client within
    the grace period. Otherwise it is a reuse.
    """
    token = _find(secret)
    now = timezone.now()
    if token.expires_at <= now:
        raise BadToken("The refresh token has expired; log in again")
    session_check(token.session)
    if (successor := _succeed(token, secret, client, now)) is not None:
        return successor
    session_end(session_id=token.session_id)
    log.warning("Reuse of a refresh token: %s ends", token.session)
    message = "The refresh token was used before: its session ends, log in again"
    raise BadToken(message, user=token.session.user)


@in_transaction
def _succeed(
    token: RefreshToken, secret: str, client: str, now: datetime
) -> IssuedRefreshToken | None:
    """The successor; None: the token was used before, or its session has ended."""
    session_lock(session_id=token.session_id)
    successor = _successor_of(secret)
    if _use_up(token, client, now):
        session_extend(session=token.session)
        return _issue(token.session, successor)
    return _repeated(token, successor) if _is_repetition(token, client, now) else None


def _is_repetition(token: RefreshToken, client: str, now: datetime) -> bool:
    """True if the same client used the token just before; always False for an unknown client."""
    if not client:
        return False
    since = now - timedelta(seconds=settings.REFRESH_GRACE_SECONDS)
    used = RefreshToken.objects.filter(pk=token.pk, used_by=client, used_at__gt=since)
    return used.filter(session__ended_at=None).exists()


def _repeated(token: RefreshToken, secret: str) -> IssuedRefreshToken | None:
    """A successor that is not used yet, once more. None also if the gateway's key has changed."""
    row = RefreshToken.objects.filter(digest=secret_digest(secret), used_at=None).first()
    if row is None:
        return None
    row.session = token.session  # it was checked, and its user has the credential attached
    return IssuedRefreshToken(secret, row)


def _successor_of(secret: str) -> str:
    derived = salted_hmac(SUCCESSOR, secret, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(derived).rstrip(b"=").decode()


def client_digest(*, address: str, user_agent: str) -> str:
    """A digest that identifies a client, as far as its address and User-Agent allow."""
    return hashlib.sha256(f"{address}\n{user_agent}".encode()).hexdigest()


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


def _use_up(token: RefreshToken, client: str, now: datetime) -> bool:
    usable = RefreshToken.objects.filter(pk=token.pk, used_at=None, session__ended_at=None)
    return usable.update(used_at=now, used_by=client) == 1
