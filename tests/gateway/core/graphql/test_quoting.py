"""graphql-core's messages about wrong input do not quote the input."""

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


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ conect }", "Cannot query field 'conect' on type 'Query'."),
        (
            "query ($c: [Credentials!]!) { connect(credentials: $c) }",
            "Unknown type 'Credentials'.",
        ),
        ("{ connect(credentals: []) }", "Unknown argument 'credentals' on field 'Query.connect'."),
    ],
)
def test_suggestions_can_be_switched_off(settings, query, message):
    def told():
        return [message_of(error) for error in validate(SCHEMA, parse(query))]

    assert any(text.startswith(f"{message} Did you mean") for text in told())

    settings.GRAPHQL_SUGGESTIONS = False

    assert message in told()
    assert "Did you mean" not in " ".join(told())


def test_a_misspelt_variable_gets_no_suggestion_either(settings):
    given = {"c": [{"name": "key", "value": "x", "vallue": 1}]}
    assert "Did you mean" in messages(given)[0]

    settings.GRAPHQL_SUGGESTIONS = False

    (message,) = messages(given)
    assert message.endswith("Field 'vallue' is not defined by type 'Credential'.")
