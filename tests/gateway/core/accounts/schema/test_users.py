import pytest
from django.contrib.auth import get_user_model

from gateway.core.accounts.models import Session
from gateway.core.accounts.sessions import open_sessions, session_begin
from gateway.core.ids import global_id
from tests.gateway.core.accounts.conftest import PASSWORD

NEW = "another-horse"
CREATE = """mutation ($login: String!, $password: String!, $superuser: Boolean) {
    createUser(input: {login: $login, password: $password, name: "Ann B.", superuser: $superuser}) {
        user { login name active superuser } errors { field code message } } }"""
UPDATE = """mutation ($input: UpdateUserInput!) { updateUser(input: $input) {
    user { login name active superuser } errors { field code message } } }"""
CHANGE = """mutation ($old: String!, $new: String!) {
    changePassword(input: {currentPassword: $old, newPassword: $new}) {
        user { login } errors { field code message } } }"""


def gid(user):
    return global_id("User", user.pk)


def test_a_superuser_lets_somebody_in(run, root):
    payload = run(root, CREATE, login="carl", password=NEW)["createUser"]

    assert payload == {
        "user": {"login": "carl", "name": "Ann B.", "active": True, "superuser": False},
        "errors": [],
    }
    assert get_user_model().objects.get(username="carl").check_password(NEW)


@pytest.mark.parametrize(
    ("login", "password", "expected"),
    [
        ("ann", NEW, ("login", "CONFLICT")),
        ("", NEW, ("login", "INVALID")),
        ("a b", NEW, ("login", "INVALID")),
        ("x" * 151, NEW, ("login", "INVALID")),
        ("carl", "short", ("password", "INVALID")),
        ("carl", "password1", ("password", "INVALID")),
        ("carl", "x" * 1001, ("password", "INVALID")),
    ],
)
@pytest.mark.usefixtures("ann")
def test_what_cannot_be_a_user(refused, root, login, password, expected):
    assert refused(root, CREATE, login=login, password=password)[:2] == expected
    assert get_user_model().objects.count() == 2


def test_who_is_no_superuser_makes_and_changes_nobody(refused, ann, bob):
    forbidden = (None, "FORBIDDEN", "Only a superuser may do this.")

    assert refused(ann, CREATE, login="carl", password=NEW, superuser=True) == forbidden
    for changed in ({"id": gid(bob), "active": False}, {"id": gid(ann), "superuser": True}):
        assert refused(ann, UPDATE, input=changed) == forbidden

    assert get_user_model().objects.filter(is_active=True, is_superuser=False).count() == 2


@pytest.mark.parametrize(
    ("change", "ends"),
    [
        ({"active": False}, True),
        ({"password": NEW}, True),
        ({"name": "Bo"}, False),
        ({"superuser": True}, False),
    ],
)
def test_what_ends_a_users_sessions(run, root, bob, change, ends):
    session = session_begin(user=bob)
    others = session_begin(user=root)

    run(root, UPDATE, input={"id": gid(bob), **change})

    bob.refresh_from_db()
    assert (session not in open_sessions(user=bob)) is ends
    assert others in open_sessions(user=root)


def test_a_session_does_not_come_back_with_its_user(run, root, bob):
    session_begin(user=bob)
    for active in (False, True):
        payload = run(root, UPDATE, input={"id": gid(bob), "active": active})["updateUser"]
        assert payload["user"]["active"] is active

    bob.refresh_from_db()
    assert not open_sessions(user=bob).exists()


@pytest.mark.parametrize("field", ["active", "superuser"])
def test_nobody_shuts_themselves_out(refused, root, field):
    answer = refused(root, UPDATE, input={"id": gid(root), field: False})

    assert answer == (field, "CONFLICT", "Let another superuser do this to you.")
    root.refresh_from_db()
    assert root.is_active
    assert root.is_superuser


def test_another_password_ends_every_session(run, ann, bob):
    for user in (ann, ann, bob):
        session_begin(user=user)

    payload = run(ann, CHANGE, old=PASSWORD, new=NEW)["changePassword"]

    assert payload == {"user": {"login": "ann"}, "errors": []}
    ann.refresh_from_db()
    assert ann.check_password(NEW)
    assert list(Session.objects.values_list("user", flat=True)) == [bob.pk]


def test_a_password_is_changed_by_who_knows_it(refused, ann, settings):
    session_begin(user=ann)
    settings.LOGIN_LIMITS = {"account_per_minute": 2, "address_per_minute": 99}

    assert refused(ann, CHANGE, old="wrong", new=NEW)[1] == "INVALID_CREDENTIALS"
    assert refused(ann, CHANGE, old=PASSWORD, new="short")[:2] == ("newPassword", "INVALID")
    assert refused(ann, CHANGE, old=PASSWORD, new=NEW)[1] == "RATE_LIMITED"

    ann.refresh_from_db()
    assert ann.check_password(PASSWORD)
    assert Session.objects.count() == 1


def test_users_are_searched_by_login(run, root, ann, bob):
    found = run(root, '{ users(search: "NN") { nodes { login } } }')

    assert found == {"users": {"nodes": [{"login": "ann"}]}}
