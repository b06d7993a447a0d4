"""Variables of any number and form cost little, and messages about wrong ones are short."""

import json

import pytest

from gateway.core.graphql import variables
from gateway.core.graphql.execution import GraphQLRequest, load_operation
from gateway.schema import schema

QUERY = "query ($f: JobFilter) { jobs(filter: $f) { totalCount } }"


def problems(given, query=QUERY):
    found = load_operation(schema.graphql_schema, GraphQLRequest(query, given))
    assert isinstance(found, list)
    return found


def test_as_many_values_as_are_allowed_are_read():
    names = ["QUEUED"] * (variables.MOST_VALUES - 2)

    _document, operation = load_operation(
        schema.graphql_schema, GraphQLRequest(QUERY, {"f": {"state": names}})
    )

    assert len(operation.variables["f"]["state"]) == len(names)


@pytest.mark.parametrize(
    "value",
    [
        {"state": ["FAILED"] * 10_000},
        {"state": ["FAILEX"] * 90_000},
        {f"key{number}": 1 for number in range(10_000)},
        {"state": [["QUEUED"] * 101] * 101},
    ],
    ids=["valid", "invalid", "unknown keys", "nested"],
)
def test_more_values_are_refused_with_one_error(value):
    [error] = problems({"f": value})

    assert error.extensions == {"code": "INVALID"}
    assert "10000 values" in error.message


def test_values_that_no_variable_takes_count_too():
    [error] = problems({"f": None, "other": [0] * 10_001})

    assert error.extensions == {"code": "INVALID"}


@pytest.mark.parametrize(
    "value",
    [{"state": ["FAILEX"] * 9_000}, {f"key{number}": 1 for number in range(9_000)}],
    ids=["values", "keys"],
)
def test_of_many_wrong_values_the_first_are_told(value):
    found = problems({"f": value})

    assert len(found) <= variables.REPORTED_ERRORS + 1
    assert sum(len(json.dumps(error.formatted)) for error in found) < 50_000
