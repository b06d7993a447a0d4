"""Runs an operation on both executors."""

import os
from unittest import mock

from graphql import ExecutionContext, GraphQLSchema, execute, parse, validate
from hypothesis import HealthCheck, settings

from gateway.core.graphql.compiled import CompiledExecution, never_awaitable, values

EXAMPLES = os.environ.get("PROPERTY_EXAMPLES")

# `make test` tries the same few examples each time; PROPERTY_EXAMPLES=2000 looks for new ones.
bounded = settings(
    max_examples=int(EXAMPLES or 40),
    derandomize=EXAMPLES is None,
    database=None,
    deadline=None,
    suppress_health_check=[
        HealthCheck.filter_too_much,  # about every third operation does not validate
        HealthCheck.function_scoped_fixture,  # examples only read what the fixtures made
        HealthCheck.too_slow,
    ],
)


def validated(schema: GraphQLSchema, text: str):
    """The document, or None for one that is not valid."""
    document = parse(text)
    return None if validate(schema, document) else document


def answer(executor, schema, document, *, variables=None, context=None, **options):
    """Data with the order of its keys, and all parts of each error."""
    result = execute(
        schema,
        document,
        variable_values=variables,
        context_value=context,
        execution_context_class=executor,
        is_awaitable=never_awaitable,
        **options,
    )
    errors = [
        (error.message, error.path, error.locations, error.extensions, type(error.original_error))
        for error in result.errors or ()
    ]
    return repr(result.data), errors


def both_answers(schema, document, *, variables, context):
    """The stock answer and the compiled one. ``context``: makes one for each.

    The compiled one is the same whether short lists are completed by columns or item by item.
    """

    def answered(executor, fewest):
        with mock.patch.object(values, "FEWEST_OBJECTS", fewest):
            return answer(executor, schema, document, variables=variables, context=context())

    stock, by_columns = answered(ExecutionContext, 1), answered(CompiledExecution, 1)
    assert by_columns == answered(CompiledExecution, 1000)
    return stock, by_columns
