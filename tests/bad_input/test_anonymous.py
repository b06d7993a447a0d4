"""A request without a login gets no data: every root field, written from the schema."""

import pytest
from django.contrib.auth import get_user_model

from gateway.core.errors import LOGIN_HINT
from gateway.schema import PUBLIC
from tests.bad_input.operations import guarded_fields, root_fields
from tests.client import GraphQLClient

MESSAGE = "You do not have permission to perform this action"


def test_what_is_public_is_named():
    assert {"tokenAuth", "refreshToken", "verifyToken", "revokeToken"} == PUBLIC
    assert {field.name for field in root_fields()} > PUBLIC


@pytest.mark.any_database  # it is refused before the database is asked
@pytest.mark.parametrize("field", guarded_fields(), ids=lambda field: field.name)
def test_anonymous_gets_null_the_message_and_the_code(db, unchanged, field):
    unchanged()

    answer = GraphQLClient().post(field.text)

    (error,) = answer.pop("errors")
    assert answer.pop("extensions").keys() == {"cost"}
    assert answer == {"data": {field.name: None}}
    assert error["message"] == MESSAGE
    assert error["path"] == [field.name]
    assert error["extensions"] == {"code": "UNAUTHENTICATED", "hint": LOGIN_HINT}
    unchanged()


def test_anonymous_asks_no_cloud(machines, provider, unchanged):
    unchanged()

    answer = GraphQLClient().post(
        "{ virtualMachines(maxAge: 0) { totalCount } host { __typename } }"
    )

    assert answer["data"] == {"virtualMachines": None, "host": None}
    assert [error["message"] for error in answer["errors"]] == [MESSAGE, MESSAGE]
    unchanged()


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ('tokenAuth(username: "", password: "") { token }', "INVALID_CREDENTIALS"),
        ('verifyToken(token: "x") { payload }', None),
        ('revokeToken(refreshToken: "x") { revoked }', None),
        ('refreshToken(token: "x") { token }', None),
        ("refreshToken { token }", None),
        ('refreshToken(token: "x", refreshToken: "y") { token }', None),
    ],
)
def test_what_is_public_refuses_nonsense_with_a_code(db, field, code):
    answer = GraphQLClient().post(f"mutation {{ {field} }}")

    (error,) = answer["errors"]
    assert list(answer["data"].values()) == [None]
    assert error["extensions"]["code"] != "INTERNAL"
    assert code in {None, error["extensions"]["code"]}
    assert not get_user_model().objects.exists()
