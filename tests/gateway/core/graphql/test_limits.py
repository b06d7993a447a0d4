"""The limits of operations, with the product's own numbers and schema."""

import time

import pytest
from django.conf import settings
from graphql import get_introspection_query, parse

from gateway.core.graphql.documents import Documents, chosen_operation
from gateway.core.graphql.limits import LIMITS_CODE, fragments_of, limit_errors
from gateway.schema import schema

LIMITS = settings.GRAPHQL_LIMITS


def errors_of(text, operation_name=None):
    document = parse(text)
    return limit_errors(chosen_operation(document, operation_name), fragments_of(document))


def problems(text, operation_name=None):
    errors = errors_of(text, operation_name)
    assert {error.extensions["code"] for error in errors} <= {LIMITS_CODE}
    return [error.message for error in errors]


def repeat(text, count):
    return " ".join(text.replace("#", str(number)) for number in range(count))


def nested(levels):
    return "a { " * (levels - 1) + "a" + " }" * (levels - 1)


# --- what must be admitted


@pytest.mark.parametrize(
    "query",
    [
        get_introspection_query(),
        get_introspection_query(
            specified_by_url=True,
            directive_is_repeatable=True,
            schema_description=True,
            input_value_deprecation=True,
        ),
    ],
)
def test_introspection_as_graphiql_asks_it(query):
    assert not isinstance(Documents(schema.graphql_schema).load(query), list)


def test_a_thousand_machines_with_twenty_fields_and_three_objects():
    query = """{ virtualMachines(first: 1000, maxAge: 0) { totalCount complete
        pageInfo { hasNextPage endCursor }
        sources { status region durationMs count error { code message retryable } }
        nodes { id externalId name state rawState region memory vcpus publicIps privateIps
            createdAt observedAt stale systemType pricePerHour tags { key value }
            provider { id name status kind { slug label } }
            size { id externalId name memory vcpus disk pricePerHour }
            image { id externalId name } } } }"""

    assert not isinstance(Documents(schema.graphql_schema).load(query), list)


def test_just_within_each_limit():
    assert problems("{ " + nested(LIMITS["depth"]) + " }") == []
    assert problems("{ " + repeat("x#: a", LIMITS["aliases"]) + " }") == []
    assert problems("{ " + repeat("a#", LIMITS["root_fields"]) + " }") == []
    assert problems("{ a " + repeat("@d#", LIMITS["directives"]) + " }") == []
    assert problems("{ a { " + repeat("b", LIMITS["repeated_fields"] + 1) + " } }") == []
    assert problems("{ a { " + repeat("b#", LIMITS["fields"] - 1) + " } }") == []


# --- what must be refused


def test_depth():
    too_deep = LIMITS["depth"] + 1

    (problem,) = problems("{ " + nested(too_deep) + " }")

    assert problem == f"The query is {too_deep} levels deep; {LIMITS['depth']} are allowed."


def test_depth_behind_fragments():
    chain = repeat("fragment F# on T { a { ...F#x } }", LIMITS["depth"])
    for number in range(LIMITS["depth"]):
        chain = chain.replace(f"F{number}x", f"F{number + 1}")
    chain += f" fragment F{LIMITS['depth']} on T {{ a }}"

    (problem,) = problems("{ ...F0 } " + chain)

    assert f"{LIMITS['depth'] + 1} levels deep" in problem


def test_inline_fragments_are_no_level():
    query = "{ " + "... on Query { ... { " * 20 + nested(LIMITS["depth"]) + " } }" * 20 + " }"

    assert problems(query) == []


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("{ a { " + repeat("x#: b", 61) + " } }", "61 aliases"),
        ("{ a { " + repeat("...F", 1) + " } } fragment F on T { " + repeat("x#: b", 61) + " }",
         "61 aliases"),
        ("{ a { ... on T { " + repeat("x#: b", 61) + " } } }", "61 aliases"),
        ("mutation { " + repeat("a#", 61) + " }", "61 root fields"),
        ("{ ...F ... on Query { " + repeat("a#", 31) + " } } fragment F on Query { "
         + repeat("b#", 30) + " }", "61 root fields"),
        ("{ a " + repeat("@d#", 61) + " }", "61 directives"),
        ("query " + repeat("@d#", 61) + " { a }", "61 directives"),
        ("{ " + repeat("...F @d#", 1) + " } fragment F on T { a " + repeat("@d#", 60) + " }",
         "61 directives"),
        ("{ a { " + repeat("b", 202) + " } }", "201 repeated fields"),
        ("{ a { b " + repeat("...F", 1) + " } } fragment F on T { " + repeat("b", 201) + " }",
         "201 repeated fields"),
        ("{ a { " + repeat("x: b", 60) + repeat(" x", 142) + " } }", "201 repeated fields"),
        ("{ " + repeat("__schema { types { name } }", 6) + " }", "6 introspections"),
        ("{ " + repeat('x#: __type(name: "A") { name }', 6) + " }", "6 introspections"),
        ("{ __schema { types { " + repeat("x#: name", 61) + " } } }", "61 aliases"),
    ],
)  # fmt: skip
def test_counts(query, name):
    (problem,) = problems(query)

    assert problem.startswith(f"The query has {name};")


