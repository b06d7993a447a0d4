"""The cases in which closures answer, and those in which the stock path does."""

import gc
import weakref
from random import Random

import pytest
from graphql import (
    ExecutionContext,
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    execute,
    parse,
)

from gateway.core.graphql.compiled import CompiledExecution, fields, never_awaitable
from tests.gateway.core.graphql.compiled.both import answer, both_answers, validated
from tests.gateway.core.graphql.compiled.nasty import SCHEMA

TEXT = "{ trees { name leaf { name path } named { __typename name } colours } __typename }"


def context():
    return [Random(2)]  # noqa: S311 - no secret


@pytest.fixture
def stock_fields(monkeypatch):
    """The fields that graphql-core's own execute_field was asked for."""
    asked = []
    stock = ExecutionContext.execute_field

    def execute_field(self, parent_type, source, field_nodes, path):
        asked.append(f"{parent_type.name}.{field_nodes[0].name.value}")
        return stock(self, parent_type, source, field_nodes, path)

    monkeypatch.setattr(ExecutionContext, "execute_field", execute_field)
    return asked


def test_no_field_takes_the_stock_path(stock_fields):
    data, errors = answer(CompiledExecution, SCHEMA, validated(SCHEMA, TEXT), context=context())

    assert "'tree'" in data
    assert errors
    assert stock_fields == []


def test_the_root_of_a_mutation_is_executed_in_order_and_what_is_below_is_compiled(stock_fields):
    document = validated(
        SCHEMA, "mutation { a: sow(count: 1) { tree { name } } b: sow { __typename } }"
    )
    seen = context()

    data, errors = answer(CompiledExecution, SCHEMA, document, context=seen)

    assert data == "{'a': {'tree': {'name': 'tree'}}, 'b': {'__typename': 'Sow'}}"
    assert errors == []
    assert seen[1:] == [1, 0]
    assert stock_fields == ["Mutation.sow", "Mutation.sow"]


def test_a_field_that_cannot_be_compiled_is_left_to_the_stock_path(stock_fields, monkeypatch):
    def refuse(_field, of):
        if str(of) == "Leaf":
            raise NotImplementedError
        return completer(_field, of)

    completer = fields.completer
    monkeypatch.setattr(fields, "completer", refuse)

    stock, compiled = both_answers(SCHEMA, validated(SCHEMA, TEXT), variables=None, context=context)

    assert compiled == stock
    assert stock_fields.count("Tree.leaf") == 9  # three trees, once stock and twice compiled
    assert stock_fields.count("Tree.name") == 4  # by the stock executor alone


@pytest.mark.parametrize(
    "options",
    [
        {"middleware": [lambda resolve, root, info, **given: resolve(root, info, **given)]},
        {"is_awaitable": lambda _value: False},
    ],
    ids=["middleware", "awaitable"],
)
def test_an_operation_that_closures_do_not_know_is_left_to_the_stock_executor(
    stock_fields, options
):
    result = execute(
        SCHEMA,
        parse("{ nothing { name } __typename }"),
        execution_context_class=CompiledExecution,
        **{"is_awaitable": never_awaitable} | options,
    )

    assert result.data == {"nothing": None, "__typename": "Query"}
    assert stock_fields == ["Query.nothing", "Query.__typename"]


def test_a_resolver_gets_the_info_that_the_stock_executor_gives():
    schema = build_schema("type Query { a: [A] } type A { b(c: Int): Int }")
    seen = []

    def resolve(_source, info, **arguments):
        seen.append((info, info.path, arguments))

    schema.type_map["A"].fields["b"].resolve = resolve
    document = parse("query ($c: Int) { x: a { y: b(c: $c) ... { y: b(c: $c) } } }")
    for executor in (ExecutionContext, CompiledExecution):
        answer(executor, schema, document, variables={"c": 3}, root_value={"a": [{}, {}]})

    assert len(seen) == 4
    assert seen[2:] == seen[:2]
    info, path, arguments = seen[3]
    assert isinstance(info, GraphQLResolveInfo)
    assert path.as_list() == ["x", 1, "y"]
    assert [step.typename for step in (path, path.prev, path.prev.prev)] == ["A", None, "Query"]
    assert len(info.field_nodes) == 2
    assert arguments == {"c": 3}


def test_a_resolver_that_changes_its_arguments_changes_them_for_nobody_else():
    schema = build_schema("type Query { a: [A] } type A { b(c: [Int]): Int }")
    schema.type_map["A"].fields["b"].resolve = lambda _source, _info, c: c.pop()

    data, errors = answer(
        CompiledExecution, schema, parse("{ a { b(c: [1, 2]) } }"), root_value={"a": [{}, {}]}
    )

    assert (data, errors) == ("{'a': [{'b': 2}, {'b': 2}]}", [])


def test_what_is_equal_is_not_taken_for_the_same_value_of_an_enum():
    class ByClass(GraphQLEnumType):
        def serialize(self, output_value):
            return type(output_value).__name__

    kind = ByClass("Kind", {"int": 1})
    query = GraphQLObjectType("Query", {"kinds": GraphQLField(GraphQLList(kind))})
    document = parse("{ kinds }")
    values = [1, True, 1.0, 1, [1]]

    data, errors = answer(
        CompiledExecution, GraphQLSchema(query), document, root_value={"kinds": values}
    )

    assert data == "{'kinds': ['int', 'bool', 'float', 'int', 'list']}"
    assert errors == []


def test_nothing_of_an_operation_outlives_it():
    class Seen(list):
        """A list that can be referred to weakly."""

    seen = Seen(context())
    gone = weakref.ref(seen)
    gc.disable()
    try:
        document = parse("{ trees { strict strictNamed { __typename } } }")
        _, errors = answer(CompiledExecution, SCHEMA, document, context=seen)
        del seen
        # An error knows its frames, and they know everything, on any executor.
        assert errors == []
        assert gone() is None
    finally:
        gc.enable()
