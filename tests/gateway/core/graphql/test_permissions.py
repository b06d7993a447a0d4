from types import SimpleNamespace

import graphene
import pytest
from django.contrib.auth.models import AnonymousUser
from graphql import GraphQLResolveInfo, graphql_sync

from gateway.core.accounts.credential import Credential, Scope, attach_credential
from gateway.core.accounts.errors import SessionRequired
from gateway.core.errors import LOGIN_HINT, Forbidden, Unauthenticated
from gateway.core.graphql.context import Context
from gateway.core.graphql.errors import format_error
from gateway.core.graphql.permissions import require_login
from gateway.schema import OPERATE, PUBLIC, schema
from tests.jobs.factories import make_user

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


QUERIES = schema.graphql_schema.query_type.fields
MUTATIONS = schema.graphql_schema.mutation_type.fields
SUBSCRIPTIONS = schema.graphql_schema.subscription_type.fields
ROOT_FIELDS = QUERIES | MUTATIONS | SUBSCRIPTIONS


def asked_by(user):
    nothing = dict.fromkeys(GraphQLResolveInfo._fields)
    return GraphQLResolveInfo(**nothing | {"context": Context(user=user)})


def with_token(scope):
    user = make_user(is_superuser=True)
    attach_credential(user, Credential("api_token", "1", scope=scope))
    return user


def test_what_is_named_public_and_operate_is_there():
    assert MUTATIONS.keys() > PUBLIC | OPERATE


@pytest.mark.any_database  # rights are decided in Python
@pytest.mark.django_db  # which records the refusal
@pytest.mark.parametrize("name", sorted(ROOT_FIELDS.keys() - PUBLIC))
def test_every_other_root_field_of_the_product_asks_for_a_login(name):
    with pytest.raises(Unauthenticated):
        ROOT_FIELDS[name].resolve(None, asked_by(AnonymousUser()))


@pytest.mark.any_database  # as above
@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(MUTATIONS.keys() - PUBLIC - OPERATE))
def test_no_api_token_does_what_takes_a_session(name):
    with pytest.raises(SessionRequired):
        MUTATIONS[name].resolve(None, asked_by(with_token(Scope.OPERATE)), input={})


@pytest.mark.any_database  # as above
@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(OPERATE))
@pytest.mark.parametrize(("scope", "dry_run"), [(Scope.READ, True), (Scope.PLAN, False)])
def test_an_api_token_acts_by_its_scope_alone(name, scope, dry_run):
    info = asked_by(with_token(scope))

    with pytest.raises(Forbidden, match=f"this one's is {scope}"):
        MUTATIONS[name].resolve(None, info, input={"dry_run": dry_run})
