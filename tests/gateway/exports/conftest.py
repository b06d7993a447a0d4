import pytest

from tests.client import token_of
from tests.inventory.factories import make_simulator
from tests.jobs.factories import make_user


@pytest.fixture(autouse=True)
def _clouds(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    settings.GRAPHQL_BUDGET = {"per_second": 0, "burst": 1}


@pytest.fixture
def ann(transactional_db):
    return make_user("ann")


@pytest.fixture
def token(ann):
    return token_of(ann)


@pytest.fixture
def cloud(ann):
    return make_simulator(ann, machines=12, name="cloud")
