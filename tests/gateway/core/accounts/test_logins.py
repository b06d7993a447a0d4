"""Logins that differ only in case or Unicode normal form are one login."""

import unicodedata

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from gateway.core.accounts.errors import InvalidCredentials
from gateway.core.accounts.logins import user_with_login
from gateway.core.accounts.models import FoldedLogin
from gateway.core.accounts.services import session_open
from gateway.core.accounts.users import user_create, user_update
from gateway.core.errors import Conflict, RateLimited

pytestmark = pytest.mark.django_db

PASSWORD = "correct-horse-7"
SPELLINGS = ["Jürgen", "jürgen", "JÜRGEN", unicodedata.normalize("NFD", "Jürgen")]


def log_in(username, password=PASSWORD, address="192.0.2.1"):
    return session_open(username=username, password=password, address=address).user


@pytest.fixture(autouse=True)
def _no_limits(settings):
    settings.LOGIN_LIMITS = {"account_per_minute": 1000, "address_per_minute": 1000}


@pytest.mark.parametrize("made", SPELLINGS)
def test_a_login_works_in_every_spelling(made):
    user = user_create(login=made, password=PASSWORD)

    assert {log_in(spelling).pk for spelling in SPELLINGS} == {user.pk}
    assert unicodedata.is_normalized("NFKC", user.username)
    with pytest.raises(InvalidCredentials):
        log_in("jurgen")
    with pytest.raises(InvalidCredentials):
        log_in("JÜRGEN", password="another")


@pytest.mark.parametrize("made", SPELLINGS)
def test_a_login_is_taken_in_every_spelling(made):
    user_create(login=made, password=PASSWORD)

    for spelling in SPELLINGS:
        with pytest.raises(Conflict):
            user_create(login=spelling, password=PASSWORD)
        with pytest.raises(IntegrityError), transaction.atomic():
            get_user_model().objects.create_user(spelling, password=PASSWORD)
    assert get_user_model().objects.count() == FoldedLogin.objects.count() == 1


def test_another_password_and_another_save_keep_the_login():
    user = user_create(login="Ann", password=PASSWORD)
    root = user_create(login="root", password=PASSWORD, superuser=True)

    user_update(user=user, changed_by=root, password="another-horse-8", name="Ann")
    user.refresh_from_db()
    user.save()

    assert log_in("ANN", password="another-horse-8").pk == user.pk


def test_a_new_username_is_the_login_from_then_on():
    user = user_create(login="ann", password=PASSWORD)

    user.username = "Béa"
    user.save()

    assert user_with_login("BÉA").pk == user.pk
    assert user_with_login("ann") is None
    assert user_create(login="ann", password=PASSWORD).pk != user.pk


def test_the_longest_login_may_grow_when_it_is_folded():
    user = user_create(login="ß" * 150, password=PASSWORD)

    assert log_in("SS" * 150).pk == user.pk


def test_users_of_an_earlier_release_keep_their_logins():
    """Two logins differ only in case: each user logs in by the exact one; any other spelling names
    the older user.
    """
    users = get_user_model().objects
    older, younger = (users.create_user(name, password=PASSWORD) for name in ("ann", "bob"))
    younger.set_password("younger-horse-9")
    younger.save()
    FoldedLogin.objects.all().delete()
    users.filter(pk=younger.pk).update(username="Ann")

    FoldedLogin.objects.bulk_create(
        FoldedLogin(user=user, folded="ann", duplicate=number)
        for number, user in enumerate((older, younger))
    )

    assert log_in("ann").pk == older.pk
    assert log_in("Ann", password="younger-horse-9").pk == younger.pk
    assert log_in("ANN").pk == older.pk
    with pytest.raises(InvalidCredentials):
        log_in("ANN", password="younger-horse-9")
    with pytest.raises(Conflict):
        user_create(login="aNN", password=PASSWORD)
    younger.refresh_from_db()
    younger.save()  # keeps its own
    assert log_in("Ann", password="younger-horse-9").pk == younger.pk


def test_all_spellings_count_against_one_limit(settings):
    settings.LOGIN_LIMITS = {"account_per_minute": 2, "address_per_minute": 1000}
    user_create(login="ann", password=PASSWORD)

    for spelling in ("ann", "Ann"):
        with pytest.raises(InvalidCredentials):
            log_in(spelling, password="wrong")
    with pytest.raises(RateLimited):
        log_in("ANN")
