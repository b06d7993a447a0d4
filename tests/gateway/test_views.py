"""The endpoint over HTTP, with the product's own schema; `gateway.views` lists the checks."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client, RequestFactory
from django.utils import timezone
from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, GraphQLString

from gateway.core.accounts.models import Session
from gateway.core.errors import LOGIN_HINT
from gateway.core.graphql.execution import Executor
from gateway.views import answer
from tests.client import token_of

PATH = "/graphql/"
JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
VIEWER = {"query": "{ viewer { login } }"}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,  # it is about HTTP; test_compose.py serves from PostgreSQL
]


@pytest.fixture
def http():
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.fixture
def ann():
    return get_user_model().objects.create_user("ann", password="correct-horse")


@pytest.fixture
def token(ann):
    return token_of(ann)


def post(http, body, *, path=PATH, content_type=JSON, **headers):
    data = body if isinstance(body, bytes | str) else json.dumps(body)
    # The test client leaves out the type of an empty body; curl and browsers do not.
    return http.generic(
        "POST", path, data, content_type, headers=headers, CONTENT_TYPE=content_type
    )


@pytest.fixture
def ask(http, token):
    """POST as ann."""
    return lambda body, **headers: post(http, body, Authorization=f"JWT {token}", **headers)


def assert_refused(response, status, code, *words):
    """Every refusal is GraphQL JSON with a message, a code, and no data."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["Cache-Control"] == "no-store"
    body = response.json()
    assert body.keys() == {"errors"}
    (error,) = body["errors"]
    assert error["extensions"]["code"] == code
    for word in words:
        assert word in error["message"]


# --- what works


@pytest.mark.parametrize("path", ["/graphql/", "/graphql"])
@pytest.mark.parametrize("scheme", ["JWT", "Bearer", "bearer"])
def test_post(http, token, path, scheme):
    response = post(http, VIEWER, path=path, Authorization=f"{scheme} {token}")

    assert response.status_code == 200
    assert response.json()["data"] == {"viewer": {"login": "ann"}}
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json;",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "Application/JSON",
    ],
)
def test_spellings_of_the_content_type(http, token, content_type):
    response = post(http, VIEWER, content_type=content_type, Authorization=f"JWT {token}")

    assert response.json()["data"] == {"viewer": {"login": "ann"}}


@pytest.mark.parametrize("empty", [{}, {"variables": None, "operationName": None}])
@pytest.mark.parametrize("extensions", [{}, {"extensions": None}, {"extensions": {"a": [1]}}])
def test_optional_parameters_may_be_null_or_absent(http, token, empty, extensions):
    response = post(http, {**VIEWER, **empty, **extensions}, Authorization=f"JWT {token}")

    assert response.json()["data"] == {"viewer": {"login": "ann"}}


def test_get_with_variables_and_a_name(http):
    query = "query A { __typename } query B($no: Boolean!) { __typename @skip(if: $no) }"
    parameters = {"query": query, "operationName": "B", "variables": '{"no": true}'}

    response = http.get(PATH, parameters, headers={"Accept": JSON})

    assert response.status_code == 200
    assert response.json()["data"] == {}


def test_without_a_token_the_field_is_null_and_says_why(http):
    response = post(http, VIEWER)

    assert response.status_code == 200
    body = response.json()
    assert body["data"] == {"viewer": None}
    (error,) = body["errors"]
    assert error["message"] == "You do not have permission to perform this action"
    assert error["extensions"] == {"code": "UNAUTHENTICATED", "hint": LOGIN_HINT}


def test_who_asks_costs_one_query(http, token, django_assert_num_queries):
    query = {"query": "{" + " ".join(f"v{n}: viewer {{ id login name }}" for n in range(30)) + "}"}

    with django_assert_num_queries(1):
        response = post(http, query, Authorization=f"JWT {token}")

    assert len(response.json()["data"]) == 30


def test_the_clients_address_is_the_connections(http, ann, settings):
    settings.LOGIN_LIMITS = {"account_per_minute": 99, "address_per_minute": 1}
    login = {"query": 'mutation { tokenAuth(username: "ann", password: "x") { token } }'}
    codes = [
        post(http, login, **{"X-Forwarded-For": address}).json()["errors"][0]["extensions"]["code"]
        for address in ("192.0.2.1", "192.0.2.2")
    ]

    assert codes == ["INVALID_CREDENTIALS", "RATE_LIMITED"]


# --- who asks


@pytest.mark.parametrize("authorization", ["JWT x.y.z", "JWT", "Bearer x", "Basic YTpi", "x"])
def test_a_bad_token_is_401(http, authorization):
    response = post(http, VIEWER, Authorization=authorization)

    assert_refused(response, 401, "UNAUTHENTICATED")
    assert response["WWW-Authenticate"] == "JWT"
    (error,) = response.json()["errors"]
    assert error["extensions"]["hint"] == LOGIN_HINT
    is_token = authorization in {"JWT x.y.z", "Bearer x"}
    assert ("log in again" if is_token else "JWT <token>") in error["message"]


