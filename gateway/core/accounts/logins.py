"""Logins are compared without case and Unicode normal form, in look-ups and for uniqueness.

The user model is Django's own, so the folded login is in a separate row. Signals update that row,
because ``createsuperuser`` and Django's own manager create users without a call to our services.
The logins of users from an earlier release may differ only in case. Each of these users still logs
in with the exact login; any other spelling names the user that was created first.
"""

from collections.abc import Collection
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.db.models import Case, Q, QuerySet, When
from django.db.models.signals import post_save, pre_save

from gateway.core.accounts.models import FoldedLogin
from gateway.core.folded_field import LONGEST_INDEXED, holding
from gateway.core.folding import folded

# Characters of a login in its longest spelling: Django keeps 150, and each may be decomposed.
LONGEST_SPELLING = 600


def key_of(login: str) -> str:
    return folded(login)[:LONGEST_INDEXED]


def user_with_login(login: str) -> User | None:
    """The user with this login, case-insensitive; a user with the exact spelling comes first."""
    if "\x00" in login:  # no user has one, and PostgreSQL refuses to look for it
        return None
    if len(login) > LONGEST_SPELLING:
        return None
    exact = Case(When(username=login, then=0), default=1)
    users = get_user_model().objects.filter(folded_login__folded=key_of(login))
    return users.order_by(exact, "folded_login__duplicate").first()


def users_holding(users: QuerySet[User], part: str) -> QuerySet[User]:
    """Those of ``users`` whose login contains ``part``, case-insensitive."""
    return users.filter(holding("folded_login__folded", part))


def keep_logins() -> None:
    """Keep the folded logins of all users that are saved from now on."""
    pre_save.connect(_refuse_taken, sender=get_user_model(), dispatch_uid="refuse taken login")
    post_save.connect(_keep, sender=get_user_model(), dispatch_uid="keep folded login")


def _refuse_taken(
    instance: User,
    update_fields: Collection[str] | None = None,
    raw: bool = False,
    **_signal: Any,
) -> None:
    """Raises IntegrityError, as a login that is taken in the same spelling does.

    ``raw``: from a dump, which has the folded logins, too.
    """
    if raw or not _is_saved(update_fields):
        return
    key = key_of(instance.get_username())
    own = Q(user=instance.pk) if instance.pk else Q(pk__in=[])
    if FoldedLogin.objects.filter(own, folded=key).exists():
        return
    if FoldedLogin.objects.filter(folded=key).exists():
        raise IntegrityError(f"The login {instance.get_username()!r} is taken in another spelling.")


def _keep(
    instance: User,
    update_fields: Collection[str] | None = None,
    raw: bool = False,
    **_signal: Any,
) -> None:
    if raw or not _is_saved(update_fields):
        return
    key = key_of(instance.get_username())
    row = FoldedLogin.objects.filter(user=instance.pk).first()
    if row is None or row.folded != key:
        FoldedLogin.objects.update_or_create(
            user=instance, defaults={"folded": key, "duplicate": 0}
        )


def _is_saved(update_fields: Collection[str] | None) -> bool:
    return update_fields is None or "username" in update_fields
