import pytest

from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import GraphQLRequest
from gateway.schema import executor
from inventory.schema.live_answers import LiveAnswers
from tests.inventory.factories import make_user


@pytest.fixture(autouse=True)
def simulator_directory(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    return settings.SIMULATOR_DIR


@pytest.fixture
def user(transactional_db):
    return make_user()


class Asked:
    """One executed operation: the answer, and the facts that its context gathered."""

    def __init__(self, user, query, variables):
        self.context = Context(user)
        outcome = executor.run(GraphQLRequest(query, variables), self.context)
        self.answer = outcome.as_response()

    @property
    def data(self):
        assert "errors" not in self.answer, self.answer["errors"]
        return self.answer["data"]

    @property
    def live(self):
        return self.context.of(LiveAnswers)


@pytest.fixture
def ask(user):
    """Run an operation as ``user``, without HTTP."""

    def run(query, asker=user, **variables):
        return Asked(asker, query, variables)

    return run