def test_an_expired_token_is_401(http, ann, settings):
    settings.GRAPHQL_JWT = settings.GRAPHQL_JWT | {"JWT_EXPIRATION_DELTA": timedelta(seconds=-1)}
    token = token_of(ann)

    response = post(http, VIEWER, Authorization=f"JWT {token}")

    assert_refused(response, 401, "UNAUTHENTICATED", "expired")


@pytest.mark.parametrize("change", ["deleted", "disabled", "revoked", "password"])
def test_a_token_that_has_ended_is_401_and_costs_one_query(
    http, ann, token, change, django_assert_num_queries
):
    if change == "deleted":
        ann.delete()
    elif change == "disabled":
        get_user_model().objects.update(is_active=False)
    elif change == "revoked":
        Session.objects.update(ended_at=timezone.now())
    else:
        ann.set_password("another-horse")
        ann.save()
    query = {"query": "{" + " ".join(f"v{n}: viewer {{ login }}" for n in range(30)) + "}"}

    with django_assert_num_queries(2):  # the session, and the audit
        response = post(http, query, Authorization=f"JWT {token}")

    assert_refused(response, 401, "UNAUTHENTICATED")


def test_cookies_do_not_authenticate(http, token):
    for name in ("JWT", "Authorization", "sessionid", "token"):
        http.cookies[name] = token

    assert post(http, VIEWER).json()["data"] == {"viewer": None}


# --- what is not answered


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods(http, method):
    response = getattr(http, method)(PATH)

    assert_refused(response, 405, "METHOD_NOT_ALLOWED")
    assert response["Allow"] == "GET, HEAD, POST"


def test_a_mutation_by_get_does_nothing(http, ann):
    query = 'mutation { tokenAuth(username: "ann", password: "correct-horse") { token } }'

    response = http.get(PATH, {"query": query}, headers={"Accept": JSON})

    assert_refused(response, 405, "METHOD_NOT_ALLOWED", "POST")
    assert response["Allow"] == "POST"


def test_a_mutation_chosen_by_name_by_get_does_nothing(http, ann):
    query = 'query A { __typename } mutation B { verifyToken(token: "x") { payload } }'

    response = http.get(PATH, {"query": query, "operationName": "B"}, headers={"Accept": JSON})

    assert_refused(response, 405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize("accept", ["text/plain", "image/*", "application/json;q=0", "text/html"])
def test_an_answer_that_nobody_can_read(http, accept):
    assert_refused(post(http, VIEWER, Accept=accept), 406, "NOT_ACCEPTABLE", JSON, GRAPHQL)


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=utf-16",
        "application/json; charset=latin-1",
        "application/json, text/plain",
        ";",
    ],
)
def test_another_content_type(http, content_type):
    response = post(http, "{}", content_type=content_type)

    assert_refused(response, 415, "UNSUPPORTED_MEDIA_TYPE", JSON)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b'{"query": ', "JSON"),
        (b"{'query': 1}", "JSON"),
        (b'\xff\xfe{"query": "{ a }"}', "UTF-8"),
        (b'{"query": "\xe9"}', "UTF-8"),
        (b'{"query": "{ a }", "variables": NaN}', "JSON"),
        (b'{"query": "\\ud800"}', "JSON"),
        (b"[" * 100_000, "JSON"),
        (b'[{"query": "{ __typename }"}]', "Batches"),
        (b"[]", "Batches"),
        (b'"{ __typename }"', "object"),
        (b"null", "object"),
        (b"{}", "query"),
        (b'{"query": null}', "query"),
        (b'{"query": ""}', "query"),
        (b'{"query": 1}', "query"),
        (b'{"query": ["{ __typename }"]}', "query"),
        (b'{"query": "{ __typename }", "variables": "x"}', "variables"),
        (b'{"query": "{ __typename }", "variables": [1]}', "variables"),
        (b'{"query": "{ __typename }", "operationName": 1}', "operationName"),
        (b'{"query": "{ __typename }", "extensions": "x"}', "extensions"),
        (b'{"query": "{ __typename }", "variables": {"a": ["x\\u0000"]}}', "NUL"),
        (b'{"query": "{ __typename }", "variables": {"\\u0000": 1}}', "NUL"),
        (b'{"query": "{ __typename \\u0000 }"}', "NUL"),
        (b"\x00", "JSON"),
    ],
)
@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
def test_a_malformed_request(http, body, words, accept):
    assert_refused(post(http, body, Accept=accept), 400, "BAD_REQUEST", words)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({}, "query"),
        ({"query": ""}, "query"),
        ({"query": "{ __typename }", "variables": "{"}, "variables"),
        ({"query": "{ __typename }", "variables": "[]"}, "variables"),
        ({"query": "{ __typename }", "extensions": "1"}, "extensions"),
    ],
)
def test_a_malformed_get(http, parameters, words):
    response = http.get(PATH, parameters, headers={"Accept": JSON})

    assert_refused(response, 400, "BAD_REQUEST", words)


