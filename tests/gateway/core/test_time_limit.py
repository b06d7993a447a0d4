from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from gateway.core import time_limit as module
from gateway.core.graphql import execution
from gateway.core.time_limit import OutOfTime, time_limit
from tests.client import GraphQLClient, token_of
from tests.inventory.factories import make_user

pytestmark = pytest.mark.django_db


def statement():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_statements_run_until_the_time_is_up(monkeypatch):
    passed = [0.0]  # seconds, on the clock of the limit
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: passed[0]))

    with time_limit(0.05):
        statement()
        passed[0] = 0.06
        with pytest.raises(OutOfTime), transaction.atomic():
            statement()
    statement()


def test_it_ends_what_catches_exceptions():
    caught = []

    def field():
        try:
            statement()
        except Exception as error:  # noqa: BLE001 - as GraphQL does for each field
            caught.append(error)

    with pytest.raises(OutOfTime), time_limit(-1):
        field()
    assert caught == []


@pytest.fixture
def client():
    return GraphQLClient(token_of(make_user("ann")))


@pytest.fixture
def _no_time(monkeypatch):
    monkeypatch.setattr(execution, "time_limit", lambda _seconds: time_limit(-1))


@pytest.mark.usefixtures("_no_time")
@pytest.mark.parametrize("compiled", [True, False])
def test_a_query_that_takes_too_long_ends_whole(client, settings, compiled):
    settings.GRAPHQL_COMPILED_EXECUTION = compiled

    answer = client.post("{ viewer { login } jobs { totalCount } repositories { name } }")

    assert answer["data"] is None
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "TIME_LIMIT_EXCEEDED"}
    assert "30 seconds" in error["message"]
    assert answer["extensions"]["cost"]["requested"] > 1


@pytest.mark.usefixtures("_no_time")
def test_a_mutation_is_not_cut(client):
    query = """mutation { createRepository(url: "https://x.example/a/b", name: "b", fullName: "a/b")
        { fullName } }"""

    assert client.data(query) == {"createRepository": {"fullName": "a/b"}}
