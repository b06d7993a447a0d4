"""Answers to requests to ``/graphql/stream`` before there is a stream, or instead of one."""

import asyncio
import json
import uuid

import pytest

from gateway.core.audit.models import AuditEvent
from gateway.core.graphql import budget
from tests.client import token_of
from tests.gateway.streams.client import JSON, answered, in_loop, make_streams, opened
from tests.jobs.factories import make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about HTTP
]

ALL = "subscription { jobUpdated { id } }"
TEXT = (b"content-type", b"text/plain")
ONLY_JSON = (b"accept", b"application/json")


@pytest.fixture
def token():
    return token_of(make_user("ann"))


def code_of(response):
    return response.status, json.loads(response.text)["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize(
    ("request_of", "status", "code"),
    [
        ({"query": ALL, "headers": (TEXT,)}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ({"query": ALL, "headers": (JSON, ONLY_JSON)}, 406, "NOT_ACCEPTABLE"),
        ({"query": ALL, "method": "PATCH"}, 405, "METHOD_NOT_ALLOWED"),
        ({"body": b"{"}, 400, "BAD_REQUEST"),
        ({"query": ""}, 400, "BAD_REQUEST"),
        ({"method": "DELETE", "headers": ()}, 400, "BAD_REQUEST"),
        ({"query": "x" * 100_001}, 413, "BODY_TOO_LARGE"),
    ],
)
def test_what_is_malformed_is_refused_with_a_status(token, request_of, status, code):
    async def ask(streams):
        assert code_of(await answered(streams, token, **request_of)) == (status, code)

    in_loop(ask, make_streams())


@pytest.mark.parametrize("method", ["POST", "GET", "PUT", "DELETE"])
def test_without_a_login_there_is_no_stream(method):
    async def ask(streams):
        response = await answered(streams, None, ALL, method=method)
        [error] = json.loads(response.text)["errors"]
        assert (response.status, error["extensions"]["code"]) == (401, "UNAUTHENTICATED")
        assert error["message"] == "You do not have permission to perform this action"
        assert "tokenAuth" in error["extensions"]["hint"]

    in_loop(ask, make_streams())


def test_a_bad_token_is_refused():
    async def ask(streams):
        assert code_of(await answered(streams, "nonsense", ALL)) == (401, "UNAUTHENTICATED")

    in_loop(ask, make_streams())


@pytest.mark.parametrize("query", ["subscription { nothing }", "subscription {", "{ nothing }"])
def test_what_is_wrong_with_an_operation_comes_as_an_event(token, query):
    async def ask(streams):
        response = await answered(streams, token, query)
        assert [event for event, _data in response.events] == ["next", "complete"]
        assert response.answers[0]["errors"]
        assert "data" not in response.answers[0]

    in_loop(ask, make_streams())


def test_a_query_and_a_mutation_are_answered_once(token):
    async def ask(streams):
        for query in ("{ viewer { login } }", 'mutation { verifyToken(token: "x") { payload } }'):
            response = await answered(streams, token, query)
            assert [event for event, _data in response.events] == ["next", "complete"]

    in_loop(ask, make_streams())


def test_a_query_by_get_is_answered_and_a_mutation_is_not(token):
    async def ask(streams):
        found = await answered(
            streams, token, method="GET", query_string="query=%7Bviewer%7Blogin%7D%7D"
        )
        assert found.answers[0]["data"] == {"viewer": {"login": "ann"}}
        mutation = "query=mutation%7BverifyToken(token:%22x%22)%7Bpayload%7D%7D"
        refused = await answered(streams, token, method="GET", query_string=mutation)
        assert refused.answers[0]["errors"][0]["message"] == "Send mutations by POST."

    in_loop(ask, make_streams())


def test_a_user_and_a_process_have_so_many_streams(token):
    bob = token_of(make_user("bob"))

    async def ask(streams):
        async with opened(streams, token, ALL) as one, opened(streams, token, ALL) as other:
            await one.until(lambda response: response.text)
            await other.until(lambda response: response.text)
            assert code_of(await answered(streams, token, ALL)) == (429, "RATE_LIMITED")
            async with opened(streams, bob, ALL) as third:
                await third.until(lambda response: response.text)
                carol = await answered(streams, bob, ALL)
                assert code_of(carol) == (503, "TOO_MANY_STREAMS")
                assert carol.headers["retry-after"] == "30"
        async with opened(streams, token, ALL) as again:  # those have ended
            await again.until(lambda response: response.text)
            assert again.status == 200

    in_loop(ask, make_streams(total=3, per_user=2))


@pytest.mark.parametrize("origin", ["https://dashboard.example.org", "https://evil.example.org"])
def test_pages_of_listed_origins_may_read(token, settings, origin):
    settings.CORS_ALLOWED_ORIGINS = ["https://dashboard.example.org"]
    is_listed = origin in settings.CORS_ALLOWED_ORIGINS

    async def ask(streams):
        headers = (JSON, (b"origin", origin.encode()))
        for query in ("{ viewer { login } }", ""):  # a stream, and a refusal
            response = await answered(streams, token, query, headers=headers)
            allowed = response.headers.get("access-control-allow-origin")
            assert allowed == (origin if is_listed else None)

    in_loop(ask, make_streams())


NEW = "subscription { jobUpdated { id label state progress attempts createdAt } } # %s"
QUERY = "{ jobs(first: 900) { nodes { id label } } } # %s"


@pytest.fixture
def _own_budget():
    budget._buckets.cache_clear()
    yield
    budget._buckets.cache_clear()


@pytest.mark.usefixtures("_own_budget")
@pytest.mark.parametrize("query", [NEW, QUERY])
def test_what_the_budget_does_not_allow_is_refused_as_a_query_is(token, settings, query):
    settings.GRAPHQL_BUDGET = {"per_second": 10, "burst": 30}

    async def ask(streams):
        refused = await answered(streams, token, query % uuid.uuid4())
        assert code_of(refused) == (429, "RATE_LIMITED")
        [error] = json.loads(refused.text)["errors"]
        seconds = error["extensions"]["retryAfter"]
        assert refused.headers["retry-after"] == str(seconds)
        assert 1 <= seconds <= 100
        assert f"{seconds} seconds" in error["message"]

    in_loop(ask, make_streams())
    assert AuditEvent.objects.filter(outcome="RATE_LIMITED", login="ann").exists()


@pytest.mark.usefixtures("_own_budget")
def test_a_stream_is_opened_when_the_budget_has_refilled(token, settings):
    settings.GRAPHQL_BUDGET = {"per_second": 100, "burst": 150}

    async def ask(streams):
        await answered(streams, token, f"{{ viewer {{ login }} }} # {uuid.uuid4()}")
        refused = await answered(streams, token, NEW % uuid.uuid4())
        assert refused.status == 429
        await asyncio.sleep(int(refused.headers["retry-after"]))
        async with opened(streams, token, NEW % uuid.uuid4()) as response:
            await response.until(lambda found: found.text)
            assert response.status == 200

    in_loop(ask, make_streams())