def test_a_body_that_is_too_large(http, settings):
    settings.MAX_BODY_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    response = post(http, {"query": "{ __typename }" + " " * 1000})

    assert_refused(response, 413, "BODY_TOO_LARGE", "1000 bytes")


def test_an_unknown_host(http):
    assert_refused(post(http, VIEWER, Host="attacker.example"), 400, "BAD_REQUEST", "Host")


# --- requests that did not run: the status depends on the media type


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"query": "{ nonsense }"}, "nonsense' on type 'Query"),
        ({"query": "subscription { jobUpdated { id } }"}, "/graphql/stream"),
        (
            {"query": "query A { __typename }", "operationName": "B"},
            "operation named 'B'",
        ),
        (
            {"query": "query A { __typename } query B { __typename }"},
            "operationName",
        ),
        (
            {"query": "query ($a: Int!) { __typename @skip(if: $a) }"},
            "Boolean!",
        ),
        (
            {
                "query": "query ($a: Boolean!) { __typename @skip(if: $a) }",
                "variables": {"a": "yes"},
            },
            "'$a' got invalid value",
        ),
        (
            {"query": "query ($a: Boolean!) { __typename @skip(if: $a) }"},
            "'$a' of required type",
        ),
        ({"query": r'{ node(id: "a\u0000") { id } }'}, "NUL"),
    ],
)
@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (GRAPHQL, 400)])
def test_a_request_that_cannot_run(ask, body, words, accept, status):
    response = ask(body, Accept=accept)

    assert response.status_code == status
    assert response["Content-Type"] == f"{accept}; charset=utf-8"
    found = response.json()
    assert found.keys() == {"errors"}
    assert found["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert words in found["errors"][0]["message"]


@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (GRAPHQL, 400)])
def test_a_query_that_is_no_graphql(ask, accept, status):
    response = ask({"query": "{ viewer {"}, Accept=accept)

    assert response.status_code == status
    (error,) = response.json()["errors"]
    assert error["message"].startswith("Syntax Error")
    assert error["extensions"] == {"code": "GRAPHQL_PARSE_FAILED"}
    assert error["locations"] == [{"line": 1, "column": 11}]


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
def test_one_that_ran_is_200_whatever_its_fields_say(http, accept):
    response = post(http, VIEWER, Accept=accept)

    assert response.status_code == 200
    assert response["Content-Type"] == f"{accept}; charset=utf-8"
    assert response.json()["data"] == {"viewer": None}


# --- the page


def test_a_browser_gets_graphiql(http):
    response = http.get(PATH, headers={"Accept": BROWSER})

    assert response.status_code == 200
    assert response["Content-Type"] == "text/html; charset=utf-8"
    page = response.content.decode()
    assert 'data-endpoint="/graphql/"' in page
    assert 'data-stream="/graphql/stream"' in page
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]


def test_graphiql_can_be_switched_off(http, settings):
    settings.GRAPHIQL = False

    assert_refused(http.get(PATH, headers={"Accept": "text/html"}), 406, "NOT_ACCEPTABLE", JSON)
    assert_refused(http.get(PATH, headers={"Accept": BROWSER}), 400, "BAD_REQUEST", "query")


def test_a_stale_token_does_not_hide_the_page(http):
    response = http.get(PATH, headers={"Accept": BROWSER, "Authorization": "JWT x"})

    assert response.status_code == 200


def test_answers_may_not_be_framed_or_sniffed(http):
    response = post(http, VIEWER)

    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


# --- the rest of the site


def test_home_is_the_dashboard(http):
    response = http.get("/")

    assert (response.status_code, response["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert 'data-endpoint="/graphql/" data-stream="/graphql/stream"' in response.text
    assert "script-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/nothing", "/graphql/x", "/admin/", "/graphql//"])
def test_an_unknown_path(http, path):
    assert_refused(http.get(path), 404, "NOT_FOUND")


# --- internal errors


class Broken(Executor):
    def run(self, *_arguments, **_options):
        raise RuntimeError("the password is swordfish")


def simple_executor(kind=Executor, resolve=None):
    field = GraphQLField(GraphQLString, resolve=resolve)
    return kind(GraphQLSchema(GraphQLObjectType("Query", {"a": field})))


def test_a_fault_is_masked_and_logged_under_its_id(caplog):
    request = RequestFactory().post(PATH, {"query": "{ a }"}, content_type=JSON)

    response = answer(request, simple_executor(Broken))

    assert response.status_code == 500
    (error,) = json.loads(response.content)["errors"]
    assert error["extensions"] == {"code": "INTERNAL"}
    assert "swordfish" not in response.content.decode()
    error_id = error["message"].split()[-1].rstrip(".")
    assert f"Unexpected error {error_id}" in caplog.text
    assert "swordfish" in caplog.text


def test_an_answer_that_is_no_json_is_a_fault(caplog):
    request = RequestFactory().post(PATH, {"query": "{ a }"}, content_type=JSON)

    response = answer(request, simple_executor(resolve=lambda *_: "\ud800"))

    assert response.status_code == 500
    assert "Unexpected error" in caplog.text
