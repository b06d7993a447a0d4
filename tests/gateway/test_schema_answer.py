"""The schema is sent compressed, and not sent again to a client that has it."""

import gzip
import json

import pytest
from django.test import Client
from graphql import get_introspection_query

ENDPOINT = "/graphql/"
SCHEMA = get_introspection_query()
PLAIN = "{ __typename }"


def get(query, **headers):
    return Client().get(ENDPOINT, {"query": query}, headers=headers)


def post(query, **headers):
    body = json.dumps({"query": query})
    return Client().post(ENDPOINT, body, "application/json", headers=headers)


def data_of(response):
    packed = response.headers.get("Content-Encoding") == "gzip"
    return json.loads(gzip.decompress(response.content) if packed else response.content)["data"]


@pytest.fixture(autouse=True)
def _database(db):
    """The budget of points and the audit of refusals may want it."""


@pytest.mark.parametrize("send", [get, post])
def test_it_is_compressed_for_a_client_that_takes_gzip(send):
    packed = send(SCHEMA, **{"Accept-Encoding": "gzip, deflate, br"})
    plain = send(SCHEMA)

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert data_of(packed) == data_of(plain)
    assert len(packed.content) * 5 < len(plain.content)
    assert {"Accept", "Accept-Encoding"} <= set(packed.headers["Vary"].split(", "))


@pytest.mark.parametrize("coding", ["", "br", "gzip;q=0", "identity"])
def test_it_is_not_compressed_for_others(coding):
    assert "Content-Encoding" not in get(SCHEMA, **{"Accept-Encoding": coding}).headers


def test_a_client_that_has_it_is_not_sent_it_again():
    first = get(SCHEMA)

    again = get(SCHEMA, **{"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"] == post(SCHEMA).headers["ETag"]


def test_another_question_has_another_etag():
    other = get("{ __schema { queryType { name } } }")

    assert other.headers["ETag"] != get(SCHEMA).headers["ETag"]
    assert get(SCHEMA, **{"If-None-Match": other.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        PLAIN,
        "{ viewer { login } __schema { queryType { name } } }",
        "{ ...x __schema { queryType { name } } } fragment x on Query { viewer { login } }",
        "{ __schema { nothing } }",
    ],
)
@pytest.mark.parametrize("send", [get, post])
def test_every_other_answer_is_neither_kept_nor_compressed(send, query):
    answer = send(query, **{"Accept-Encoding": "gzip"})

    assert answer.headers["Cache-Control"] == "no-store"
    assert {"ETag", "Content-Encoding"}.isdisjoint(answer.headers)
