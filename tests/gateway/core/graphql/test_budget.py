"""Costs and budgets over HTTP, with the product's own schema."""

import json

import pytest
from django.test import Client
from graphql import get_introspection_query

from gateway.core.graphql import budget
from gateway.core.graphql.documents import documents_of
from gateway.schema import schema
from tests.client import token_of
from tests.inventory.factories import make_user

CHEAP = "{ viewer { login } }"
DEAR = "{ jobs(first: 1000) { nodes { id children(first: 1000) { nodes { id } } } } }"
PAGE = "{ jobs(first: 900) { nodes { id } } }"
EXPLAIN = "query ($q: String!) { explain(query: $q) { calls } }"
LOGIN = 'mutation { tokenAuth(username: "ann", password: "x") { token } }'

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,  # costs and limits are counted in Python
]


@pytest.fixture(autouse=True)
def _own_buckets():
    budget._buckets.cache_clear()
    documents = documents_of(schema.graphql_schema)
    for text in (CHEAP, DEAR, PAGE, EXPLAIN, LOGIN):
        documents.load(text)  # reading a document is charged once, and here it is not the point
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

    first = ask(CHEAP, token).json()
    second = ask(PAGE, token).json()

    assert first["extensions"]["cost"] == {
        "requested": 2,
        "limit": 100_000,
        "budget": {"left": 199_998, "burst": 200_000, "perSecond": 1},
    }
    assert second["data"] == {"jobs": {"nodes": []}}
    assert second["extensions"]["cost"]["requested"] == 902
    assert second["extensions"]["cost"]["budget"]["left"] in {199_096, 199_097}


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
    assert ask(PAGE, token).status_code == 200
    with django_assert_num_queries(2):
        refused = ask(PAGE, token)

    assert refused.status_code == 429
    assert refused.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    seconds = int(refused["Retry-After"])
    assert seconds == refused.json()["errors"][0]["extensions"]["retryAfter"]
    assert 75 <= seconds <= 81
    assert str(seconds) in refused.json()["errors"][0]["message"]
    assert ask(CHEAP, token).status_code == 200
    assert ask(PAGE, token_of(make_user("bob"))).status_code == 200


def test_who_is_not_logged_in_spends_the_budget_of_the_address(token, settings):
    settings.GRAPHQL_BUDGET = {"per_second": 0.001, "burst": 1000}
    settings.GRAPHQL_ANONYMOUS_BUDGET = {"per_second": 0.001, "burst": 25}
    settings.TRUSTED_PROXIES = 1

    def status(address):
        return ask(LOGIN, **{"X-Forwarded-For": address}).status_code

    assert [status("2001:db8::1"), status("2001:db8::2"), status("2001:db8::3")] == [200, 200, 429]
    assert status("2001:db8:0:1::1") == 200
    assert ask(CHEAP, token).status_code == 200


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

    answer = ask(PAGE, token).json()

    assert answer["extensions"]["cost"] == {"requested": 902, "limit": 100_000}


@pytest.mark.parametrize("text", ["{ nothing }", "{ viewer", "{ viewer { login } } # anything"])
def test_reading_a_document_is_charged_whether_it_is_valid_or_not(settings, token, text):
    settings.GRAPHQL_BUDGET = {"per_second": 0.001, "burst": 1000}
    padded = text + "#" * (600 - len(text))

    assert ask(padded, token).status_code == 200
    kept = ask(padded, token).status_code
    assert kept == (200 if "#" in text else 429)
    assert ask(padded + "#", token).status_code == 429


def test_a_long_document_can_be_read_from_a_full_budget(settings):
    settings.GRAPHQL_ANONYMOUS_BUDGET = {"per_second": 0.001, "burst": 150_000}

    assert ask(CHEAP + "#" * 500_000).status_code == 200
    assert ask(CHEAP + "#" * 500_001).status_code == 429


def test_introspection_is_charged_for_all_that_it_answers(settings):
    settings.GRAPHQL_ANONYMOUS_BUDGET = {"per_second": 0.001, "burst": 100_000}

    answer = ask(get_introspection_query()).json()

    cost = answer["extensions"]["cost"]
    assert cost["requested"] > 2000
    assert cost["budget"]["left"] <= 100_000 - cost["requested"]


def test_an_introspection_that_is_refused_is_charged_for_its_counting(settings):
    settings.GRAPHQL_ANONYMOUS_BUDGET = {"per_second": 0.001, "burst": 250_000}
    inner = "fields { type { fields { name type { name } } } args { type { ofType { name } } } }"
    spread = " ".join(f"a{number}: types {{ ...T }}" for number in range(50))
    query = f"{{ __schema {{ {spread} }} }} fragment T on __Type {{ {inner} }}"

    answers = [ask(query) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    (error,) = answers[1].json()["errors"]
    assert error["extensions"]["code"] == "QUERY_TOO_LARGE"


def test_the_query_of_explain_is_read_on_the_budget_too(settings, token):
    settings.GRAPHQL_BUDGET = {"per_second": 0.001, "burst": 1000}
    body = json.dumps({"query": EXPLAIN, "variables": {"q": "{ nothing }" + "#" * 800}})

    def explain():
        headers = {"Authorization": f"JWT {token}"}
        return Client().post("/graphql/", body, content_type="application/json", headers=headers)

    assert explain().json()["errors"][0]["extensions"]["code"] == "INVALID"
    assert explain().json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
