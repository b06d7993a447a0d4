"""The first user. Its password is chosen by ADMIN_PASSWORD, or made up and shown exactly once.

A start may be interrupted between making the password and showing it. A small file says that it
is still to be shown; while it lies there, nobody can know the password and a new one is made.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser

from gateway.run.options import Options


@dataclass(frozen=True, kw_only=True)
class Admin:
    user: AbstractUser
    new_password: str  # empty: it was known before this start
    unshown: Path

    def password_shown(self) -> None:
        self.unshown.unlink(missing_ok=True)


def ensure_admin(options: Options) -> Admin:
    """The administrator, made at the first start; ADMIN_PASSWORD, when given, is its password."""
    unshown = options.data_dir / "admin-password-not-shown-yet"
    user = get_user_model().objects.filter(username=options.admin_username).first()
    new_password = ""
    if options.admin_password:
        user = _with_password(user, options.admin_username, options.admin_password)
        unshown.unlink(missing_ok=True)
    elif user is None or unshown.exists():
        unshown.touch()
        new_password = secrets.token_urlsafe(12)
        user = _with_password(user, options.admin_username, new_password)
    return Admin(user=user, new_password=new_password, unshown=unshown)


def _with_password(user: AbstractUser | None, username: str, password: str) -> AbstractUser:
    if user is None:
        return get_user_model().objects.create_superuser(username, password=password)
    if not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    return user
