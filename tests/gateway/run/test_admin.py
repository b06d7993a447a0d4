import dataclasses

import pytest
from django.contrib.auth import get_user_model

from gateway.run.admin import ensure_admin
from gateway.run.unshown_password import password_shown

pytestmark = pytest.mark.django_db


def user():
    return get_user_model().objects.get()


def test_the_first_start_makes_an_administrator_with_a_password_to_be_shown(options):
    admin = ensure_admin(options)

    assert user().username == "admin"
    assert user().is_superuser
    assert len(admin.new_password) >= 12
    assert user().check_password(admin.new_password)


def test_a_password_that_was_shown_is_never_shown_again(options):
    shown = ensure_admin(options)
    password_shown(options.data_dir, "admin")

    again = ensure_admin(options)

    assert again.new_password == ""
    assert user().check_password(shown.new_password)


def test_a_password_that_nobody_has_seen_is_made_anew(options):
    unseen = ensure_admin(options)

    again = ensure_admin(options)

    assert again.new_password
    assert again.new_password != unseen.new_password
    assert user().check_password(again.new_password)


def test_the_password_is_written_nowhere(options):
    admin = ensure_admin(options)

    for path in options.data_dir.rglob("*"):
        assert path.is_dir() or admin.new_password.encode() not in path.read_bytes()


def test_a_chosen_password_is_not_shown(options):
    admin = ensure_admin(dataclasses.replace(options, admin_password="chosen by me"))

    assert admin.new_password == ""
    assert user().check_password("chosen by me")


def test_a_password_chosen_later_replaces_the_old_one(options):
    ensure_admin(options)
    password_shown(options.data_dir, "admin")

    ensure_admin(dataclasses.replace(options, admin_password="chosen later"))

    assert user().check_password("chosen later")


def test_an_unseen_password_of_one_name_says_nothing_of_another(options):
    shown = ensure_admin(options)
    password_shown(options.data_dir, "admin")
    ensure_admin(dataclasses.replace(options, admin_username="ada"))  # ended before it was shown

    again = ensure_admin(options)

    assert again.new_password == ""
    assert again.user.check_password(shown.new_password)


def test_a_second_name_is_a_second_administrator(options):
    first = ensure_admin(options)
    password_shown(options.data_dir, "admin")

    second = ensure_admin(dataclasses.replace(options, admin_username="ada"))

    assert second.new_password
    assert first.user.check_password(first.new_password)
    assert get_user_model().objects.filter(is_superuser=True).count() == 2


def test_choosing_a_password_is_as_good_as_having_seen_one(options):
    ensure_admin(options)  # ended before it was shown
    ensure_admin(dataclasses.replace(options, admin_password="chosen by me"))

    assert ensure_admin(options).new_password == ""
    assert user().check_password("chosen by me")
