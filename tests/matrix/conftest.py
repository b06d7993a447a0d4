import pytest
from celery import current_app

from tests.clouds.engine import engines  # noqa: F401 - a fixture
from tests.matrix.world import World


@pytest.fixture(autouse=True)
def _simulator_directory(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"


@pytest.fixture(autouse=True)
def _broker(redis_url):
    before = current_app.conf.broker_url
    current_app.conf.broker_url = redis_url
    yield
    current_app.conf.broker_url = before


@pytest.fixture
def world(transactional_db, settings, engines):
    settings.GRAPHQL_BUDGET = {"per_second": 0, "burst": 1}  # it is the rights that are tried
    return World()
