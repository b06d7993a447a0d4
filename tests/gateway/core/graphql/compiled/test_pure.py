"""The resolvers that get an ``info``: all except those that ``@pure`` marks."""

from functools import wraps
from inspect import signature
from types import FunctionType, SimpleNamespace

import pytest
from graphql import (
    ExecutionContext,
    build_schema,
    default_field_resolver,
    get_introspection_query,
    is_object_type,
    parse,
)

from gateway.core.graphql.compiled import CompiledExecution
from gateway.core.graphql.pure import pure, pure_function
from gateway.schema import schema
from tests.gateway.core.graphql.compiled.both import answer, both_answers

DOCUMENT = parse("{ trees { stone { place } } }")
PLACES = "{'trees': [{'stone': {'place': '0'}}, {'stone': {'place': '1'}}]}"


def schema_with(place):
    """A schema with one object that comes up twice; its only field is ``place``."""
    built = build_schema(
        """type Query { trees: [Tree] } type Tree { stone: Stone } type Stone { place: String }"""
    )
    stone = SimpleNamespace(place=place)
    built.type_map["Query"].fields["trees"].resolve = lambda _root, _info: [stone, stone]
    built.type_map["Tree"].fields["stone"].resolve = lambda tree, _info: tree
    built.type_map["Stone"].fields["place"].resolve = place
    return built


def by_path(_stone, _info):
    return str(_info.path.prev.prev.key)


def by_path_of_underscore(_, __):
    return str(__.path.prev.prev.key)


class Class:
    @classmethod
    def by_path(cls, _stone, _info):
        return str(_info.path.prev.prev.key)


class Unhashable(SimpleNamespace):
    """Equal by its attributes, as a dataclass."""

    def __call__(self, _stone, _info):
        return str(_info.path.prev.prev.key)


@wraps(pure(lambda _stone: "pure"))
def around_a_pure_one(_stone, _info):
    return str(_info.path.prev.prev.key)


@pytest.mark.parametrize(
    "place",
    [by_path, by_path_of_underscore, Class.by_path, around_a_pure_one, Unhashable()],
)
def test_the_name_of_a_parameter_decides_nothing(place):
    stock, compiled = both_answers(schema_with(place), DOCUMENT, variables=None, context=dict)

    assert compiled == stock
    assert compiled == (PLACES, [])


@pytest.mark.parametrize("resolver", [default_field_resolver, None])
def test_a_method_that_graphql_core_calls_by_default_gets_the_info(resolver):
    built = schema_with(lambda _info: str(_info.path.prev.prev.key))
    built.type_map["Stone"].fields["place"].resolve = resolver

    stock, compiled = both_answers(built, DOCUMENT, variables=None, context=dict)

    assert compiled == stock == (PLACES, [])


def test_a_pure_resolver_is_called_once_for_an_object_that_comes_up_again():
    calls = []
    built = schema_with(pure(lambda stone: calls.append(stone) or "here"))

    stock = answer(ExecutionContext, built, DOCUMENT)

    assert stock == (
        "{'trees': [{'stone': {'place': 'here'}}, {'stone': {'place': 'here'}}]}",
        [],
    )
    assert len(calls) == 2
    assert answer(CompiledExecution, built, DOCUMENT) == stock
    assert len(calls) == 3


def test_a_pure_resolver_of_a_field_with_arguments_fails_alike():
    built = build_schema("type Query { sum(of: Int = 1): Int }")
    built.type_map["Query"].fields["sum"].resolve = pure(lambda _root: 1)

    stock, compiled = both_answers(built, parse("{ sum }"), variables=None, context=dict)

    assert compiled == stock
    assert stock[0] == "{'sum': None}"


def test_a_schema_is_described_alike():
    document = parse(
        get_introspection_query(
            specified_by_url=True,
            directive_is_repeatable=True,
            schema_description=True,
            input_value_deprecation=True,
            input_object_one_of=True,
        )
    )

    stock, compiled = both_answers(
        schema.graphql_schema, document, variables=None, context=SimpleNamespace
    )

    assert compiled == stock
    assert stock[1] == []


def resolvers_of_objects():
    """The resolvers of fields without arguments, except root fields: their guard reads the info."""
    for name, object_type in schema.graphql_schema.type_map.items():
        if is_object_type(object_type) and name not in {"Query", "Mutation"}:
            for field_name, field in object_type.fields.items():
                if field.resolve is not None and not field.args:
                    yield f"{name}.{field_name}", field.resolve


def test_whatever_ignores_its_info_is_marked_pure():
    unmarked = [
        name
        for name, resolve in resolvers_of_objects()
        if pure_function(resolve) is None
        and isinstance(getattr(resolve, "__func__", resolve), FunctionType)
        and "_info" in list(signature(resolve).parameters)[1:2]
    ]

    assert unmarked == []
    assert sum(pure_function(resolve) is not None for _, resolve in resolvers_of_objects()) > 50
