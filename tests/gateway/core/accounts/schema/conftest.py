import graphene
import pytest
from django.contrib.auth import get_user_model

from gateway.core.accounts.schema import Mutation, Query
from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import Executor, GraphQLRequest
from gateway.core.graphql.nodes import NodeQuery


class Root(Query, NodeQuery):
    pass


@pytest.fixture(scope="session")
def accounts():
    """The accounts' part of the schema alone."""
    return Executor(graphene.Schema(query=Root, mutation=Mutation).graphql_schema)


@pytest.fixture
def run(accounts):
    """Run an operation as a user; returns the data, which must come without errors."""

    def run(user, query, /, **variables):
        context = Context(user=user, address="192.0.2.1")
        answer = accounts.run(GraphQLRequest(query, variables), context).as_response()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    return run


@pytest.fixture
def root(db):
    return get_user_model().objects.create_superuser("root", password="correct-horse")


@pytest.fixture
def refused(run):
    """Run a mutation that must do nothing; returns the field, the code and the message."""

    def refused(user, query, /, **variables):
        (payload,) = run(user, query, **variables).values()
        (error,) = payload.pop("errors")
        assert not any(payload.values())
        return error["field"], error["code"], error["message"]

    return refused
