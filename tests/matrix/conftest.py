import pytest
from celery import current_app

from gateway.core.graphql import documents
from gateway.schema import schema
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


@pytest.fixture(scope="module", autouse=True)
def _long_documents_are_kept():
    """A query for everything is tens of kilobytes, and asked for each object and each person."""
    kept = documents.documents_of(schema.graphql_schema)._kept
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "LONGEST_KEPT", 1_000_000)
        patch.setattr(kept, "_most", 10_000_000)
        yield
    kept.clear()


@pytest.fixture
def world(transactional_db, settings, engines):
    settings.GRAPHQL_BUDGET = {"per_second": 0, "burst": 1}  # it is the rights that are tried
    return World()
