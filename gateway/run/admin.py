"""The first user. Its password comes from ADMIN_PASSWORD, or is generated and shown exactly once.

A start may be interrupted after the password was generated and before it was shown. A small file
names the user whose password was not shown yet. The next start then generates a new password.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from gateway.core.accounts.logins import user_with_login
from gateway.run.options import Options


@dataclass(frozen=True, kw_only=True)
class Admin:
    user: User
    new_password: str  # empty: it was known before this start
    data_dir: Path

    def password_shown(self) -> None:
        if _is_unshown(self.data_dir, self.user.get_username()):
            _unshown(self.data_dir).unlink()


def ensure_admin(options: Options) -> Admin:
    """The administrator, made at the first start; ADMIN_PASSWORD, when given, is its password."""
    name, data_dir = options.admin_username, options.data_dir
    user = user_with_login(name)
    if options.admin_password:
        user = _with_password(user, name, options.admin_password)
        admin = Admin(user=user, new_password="", data_dir=data_dir)
        admin.password_shown()  # known to who chose it
        return admin
    if user is not None and not _is_unshown(data_dir, name):
        return Admin(user=user, new_password="", data_dir=data_dir)
    _unshown(data_dir).write_text(name)
    password = secrets.token_urlsafe(12)
    user = _with_password(user, name, password)
    return Admin(user=user, new_password=password, data_dir=data_dir)


def _unshown(data_dir: Path) -> Path:
    return data_dir / "admin-password-not-shown-yet"


def _is_unshown(data_dir: Path, name: str) -> bool:
    path = _unshown(data_dir)
    return path.exists() and path.read_text() == name


def _with_password(user: User | None, name: str, password: str) -> User:
    if user is None:
        return get_user_model().objects.create_superuser(name, password=password)
    if not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    return user
