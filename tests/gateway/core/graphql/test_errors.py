import logging

import pytest
from graphql import GraphQLError, graphql_sync, parse

from gateway.core.graphql.errors import format_error, internal_message
from tests.gateway.core.graphql.shop import SCHEMA


def formatted(query):
    (error,) = graphql_sync(SCHEMA, query).errors
    return format_error(error)


def test_an_expected_failure_keeps_its_message_and_shows_its_code():
    assert formatted("{ lost { name } }") == {
        "message": "No such book.",
        "locations": [{"line": 1, "column": 3}],
        "path": ["lost"],
        "extensions": {"code": "NOT_FOUND", "field": "title"},
    }


def test_too_often_says_when_again():
    assert formatted("{ often }")["extensions"] == {"code": "RATE_LIMITED", "retryAfter": 7}


def test_a_fault_is_masked_and_found_in_the_log(caplog):
    with caplog.at_level(logging.ERROR):
        found = formatted("{ broken }")

    assert found["path"] == ["broken"]
    assert found["extensions"] == {"code": "INTERNAL"}
    assert "swordfish" not in str(found)
    (record,) = caplog.records
    assert record.getMessage().split()[-1] in found["message"]
    assert isinstance(record.exc_info[1], RuntimeError)


def test_each_fault_has_an_id_of_its_own():
    assert internal_message(RuntimeError()) != internal_message(RuntimeError())


def test_a_syntax_error():
    with pytest.raises(GraphQLError) as raised:
        parse("{ a")

    found = format_error(raised.value)
    assert found["message"].startswith("Syntax Error")
    assert found["extensions"] == {"code": "GRAPHQL_PARSE_FAILED"}


def test_a_validation_error():
    found = formatted("{ nobody }")

    assert found["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}
    assert found["locations"] == [{"line": 1, "column": 3}]


def test_a_code_that_an_error_brings_stays():
    error = GraphQLError("Too much.", extensions={"code": "QUERY_TOO_LARGE"})

    assert format_error(error)["extensions"] == {"code": "QUERY_TOO_LARGE"}


def test_an_error_wrapped_twice_is_still_found():
    cause = RuntimeError("the password is swordfish")
    error = GraphQLError("x", original_error=GraphQLError("y", original_error=cause))

    found = format_error(error)

    assert found["extensions"] == {"code": "INTERNAL"}
    assert "swordfish" not in found["message"]
