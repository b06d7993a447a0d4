"""What graphql-core says of wrong input, without the input."""

import pytest
from graphql import build_schema, parse, validate
from graphql.execution.values import get_variable_values

from gateway.core.graphql.quoting import message_of

SECRET = "wJalrXUtnFEMI"
SCHEMA = build_schema("""
    input Credential { name: String! value: String! kind: Kind number: Int }
    enum Kind { ONE TWO }
    type Query { connect(credentials: [Credential!]!, id: ID): Int }""")
QUERY = "query ($c: [Credential!]!, $id: ID) { connect(credentials: $c, id: $id) }"


def messages(variables):
    (operation,) = parse(QUERY).definitions
    errors = get_variable_values(SCHEMA, operation.variable_definitions, variables)
    assert isinstance(errors, list)
    return [message_of(error) for error in errors]


@pytest.mark.parametrize(
    ("credential", "message"),
    [
        (
            {"name": "key", "value": SECRET, "vallue": 1},
            (
                "Variable '$c' got invalid value at 'c[0]'; Field 'vallue' is not defined by type "
                "'Credential'. Did you mean 'value'?"
            ),
        ),
        (
            {"value": SECRET},
            (
                "Variable '$c' got invalid value at 'c[0]'; Field 'name' of required type "
                "'String!' was not provided."
            ),
        ),
        (
            {"name": "key", "value": [SECRET]},
            (
                "Variable '$c' got invalid value at 'c[0].value'; String cannot represent a non "
                "string value."
            ),
        ),
        (
            {"name": "key", "value": {"at 'c[0]'; " + SECRET: "\n"}},
            (
                "Variable '$c' got invalid value at 'c[0].value'; String cannot represent a non "
                "string value."
            ),
        ),
        (
            {"name": "key", "value": SECRET, "kind": "THREE"},
            (
                "Variable '$c' got invalid value at 'c[0].kind'; Value 'THREE' does not exist in "
                "'Kind' enum."
            ),
        ),
        (
            {"name": "key", "value": SECRET, "number": 1.5},
            (
                "Variable '$c' got invalid value at 'c[0].number'; Int cannot represent "
                "non-integer value: 1.5"
            ),
        ),
        (
            SECRET,
            (
                "Variable '$c' got invalid value at 'c[0]'; Expected type 'Credential' to be a "
                "mapping."
            ),
        ),
    ],
)
def test_a_wrong_variable_is_told_by_place_and_reason(credential, message):
    assert messages({"c": [credential]}) == [message]


def test_a_wrong_variable_without_a_place():
    assert messages({"c": SECRET}) == [
        "Variable '$c' got invalid value; Expected type 'Credential' to be a mapping."
    ]
    assert messages({"c": [], "id": {"a": SECRET}}) == [
        "Variable '$id' got invalid value; ID cannot represent value."
    ]


def test_a_variable_that_is_not_there_keeps_its_message():
    message = "Variable '$c' of required type '[Credential!]!' was not provided."
    assert messages({}) == [message]


def test_a_literal_of_another_type_is_not_quoted():
    query = f'{{ connect(credentials: [{{name: "key", value: {SECRET}}}]) }}'

    (error,) = validate(SCHEMA, parse(query))

    assert message_of(error) == "String cannot represent a non string value."
