"""Texts and lists that are too long, in the product's own schema: every argument of every list."""

import json

import pytest
from django.test import Client
from graphql import (
    GraphQLInputObjectType,
    GraphQLString,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_required_argument,
)

from gateway.core.graphql.argument_limits import CONDITIONS, LONGEST_TEXT, MOST_ITEMS
from gateway.schema import schema
from tests.client import token_of
from tests.inventory.factories import make_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.any_database,  # costs and limits are counted in Python
]
QUERY = schema.graphql_schema.query_type
MUTATION = schema.graphql_schema.mutation_type
LONG = "a" * (LONGEST_TEXT + 1)


def as_list(generate):
    return lambda: list(generate())


def ask(query, variables):
    body = json.dumps({"query": query, "variables": variables})
    headers = {"Authorization": f"JWT {token_of(make_user('ann'))}"}
    return Client().post("/graphql/", body, content_type="application/json", headers=headers).json()


def too_long(kind):
    """A value of the input type, and where in it something is too long; None: it holds no text."""
    if is_list_type(get_nullable_type(kind)):
        if get_named_type(kind) is GraphQLString:
            return ["a"] * (MOST_ITEMS + 1), ""
        return None
    named = get_named_type(kind)
    if named is GraphQLString:
        return LONG, ""
    if isinstance(named, GraphQLInputObjectType):
        for name, field in named.fields.items():
            if (found := too_long(field.type)) is not None:
                return {name: found[0]}, f".{name}{found[1]}"
    return None


def selection(kind):
    return "" if not hasattr(get_named_type(kind), "fields") else "{ __typename }"


@as_list
def arguments_of_queries():
    for name, field in QUERY.fields.items():
        for key, argument in field.args.items():
            required = [one for one, other in field.args.items() if is_required_argument(other)]
            is_condition = key in CONDITIONS or is_list_type(get_nullable_type(argument.type))
            if is_condition and not set(required) - {key} and too_long(argument.type):
                yield pytest.param(name, key, id=f"{name}-{key}")


@pytest.mark.parametrize(("name", "key"), arguments_of_queries())
def test_every_argument_of_every_query(name, key):
    field = QUERY.fields[name]
    value, place = too_long(field.args[key].type)
    query = f"query ($v: {field.args[key].type}) {{ {name}({key}: $v) {selection(field.type)} }}"

    answer = ask(query, {"v": value})

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "INVALID"
    assert error["message"].startswith(f"{key}{place} has ")
    assert "data" not in answer


@as_list
def inputs_with_filters():
    for name, field in MUTATION.fields.items():
        named = get_named_type(field.args["input"].type) if "input" in field.args else None
        if not isinstance(named, GraphQLInputObjectType) or "filter" not in named.fields:
            continue
        if "search" in get_named_type(named.fields["filter"].type).fields:
            yield name


def test_there_are_arguments_and_filters_to_try():
    assert len(arguments_of_queries()) >= 6
    assert {"stopVirtualMachines", "createSchedule"} <= set(inputs_with_filters())


@pytest.mark.parametrize("name", inputs_with_filters())
def test_every_filter_of_every_mutation(name):
    field = MUTATION.fields[name]
    named = get_named_type(field.args["input"].type)
    required = {key: "x" for key, one in named.fields.items() if is_required_argument(one)}
    values = {**required, "filter": {"search": LONG}}
    query = f"mutation ($v: {named}!) {{ {name}(input: $v) {{ __typename }} }}"

    (error,) = ask(query, {"v": values})["errors"]

    assert error["message"] == f"filter.search has {len(LONG)} characters; 5000 are allowed."


def test_what_is_not_too_long_is_answered():
    query = "query ($f: VirtualMachineFilter) { virtualMachines(filter: $f) { totalCount } }"
    limits = {"name": LONG[1:], "size": ["a"] * MOST_ITEMS}

    assert ask(query, {"f": limits})["data"]["virtualMachines"]["totalCount"] == 0
