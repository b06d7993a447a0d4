import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from gateway.core.accounts.models import RefreshToken
from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import GraphQLRequest
from tests.gateway.core.accounts.conftest import PASSWORD

LOGIN = """mutation ($username: String!, $password: String!) {
    tokenAuth(username: $username, password: $password) {
        token refreshToken payload refreshExpiresIn user { login } } }"""
REFRESH = """mutation ($token: String, $refreshToken: String) {
    refreshToken(token: $token, refreshToken: $refreshToken) {
        token refreshToken payload refreshExpiresIn user { login } } }"""


@pytest.fixture
def run(accounts):
    def run(query, **variables):
        context = Context(user=AnonymousUser(), address="192.0.2.1")
        return accounts.run(GraphQLRequest(query, variables), context).as_response()

    return run


def problem(answer):
    (error,) = answer["errors"]
    return error["message"], error["extensions"]["code"]


def test_login(run, ann):
    before = int(time.time())

    found = run(LOGIN, username="ann", password=PASSWORD)["data"]["tokenAuth"]

    assert found["payload"]["username"] == "ann"
    assert found["payload"]["exp"] > found["payload"]["origIat"] >= before
    assert found["refreshExpiresIn"] > found["payload"]["exp"]
    assert found["user"] == {"login": "ann"}
    assert len(found["token"].split(".")) == 3
    assert len(found["refreshToken"]) > 40


def test_wrong_credentials(run, ann):
    answer = run(LOGIN, username="ann", password="wrong")

    assert problem(answer) == ("Please enter valid credentials", "INVALID_CREDENTIALS")
    assert answer["data"] == {"tokenAuth": None}


def test_aliases_count_each(run, ann, settings):
    settings.LOGIN_LIMITS = {"account_per_minute": 3, "address_per_minute": 99}
    guesses = [f'g{n}: tokenAuth(username: "ann", password: "{n}") {{ token }}' for n in range(9)]

    answer = run(f"mutation {{ {' '.join(guesses)} }}")

    codes = [error["extensions"]["code"] for error in answer["errors"]]
    assert codes == ["INVALID_CREDENTIALS"] * 3 + ["RATE_LIMITED"] * 6
    assert 0 < answer["errors"][-1]["extensions"]["retryAfter"] <= 60


def test_a_fragment_that_is_spread_often_counts_each_field(run, ann, settings):
    settings.LOGIN_LIMITS = {"account_per_minute": 1, "address_per_minute": 99}
    query = """mutation { a: tokenAuth(username: "ann", password: "x") { token } ...More }
        fragment More on Mutation { b: tokenAuth(username: "ann", password: "y") { token } }"""

    codes = [error["extensions"]["code"] for error in run(query)["errors"]]

    assert codes == ["INVALID_CREDENTIALS", "RATE_LIMITED"]


def test_renewal_by_refresh_token(run, ann):
    opened = run(LOGIN, username="ann", password=PASSWORD)["data"]["tokenAuth"]

    renewed = run(REFRESH, refreshToken=opened["refreshToken"])["data"]["refreshToken"]

    assert renewed["user"] == {"login": "ann"}
    assert renewed["refreshToken"] not in (None, opened["refreshToken"])
    at_once = run(REFRESH, refreshToken=opened["refreshToken"])["data"]["refreshToken"]
    assert at_once["refreshToken"] == renewed["refreshToken"]
    RefreshToken.objects.update(used_at=timezone.now() - timedelta(seconds=10))
    again = run(REFRESH, refreshToken=opened["refreshToken"])
    assert problem(again)[1] == "UNAUTHENTICATED"
    assert "used before" in problem(again)[0]


def test_renewal_by_access_token(run, ann):
    opened = run(LOGIN, username="ann", password=PASSWORD)["data"]["tokenAuth"]

    renewed = run(REFRESH, token=opened["token"])["data"]["refreshToken"]

    assert renewed["refreshToken"] is None
    assert renewed["payload"]["origIat"] == opened["payload"]["origIat"]
    assert RefreshToken.objects.count() == 1


@pytest.mark.parametrize("given", [{}, {"token": "a", "refreshToken": "b"}])
def test_renewal_takes_exactly_one_token(run, db, given):
    answer = run(REFRESH, **given)

    assert problem(answer) == ("Give exactly one of token and refreshToken", "INVALID")
    assert answer["errors"][0]["extensions"]["field"] == "refreshToken"


def test_verification(run, ann):
    opened = run(LOGIN, username="ann", password=PASSWORD)["data"]["tokenAuth"]
    query = "mutation ($token: String!) { verifyToken(token: $token) { payload } }"

    assert run(query, token=opened["token"])["data"] == {
        "verifyToken": {"payload": opened["payload"]}
    }
    message, code = problem(run(query, token="x.y.z"))
    assert message.startswith("Error decoding signature: the token is cut off, changed")
    assert code == "UNAUTHENTICATED"


def test_revocation(run, ann):
    opened = run(LOGIN, username="ann", password=PASSWORD)["data"]["tokenAuth"]
    query = "mutation ($token: String!) { revokeToken(refreshToken: $token) { revoked } }"

    revoked = run(query, token=opened["refreshToken"])["data"]["revokeToken"]["revoked"]

    assert abs(revoked - time.time()) < 60
    assert "revoked" in problem(run(REFRESH, refreshToken=opened["refreshToken"]))[0]
    assert problem(run(query, token="x")) == ("Invalid refresh token", "UNAUTHENTICATED")
