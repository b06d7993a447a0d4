"""Sessions as rows: a login creates one, and it is valid until it ends.

A session is also void if its user is disabled, or has another password than at the login. So every
change of a password ends all sessions of the user at once.
"""

import hashlib
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from graphql_jwt.settings import jwt_settings

from gateway.core.accounts.credential import Credential, attach_credential, provider_limit
from gateway.core.accounts.errors import BadToken
from gateway.core.accounts.models import Session
from gateway.core.transactions import delete_locked

USERS, SESSIONS = get_user_model()._meta.db_table, Session._meta.db_table  # noqa: SLF001 - Django's documented API
# Every request asks it. By hand, because to write down and to unpack the same join takes the ORM
# 0.45 ms each time, and this 0.11.
FIND = f"""SELECT u.*, s.ended_at AS session_ended_at, s.password_digest AS session_password_digest
    FROM {USERS} u JOIN {SESSIONS} s ON s.user_id = u.id WHERE s.id = %s AND u.id = %s"""  # noqa: S608 - names of our own tables


def session_begin(*, user: AbstractBaseUser, address: str = "") -> Session:
    """Create a session, which becomes the credential of ``user``.

    Sessions of the user without any token that can still be valid are deleted.
    """
    now = timezone.now()
    delete_locked(Session.objects.filter(user_id=user.pk, expires_at__lte=now))
    session = Session.objects.create(
        user_id=user.pk,
        password_digest=password_digest(user),
        address=address,
        expires_at=_last_moment(now),
    )
    attach_credential(user, Credential("session", str(session.pk)))
    return session


def session_find(*, session_id: uuid.UUID, user_key: int) -> Session | None:
    """What ``session_check`` needs of a session of this user, and the user."""
    key = Session._meta.pk.get_db_prep_value(session_id, connection)  # noqa: SLF001 - Django's documented API
    found = next(iter(get_user_model().objects.raw(FIND, [key, user_key])), None)
    if found is None:
        return None
    about = vars(found)
    return Session(
        id=session_id,
        user=found,
        ended_at=about.pop("session_ended_at"),
        password_digest=about.pop("session_password_digest"),
    )


def session_extend(*, session: Session) -> None:
    """Its tokens were renewed now."""
    session.expires_at = _last_moment(timezone.now())
    session.save(update_fields=["expires_at"])


def session_end(*, session_id: uuid.UUID) -> datetime:
    """End it; returns since when it has ended. Ending twice is no error."""
    now = timezone.now()
    Session.objects.filter(pk=session_id, ended_at=None).update(ended_at=now)
    ended: datetime | None = (
        Session.objects.filter(pk=session_id).values_list("ended_at", flat=True).first()
    )
    return ended or now


def session_lock(*, session_id: uuid.UUID) -> None:
    """Keep the session from being deleted until the transaction ends, if there is one still.

    Locked before its refresh tokens: a deletion of the session locks them in this order.
    """
    list(Session.objects.select_for_update(no_key=True).filter(pk=session_id))


def sessions_delete(*, user: AbstractBaseUser) -> None:
    """Delete all sessions of the user, with their refresh tokens."""
    delete_locked(Session.objects.filter(user_id=user.pk))


def session_check(session: Session) -> None:
    """Raises BadToken for one that has ended or is void; its user must be loaded.

    The user knows from then on with which session they came.
    """
    if not session.user.is_active:
        raise BadToken("The user of this token was deleted or disabled", user=session.user)
    if session.ended_at is not None:
        raise BadToken("The session of this token is revoked; log in again", user=session.user)
    if session.password_digest != password_digest(session.user):
        message = "The password was changed since this login; log in again"
        raise BadToken(message, user=session.user)
    attach_credential(session.user, Credential("session", str(session.pk)))


def open_sessions(*, user: AbstractBaseUser) -> QuerySet[Session]:
    """The user's own that can still be used, newest first.

    A token that is limited to some providers sees none.
    """
    if provider_limit(user) is not None:
        return Session.objects.none()
    return Session.objects.filter(
        user_id=user.pk,
        ended_at=None,
        expires_at__gt=timezone.now(),
        password_digest=password_digest(user),
    ).order_by("-created_at", "pk")


def password_digest(user: AbstractBaseUser) -> str:
    """The digest of the password as it is stored, which is a salted slow hash."""
    return hashlib.sha256(user.password.encode()).hexdigest()


def _last_moment(now: datetime) -> datetime:
    """The time until which a token that is issued now, or its renewals, can be valid."""
    by_refresh_token = timedelta(seconds=settings.REFRESH_TOKEN_SECONDS)
    by_access_token: timedelta = (
        jwt_settings.JWT_REFRESH_EXPIRATION_DELTA + jwt_settings.JWT_EXPIRATION_DELTA
    )
    return now + max(by_refresh_token, by_access_token)
