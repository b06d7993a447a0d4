"""Costs and budgets over HTTP, with the product's own schema."""

import json

import pytest
from django.test import Client

from gateway.core.graphql import budget
from tests.client import token_of
from tests.inventory.factories import make_user

DEAR = "{ jobs(first: 1000) { nodes { id children(first: 1000) { nodes { id } } } } }"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_buckets():
    budget._buckets.cache_clear()
    yield
    budget._buckets.cache_clear()


@pytest.fixture
def token():
    return token_of(make_user("ann"))


def ask(query, token=None, **headers):
    if token is not None:
        headers["Authorization"] = f"JWT {token}"
    body = json.dumps({"query": query})
    return Client().post("/graphql/", body, content_type="application/json", headers=headers)


def test_an_answer_tells_what_it_cost_and_what_is_left(token, settings):
    settings.GRAPHQL_BUDGET = {"per_second": 1, "burst": 200_000}

    first = ask("{ viewer { login } }", token).json()
    second = ask("{ jobs(first: 100) { nodes { id } } }", token).json()

    assert first["extensions"]["cost"] == {
        "requested": 2,
        "limit": 100_000,
        "budget": {"left": 199_998, "burst": 200_000, "perSecond": 1},
    }
    assert second["data"] == {"jobs": {"nodes": []}}
    assert second["extensions"]["cost"]["requested"] == 102
    assert second["extensions"]["cost"]["budget"]["left"] in {199_896, 199_897}


def test_no_more_is_left_than_fits(token, settings):
    settings.GRAPHQL_BUDGET = {"per_second": 1_000_000, "burst": 1000}

    for _ in range(3):
        budget = ask("{ viewer { login } }", token).json()["extensions"]["cost"]["budget"]
        assert 990 < budget["left"] <= 1000


def test_what_costs_too_much_does_not_run(token, django_assert_num_queries):
    with django_assert_num_queries(2):  # who asks, and the audit
        answer = ask(DEAR, token).json()

    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "QUERY_TOO_LARGE"}
    assert "data" not in answer
    assert answer["extensions"] == {"cost": {"requested": 1_002_002, "limit": 100_000}}
    assert "1002002 points" in error["message"]


def test_who_has_spent_the_budget_is_told_when_to_come_back(
    token, settings, django_assert_num_queries
):
    settings.GRAPHQL_BUDGET = {"per_second": 10, "burst": 1000}
    cheap, dear = "{ viewer { login } }", "{ jobs(first: 900) { nodes { id } } }"

    assert ask(dear, token).status_code == 200
    with django_assert_num_queries(2):
        refused = ask(dear, token)

    assert refused.status_code == 429
    assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    seconds = int(refused["Retry-After"])
    assert seconds == refused.json()["errors"][0]["extensions"]["retryAfter"]
    assert 75 <= seconds <= 81
    assert str(seconds) in refused.json()["errors"][0]["message"]
    assert ask(cheap, token).status_code == 200
    assert ask(dear, token_of(make_user("bob"))).status_code == 200


def test_who_is_not_logged_in_spends_the_budget_of_the_address(token, settings):
    settings.GRAPHQL_BUDGET = {"per_second": 0.001, "burst": 25}
    settings.TRUSTED_PROXIES = 1
    login = 'mutation { tokenAuth(username: "ann", password: "x") { token } }'

    def status(address):
        return ask(login, **{"X-Forwarded-For": address}).status_code

    assert [status("2001:db8::1"), status("2001:db8::2"), status("2001:db8::3")] == [200, 200, 429]
    assert status("2001:db8:0:1::1") == 200
    assert ask("{ viewer { login } }", token).status_code == 200


def test_aliases_of_a_login_cost_each_and_count_each(token, settings):
    settings.LOGIN_LIMITS = {"account_per_minute": 3, "address_per_minute": 100}
    tried = " ".join(
        f'a{number}: tokenAuth(username: "ann", password: "{number}") {{ token }}'
        for number in range(5)
    )

    answer = ask(f"mutation {{ {tried} }}").json()

    codes = [error["extensions"]["code"] for error in answer["errors"]]
    assert codes == ["INVALID_CREDENTIALS"] * 3 + ["RATE_LIMITED"] * 2
    assert answer["extensions"]["cost"]["requested"] == 1 + 5 * 11


def test_budgets_can_be_switched_off(token, settings):
    settings.GRAPHQL_BUDGET = {"per_second": 0, "burst": 1}

    answer = ask("{ jobs(first: 900) { nodes { id } } }", token).json()

    assert answer["extensions"]["cost"] == {"requested": 902, "limit": 100_000}
