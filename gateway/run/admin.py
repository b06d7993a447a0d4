"""The first user. Its password comes from ADMIN_PASSWORD, or is generated and shown exactly once.

A generated password that was not shown is replaced at the next start: see unshown_password.
"""

import secrets
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from gateway.core.accounts.logins import user_with_login
from gateway.run.options import Options
from gateway.run.unshown_password import is_unshown, note_unshown, password_shown


@dataclass(frozen=True, kw_only=True)
class Admin:
    user: User
    new_password: str  # empty: it was known before this start


def ensure_admin(options: Options) -> Admin:
    """The administrator, made at the first start; ADMIN_PASSWORD, when given, is its password."""
    name, data_dir = options.admin_username, options.data_dir
    user = user_with_login(name)
    if options.admin_password:
        user = _with_password(user, name, options.admin_password)
        password_shown(data_dir, name)  # known to who chose it
        return Admin(user=user, new_password="")
    if user is not None and not is_unshown(data_dir, name):
        return Admin(user=user, new_password="")
    note_unshown(data_dir, name)
    password = secrets.token_urlsafe(12)
    user = _with_password(user, name, password)
    return Admin(user=user, new_password=password)


def _with_password(user: User | None, name: str, password: str) -> User:
    if user is None:
        return get_user_model().objects.create_superuser(name, password=password)
    if not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    return user
