import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import AnonymousUser
from graphql import ExecutionContext

from gateway.core.graphql.collect import walk
from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import Executor, GraphQLRequest, MutationByGet
from tests.gateway.core.graphql.shop import SCHEMA, Buy


@pytest.fixture(params=[True, False], ids=["compiled", "stock"])
def executor(request, settings):
    settings.GRAPHQL_COMPILED_EXECUTION = request.param
    return Executor(SCHEMA)


@pytest.fixture(autouse=True)
def bought(monkeypatch):
    found = []
    monkeypatch.setattr(Buy, "bought", found)
    return found


def run(executor, query, *, read_only=False, name=None, user="ann", **variables):
    request = GraphQLRequest(query, variables, name)
    return executor.run(request, Context(user=user), read_only=read_only)


def test_data_alone(executor):
    outcome = run(executor, "{ who book { name pages } }")

    assert outcome.executed
    assert outcome.as_response() == {"data": {"who": "ann", "book": {"name": "Emma", "pages": 100}}}


@pytest.mark.parametrize(("compiled", "stock_fields"), [(True, 0), (False, 3)])
def test_the_setting_chooses_how_fields_are_executed(monkeypatch, settings, compiled, stock_fields):
    settings.GRAPHQL_COMPILED_EXECUTION = compiled
    asked = []
    stock = ExecutionContext.execute_field
    monkeypatch.setattr(
        ExecutionContext,
        "execute_field",
        lambda self, *place: asked.append(place) or stock(self, *place),
    )

    assert run(Executor(SCHEMA), "{ book { name pages } }").data == {
        "book": {"name": "Emma", "pages": 100}
    }
    assert len(asked) == stock_fields


def test_variables(executor):
    query = 'query ($t: String = "Persuasion") { book(title: $t) { name } }'

    assert run(executor, query).data == {"book": {"name": "Persuasion"}}
    assert run(executor, query, t="Emma").data == {"book": {"name": "Emma"}}


def test_data_and_errors_side_by_side(executor):
    response = run(executor, "{ who lost { name } }").as_response()

    assert response["data"] == {"who": "ann", "lost": None}
    (error,) = response["errors"]
    assert error["path"] == ["lost"]
    assert error["extensions"] == {"code": "NOT_FOUND", "field": "title"}


def test_extensions_are_answered_where_there_are_some(executor):
    assert run(executor, "{ noted }").as_response() == {
        "data": {"noted": "noted"},
        "extensions": {"noted": True},
    }


@pytest.mark.parametrize(
    ("query", "name", "words"),
    [
        ("{ who", None, "Syntax Error"),
        ("", None, "Syntax Error"),
        ("{ nobody }", None, "Cannot query field 'nobody' on type 'Query'"),
        ("query A { who } query B { who }", None, "operationName"),
        ("query A { who }", "B", "Unknown operation named 'B'."),
        ("{ who }", "A", "Unknown operation named 'A'."),
        ("{ who }", "A" * 900_000, f"Unknown operation named '{'A' * 80}…'."),
        ("fragment F on Query { who }", None, "The document holds no operation."),
        ("query ($t: String!) { book(title: $t) { name } }", None, "'$t' of required type"),
    ],
)
def test_what_cannot_run_has_no_data(executor, query, name, words):
    outcome = run(executor, query, name=name)

    assert not outcome.executed
    assert outcome.as_response().keys() == {"errors"}
    assert words in outcome.errors[0]["message"]


def test_a_name_that_comes_back_is_cut(executor):
    for query in (f"{{ {'a' * 200_000} }}", f"{{ who(a: {'b' * 200_000}) }}"):
        outcome = run(executor, query)

        assert not outcome.executed
        assert all(len(one["message"]) <= 2_000 for one in outcome.errors)


def test_a_variable_of_the_wrong_type(executor):
    outcome = run(executor, "query ($t: String) { book(title: $t) { name } }", t=["x"])

    assert not outcome.executed
    assert "'$t' got invalid value" in outcome.errors[0]["message"]


def test_the_named_operation_runs(executor, bought):
    query = 'query A { who } mutation B { buy(title: "Emma") { title } }'

    assert run(executor, query, name="A").data == {"who": "ann"}
    assert bought == []
    assert run(executor, query, name="B").data == {"buy": {"title": "Emma"}}
    assert bought == ["Emma"]


def test_reading_alone_runs_no_mutation(executor, bought):
    query = 'query A { who } mutation B { buy(title: "Emma") { title } }'

    with pytest.raises(MutationByGet):
        run(executor, query, name="B", read_only=True)

    assert bought == []
    assert run(executor, query, name="A", read_only=True).data == {"who": "ann"}


def test_a_subscription_is_told_where_to_go(executor):
    outcome = run(executor, "subscription { who }")

    assert not outcome.executed
    assert "/graphql/stream" in outcome.errors[0]["message"]


def test_preparers_run_once_between_validation_and_the_first_resolver(bought):
    prepared = []

    def prepare(operation, context):
        assert bought == []
        prepared.append((operation.kind, operation.variables, context.user))

    executor = Executor(SCHEMA, preparers=[prepare, prepare])

    run(executor, "mutation ($t: String) { buy(title: $t) { title } }", t="Emma")
    run(executor, "{ nobody }")
    run(executor, "query A { who }", name="B")

    assert prepared == [("mutation", {"t": "Emma"}, "ann")] * 2
    assert bought == ["Emma"]


def test_a_condition_that_is_null_is_an_error_not_a_crash():
    def prepare(operation, _context):
        walk(operation, None)

    query = "query ($no: Boolean = true) { who @skip(if: $no) }"
    response = run(Executor(SCHEMA, preparers=[prepare]), query, no=None).as_response()

    assert response["data"] is None
    (error,) = response["errors"]
    assert "'if' of non-null type 'Boolean!' must not be null" in error["message"]


def test_what_a_preparer_finds_reaches_the_resolvers():
    def prepare(_operation, context):
        context.user = "bob"

    assert run(Executor(SCHEMA, preparers=[prepare]), "{ who }").data == {"who": "bob"}


def test_many_threads_share_one_executor(executor):
    together = threading.Barrier(8, timeout=60)

    def ask(number):
        together.wait()
        return [run(executor, f"{{ a{n}: who }}", user=str(number)).data for n in range(50)]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))

    assert found == [[{f"a{n}": str(number)} for n in range(50)] for number in range(8)]


def test_a_context_keeps_one_object_of_a_class_for_an_operation():
    context, other = Context(user=AnonymousUser()), Context(user=AnonymousUser())

    assert context.of(list) is context.of(list)
    assert context.of(list) is not other.of(list)
    assert context.of(dict) == {}