def test_two_fields_of_one_name_in_different_places_are_no_repetition():
    assert problems("{ " + repeat("a# { b { b } c { b } }", 60) + " }") == []


def test_each_operation_is_counted_for_itself():
    query = "query A { " + repeat("a#", 40) + " } query B { " + repeat("a#", 61) + " }"

    assert problems(query, "A") == []
    assert problems(query, "B") == ["The query has 61 root fields; 60 are allowed."]


def test_exponential_fragments_stop_at_the_ceiling():
    doubling = " ".join(f"fragment F{n} on T {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))
    query = "{ ...F0 } " + doubling + " fragment F60 on T { a }"

    started = time.process_time()
    errors = errors_of(query)

    assert time.process_time() - started < 2
    assert f"more than {LIMITS['fields']} fields" in errors[0].message


def test_a_cycle_ends_and_is_the_standard_rules_to_report():
    query = "{ viewer { ...A } } fragment A on User { login ...B } fragment B on User { ...A }"

    assert problems(query) == []
    errors = Documents(schema.graphql_schema).load(query)
    assert "Cannot spread fragment 'A' within itself" in errors[0].message


def test_a_fragment_that_is_not_there_is_the_standard_rules_to_report():
    assert problems("{ ...Nowhere }") == []
    (error,) = Documents(schema.graphql_schema).load("{ ...Nowhere }")
    assert error.message == "Unknown fragment 'Nowhere'."


def test_a_chain_longer_than_pythons_stack():
    chain = " ".join(f"fragment F{n} on T {{ ...F{n + 1} }}" for n in range(2000))

    assert problems("{ ...F0 } " + chain + " fragment F2000 on T { a }") == []


# --- together with parser and rules


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("{ " + "a " * 5001 + "}", "more than 5000 tokens"),
        ("{ viewer { " + "login " * 3000 + "} }", "2999 repeated fields"),
        ("{ " + "viewer { login } " * 1000 + "}", "1000 root fields"),
        (
            "{ " + repeat("a#: viewer { ...F }", 60) + " } fragment F on User { "
            + "login name " * 900 + "}",
            "more than 5000 fields",
        ),
        ("{ " + "... on Query { " * 1200 + "__typename" + " }" * 1200 + " }", "nested too deeply"),
        ("{ virtualMachine(id: " + "[" * 2000 + "]" * 2000 + ") { id } }", "nested too deeply"),
        (
            "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
            "Maximum introspection depth exceeded",
        ),
    ],
    ids=lambda value: value if len(value) < 40 else "",
)  # fmt: skip
def test_hostile_queries_are_refused_in_no_time(query, words):
    documents = Documents(schema.graphql_schema)

    started = time.process_time()
    errors = documents.load(query)

    assert words in errors[0].message
    assert time.process_time() - started < 2


# --- the operations that are not asked for

SMALL = "query Small { viewer { login } }"
REFUSED = "query Refused { viewer { " + "login " * 300 + "} }"
EXPONENTIAL = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(13))
EXPONENTIAL += " fragment F13 on Query { viewer { id } }"


def load(text, operation_name=None):
    return Documents(schema.graphql_schema).load(text, operation_name)


def definitions(text, operation_name=None):
    document = load(text, operation_name)
    assert not isinstance(document, list), document
    return [node.name.value for node in document.definitions]


def test_an_operation_that_is_too_large_hinders_no_other():
    assert definitions(f"{SMALL} {REFUSED}", "Small") == ["Small"]
    (error,) = load(f"{SMALL} {REFUSED}", "Refused")
    assert error.message == "The query has 299 repeated fields; 200 are allowed."


def test_an_operation_that_does_not_run_is_validated_with_the_one_that_does():
    (error,) = load(f"{SMALL} query Other {{ nothing }}", "Small")
    assert "Cannot query field 'nothing'" in error.message


def test_fragments_stay_if_an_operation_uses_them_that_stays():
    shared = "fragment Shared on User { login } fragment Alone on User { ...Shared name }"
    large = "query Large { viewer { " + "...Alone " * 120 + "} }"
    used = "query Used { viewer { ...Shared } }"

    assert definitions(f"{used} {large} {shared}", "Used") == ["Used", "Shared"]
    both = f"{used} query Both {{ viewer {{ ...Alone }} }} {large} {shared}"
    assert definitions(both, "Used") == ["Used", "Both", "Shared", "Alone"]


def test_a_fragment_without_use_is_reported_and_a_huge_one_is_not_validated():
    (error,) = load(f"{SMALL} fragment Unused on User {{ login }}")
    assert error.message == "Fragment 'Unused' is never used."
    huge = "fragment Unused on User { " + "login " * 2000 + "}"
    assert definitions(f"{SMALL} {huge}") == ["Small"]


@pytest.mark.parametrize("name", ["q0", "Small", None, "q9999"])
def test_many_large_operations_cost_no_more_than_one(name):
    """Each of them counted for itself took five seconds of a processor."""
    operations = " ".join(f"query q{n} {{ ...F0 }}" for n in range(700))

    started = time.process_time()
    load(f"{SMALL} {operations} {EXPONENTIAL}", name)

    assert time.process_time() - started < 2
