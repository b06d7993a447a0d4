"""Requests. tests/gateway/test_views.py tests the malformed ones, with their statuses."""

import pytest

from gateway.core.graphql.execution import GraphQLRequest
from gateway.core.graphql.requests import request_from_body, request_from_query
from gateway.core.http.refusals import Refusal


def test_a_body_with_everything():
    body = b"""{"query": "{ a }", "variables": {"x": [1, {"y": null}]}, "operationName": "A",
        "extensions": {"z": 1}, "unknown": true}"""

    assert request_from_body(body) == GraphQLRequest("{ a }", {"x": [1, {"y": None}]}, "A")


@pytest.mark.parametrize("rest", ["", ', "variables": null, "operationName": null'])
def test_a_body_with_the_query_alone(rest):
    found = request_from_body(f'{{"query": "{{ a }}"{rest}}}'.encode())

    assert found == GraphQLRequest("{ a }", {}, None)


def test_an_empty_name_names_no_operation():
    assert request_from_body(b'{"query": "{ a }", "operationName": ""}').operation_name is None


def test_the_place_of_a_mistake_is_told():
    with pytest.raises(Refusal) as refused:
        request_from_body(b'{"query":\n  ?}')

    assert "line 2, column 3" in refused.value.message


def test_a_query_string():
    parameters = {"query": "{ a }", "variables": '{"x": 1}', "operationName": "A", "other": "1"}

    assert request_from_query(parameters) == GraphQLRequest("{ a }", {"x": 1}, "A")
    assert request_from_query({"query": "{ a }", "variables": ""}) == GraphQLRequest("{ a }")
