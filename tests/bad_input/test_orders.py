"""Every list with orders refuses an order that names no field to sort by."""

import pytest
from graphql import get_named_type

from gateway.schema import schema
from tests.bad_input.operations import written

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is refused before its rows are asked for
]

LISTS = [
    (name, get_named_type(field.args["orderBy"].type).name)
    for name, field in schema.graphql_schema.query_type.fields.items()
    if "orderBy" in field.args
]


def messages(answer):
    assert "data" not in answer, answer
    return [error["message"] for error in answer["errors"]]


def test_some_lists_have_orders():
    assert LISTS


@pytest.mark.parametrize("order", ["{}", "{direction: DESC}"])
@pytest.mark.parametrize(("name", "named"), LISTS)
def test_an_order_says_what_it_goes_by(client, name, named, order):
    field = schema.graphql_schema.query_type.fields[name]
    (message,) = messages(client.post(f"{{ {written(name, field, {'orderBy': order})} }}"))

    assert message == f"Field '{named}.field' of required type '{named}Field!' was not provided."


@pytest.mark.parametrize("order", [{}, {"direction": "DESC"}])
@pytest.mark.parametrize(("name", "named"), LISTS)
def test_an_order_in_a_variable_says_it_too(client, name, named, order):
    field = schema.graphql_schema.query_type.fields[name]
    text = f"query($order: {named}) {{ {written(name, field, {'orderBy': '$order'})} }}"
    (message,) = messages(client.post(text, {"order": order}))

    assert f"Field 'field' of required type '{named}Field!' was not provided." in message
