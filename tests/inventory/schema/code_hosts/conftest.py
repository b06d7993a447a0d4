import pytest

from tests.client import GraphQLClient, token_of
from tests.clouds.apis.github import GitHub
from tests.clouds.recorded import served
from tests.inventory.factories import make_user
from tests.inventory.schema.code_hosts.world import connect


@pytest.fixture
def github(monkeypatch):
    with served(GitHub(), monkeypatch) as cloud:
        yield cloud


@pytest.fixture
def user():
    return make_user("gregor")


@pytest.fixture
def client(user):
    return GraphQLClient(token_of(user))


@pytest.fixture
def provider(github, user):
    return connect(user)
