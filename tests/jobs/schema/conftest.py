import graphene
import pytest

from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import Executor, GraphQLRequest
from gateway.core.graphql.nodes import NodeQuery
from jobs.schema import Mutation, Query
from tests.jobs.factories import make_user


class OwnQuery(Query, NodeQuery, graphene.ObjectType):
    pass


EXECUTOR = Executor(graphene.Schema(query=OwnQuery, mutation=Mutation).graphql_schema)


@pytest.fixture
def user():
    return make_user()


@pytest.fixture
def ask(user):
    """Runs an operation as ``user``, or as another one; returns the whole answer."""

    def _ask(query, *, as_user=None, **variables):
        context = Context(user=as_user or user)
        return EXECUTOR.run(GraphQLRequest(query, variables), context).as_response()

    return _ask


@pytest.fixture
def data(ask):
    """Returns the data of an answer that must have no errors."""

    def _data(query, **options):
        answer = ask(query, **options)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    return _data
