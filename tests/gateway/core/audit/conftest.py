import pytest

from gateway.core.audit import record
from tests.client import GraphQLClient, token_of
from tests.inventory.factories import make_user


@pytest.fixture(autouse=True)
def _own_buckets():
    record._buckets.cache_clear()
    yield
    record._buckets.cache_clear()


@pytest.fixture(autouse=True)
def _simulator_directory(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"


@pytest.fixture
def ann(db):
    return make_user("ann")


@pytest.fixture
def client(ann):
    return GraphQLClient(token_of(ann))


@pytest.fixture
def root(db):
    return GraphQLClient(token_of(make_user("root", is_superuser=True)))
