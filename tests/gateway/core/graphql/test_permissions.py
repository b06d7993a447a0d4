from types import SimpleNamespace

import graphene
import pytest
from django.contrib.auth.models import AnonymousUser
from graphql import graphql_sync

from gateway.core.errors import LOGIN_HINT, Unauthenticated
from gateway.core.graphql.context import Context
from gateway.core.graphql.errors import format_error
from gateway.core.graphql.permissions import require_login
from gateway.schema import PUBLIC, schema

calls = []


def resolver(name):
    return lambda *_: calls.append(name) or name


class Query(graphene.ObjectType):
    open_field = graphene.String(resolver=resolver("open"))
    closed_field = graphene.String(resolver=resolver("closed"))
    plain = graphene.String()


class Mutation(graphene.ObjectType):
    log_in = graphene.String(resolver=resolver("log in"))
    destroy = graphene.String(resolver=resolver("destroy"))


@pytest.fixture
def run():
    calls.clear()
    guarded = graphene.Schema(query=Query, mutation=Mutation).graphql_schema
    require_login(guarded, public=frozenset({"openField", "logIn"}))

    def run(query, *, logged_in):
        user = SimpleNamespace(is_authenticated=logged_in)
        return graphql_sync(guarded, query, {"plain": "yes"}, Context(user=user))

    return run


def test_who_is_logged_in_may_ask(run):
    result = run("{ openField closedField plain }", logged_in=True)

    assert result.errors is None
    assert result.data == {"openField": "open", "closedField": "closed", "plain": "yes"}


def test_nobody_may_ask_what_is_public_alone(run):
    result = run("{ openField closedField plain }", logged_in=False)

    assert result.data == {"openField": "open", "closedField": None, "plain": None}
    assert [format_error(error)["extensions"] for error in result.errors] == [
        {"code": "UNAUTHENTICATED", "hint": LOGIN_HINT}
    ] * 2
    assert calls == ["open"]


def test_mutations_are_guarded_too(run):
    result = run("mutation { logIn destroy alias: destroy }", logged_in=False)

    assert result.data == {"logIn": "log in", "destroy": None, "alias": None}
    assert calls == ["log in"]


def test_introspection_needs_no_login(run):
    result = run("{ __typename __schema { queryType { name } } }", logged_in=False)

    assert result.errors is None


ROOT_FIELDS = {
    name: field
    for root in (schema.graphql_schema.query_type, schema.graphql_schema.mutation_type)
    for name, field in root.fields.items()
}


def test_what_is_named_public_is_there():
    assert ROOT_FIELDS.keys() > PUBLIC


@pytest.mark.django_db  # which records the refusal
@pytest.mark.parametrize("name", sorted(ROOT_FIELDS.keys() - PUBLIC))
def test_every_other_root_field_of_the_product_asks_for_a_login(name):
    info = SimpleNamespace(context=Context(user=AnonymousUser()))

    with pytest.raises(Unauthenticated):
        ROOT_FIELDS[name].resolve(None, info)
