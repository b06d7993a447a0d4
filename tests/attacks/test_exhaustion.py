"""Queries that are small to send and expensive to answer are refused before they cost anything."""

import pytest
from django.conf import settings as configured

LIMITS = configured.GRAPHQL_LIMITS
DEEP = "{ jobs { nodes { " + "parent { " * 12 + "id" + " }" * 12 + " } } }"
ROUND = (
    "{ providers { virtualMachines { nodes { provider { virtualMachines { nodes { id } } } } } } }"
)
ATTACKS = {
    "deep": DEEP,
    "aliases": "{ " + " ".join(f"a{n}: viewer {{ id }}" for n in range(61)) + " }",
    "root fields": "{ " + " ".join(f"a{n}: viewer {{ id }}" for n in range(200)) + " }",
    "repeated fields": "{ viewer { " + "login " * 1000 + "} }",
    "fields by fragments": "{ viewer { ...A } } "
    + " ".join(
        f"fragment {name} on User {{ ...{below} ...{below} ...{below} }}"
        for name, below in zip("ABCDEFGH", "BCDEFGHI", strict=True)
    )
    + " fragment I on User { id login name }",
    "directives": "{ viewer { login " + "@include(if: true) " * 61 + "} }",
    "unknown directives": "{ viewer { login " + "@aa" * 500 + "} }",
    "introspections": "{ " + "__schema { types { name } } " * 6 + "}",
    "pages in pages": "{ jobs(first: 1000) { nodes { children(first: 1000) { nodes { id } } } } }",
    "dear aliases": "{ "
    + " ".join(
        f"a{n}: virtualMachines(first: 1000) {{ nodes {{ id size {{ id }} }} }}" for n in range(55)
    )
    + " }",
}


def codes(answer):
    return {error["extensions"]["code"] for error in answer["errors"]}


@pytest.mark.parametrize("name", ATTACKS)
def test_it_is_refused_before_anything_is_asked(client, statements, name):
    with statements() as asked:
        answer = client.post(ATTACKS[name])

    assert codes(answer) == {"QUERY_TOO_LARGE"}, answer["errors"][0]
    assert "data" not in answer
    reads = [one["sql"] for one in asked if one["sql"].startswith("SELECT")]
    assert len(reads) == 1  # who asks; that it was refused is recorded


def test_going_round_in_circles_ends_at_the_cost(client, settings):
    settings.GRAPHQL_LIMITS = LIMITS | {"cost": 10_000}

    answer = client.post(ROUND)

    assert codes(answer) == {"QUERY_TOO_LARGE"}
    assert answer["extensions"]["cost"]["requested"] > 10_000


@pytest.mark.parametrize(
    "fragments",
    [
        "fragment A on User { ...A }",
        "fragment A on User { ...B } fragment B on User { ...A }",
        "fragment A on User { id ...B } fragment B on User { ...C } fragment C on User { ...A }",
    ],
)
def test_fragments_in_a_circle_end(client, fragments):
    answer = client.post("{ viewer { ...A } } " + fragments)

    assert codes(answer) == {"GRAPHQL_VALIDATION_FAILED"}
    assert "itself" in answer["errors"][0]["message"]


def test_ten_thousand_tokens_are_not_parsed(client):
    answer = client.post("{ viewer { " + "login " * 10_000 + "} }")

    assert codes(answer) == {"GRAPHQL_PARSE_FAILED"}
    assert "5000 tokens" in answer["errors"][0]["message"]


@pytest.mark.parametrize("opening", ["{ a ", "{ a(b: [", "{ a(b: {c: "])
def test_brackets_without_end_overflow_nothing(client, opening):
    answer = client.post(opening * 1600)

    assert codes(answer) == {"GRAPHQL_PARSE_FAILED"}


@pytest.mark.parametrize("first", [-1, 1001, 2147483647])
def test_a_page_is_never_longer_than_a_thousand(client, first):
    answer = client.post(f"{{ jobs(first: {first}) {{ nodes {{ id }} }} }}")

    assert answer["data"] == {"jobs": None}
    assert codes(answer) == {"INVALID"}
