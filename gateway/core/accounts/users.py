"""Users: superusers create and change them; all users change their own password."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction

from gateway.core import turns
from gateway.core.accounts.api_tokens import api_tokens_revoke_all
from gateway.core.accounts.errors import InvalidCredentials
from gateway.core.accounts.login_limits import login_attempt_count
from gateway.core.accounts.sessions import sessions_delete
from gateway.core.errors import Conflict, InvalidInput
from gateway.core.names import clean_name
from gateway.core.transactions import in_transaction

CHANGEABLE = ("first_name", "last_name", "password", "is_active", "is_superuser")
LONGEST_NAME = 150  # Django's column for it
LONGEST_PASSWORD = 1000  # characters; what is longer only costs time to hash


def user_create(*, login: str, password: str, name: str = "", superuser: bool = False) -> User:
    """Raises InvalidInput, and Conflict for a login that is taken, case-insensitive."""
    user = get_user_model()(username=_clean_login(login), is_superuser=superuser)
    user.first_name, user.last_name = _clean_person(name), ""
    _set_password(user, password, field="password")
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise Conflict(f"The login {user.username!r} is taken.", field="login") from None
    return user


def user_update(
    *,
    user: User,
    changed_by: User,
    name: str | None = None,
    password: str | None = None,
    active: bool | None = None,
    superuser: bool | None = None,
) -> User:
    """Change the given fields. A new password or disabling ends all sessions and tokens.

    Raises InvalidInput, and Conflict for users who would lock themselves out.
    """
    if user.pk == changed_by.pk and (active is False or superuser is False):
        field = "active" if active is False else "superuser"
        raise Conflict("Let another superuser do this to you.", field=field)
    if name is not None:
        user.first_name, user.last_name = _clean_person(name), ""
    if password is not None:
        _set_password(user, password, field="password")
    if active is not None:
        user.is_active = active
    if superuser is not None:
        user.is_superuser = superuser
    _store_change(user, end_sessions=active is False or password is not None)
    return user


@in_transaction
def _store_change(user: User, *, end_sessions: bool) -> None:
    user.save(update_fields=CHANGEABLE)
    if end_sessions:
        sessions_delete(user=user)
        api_tokens_revoke_all(user=user)


def password_change(
    *, user: Any, current: str, new: str, address: str, revoke_api_tokens: bool = False
) -> None:
    """Give oneself another password: every session ends, the one that asks included.

    Raises RateLimited, InvalidCredentials and InvalidInput. Guesses count as logins do.
    """
    login_attempt_count(username=user.get_username(), address=address)
    with turns.waiting():
        is_known = user.check_password(current)
    if not is_known:
        raise InvalidCredentials
    _set_password(user, new, field="newPassword")
    _store_password(user, revoke_api_tokens=revoke_api_tokens)


@in_transaction
def _store_password(user: Any, *, revoke_api_tokens: bool) -> None:
    user.save(update_fields=["password"])
    sessions_delete(user=user)
    if revoke_api_tokens:
        api_tokens_revoke_all(user=user)


def _clean_login(login: str) -> str:
    field = get_user_model()._meta.get_field("username")  # noqa: SLF001 - Django's documented API
    try:
        cleaned: str = field.clean(User.normalize_username(login.strip()), None)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), field="login") from None
    return cleaned


def _clean_person(name: str) -> str:
    return clean_name(name, longest=LONGEST_NAME) if name.strip() else ""


def _set_password(user: User, password: str, *, field: str) -> None:
    try:
        MaxLengthValidator(LONGEST_PASSWORD)(password)
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), field=field) from None
    with turns.waiting():  # the hash takes long, without Python's lock
        user.set_password(password)
