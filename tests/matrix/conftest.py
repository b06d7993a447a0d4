import pytest
from celery import current_app

from gateway.core.graphql import documents
from gateway.schema import schema
from inventory.live.questions import Answer
from inventory.live.receipts import receipt_of
from inventory.records.code_hosting import (
    CommentRecord,
    OrganizationRecord,
    RepositoryPage,
)
from inventory.records.repository import RepositoryRecord, RepositoryState
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


class Host:
    """A code host that knows one organization, and takes every comment."""

    repository = RepositoryRecord("1", "r", RepositoryState.ACTIVE, "active", full_name="x/r")

    def ask(self, resource, *_):
        page = RepositoryPage([self.repository])
        found = OrganizationRecord("x", None, None, "", repositories=page)
        return found if resource == "organizations" else {}

    def create_once(self, _resource, _verb, order):
        return CommentRecord("1", "https://host.example/1", order.body, None, None, self.repository)


@pytest.fixture
def world(transactional_db, settings, engines, monkeypatch):
    def answered(source, question):
        return Answer(question(Host()), receipt_of(source, asked=True))

    monkeypatch.setattr("inventory.schema.code_hosts.ask_source", answered)
    settings.GRAPHQL_BUDGET = {"per_second": 0, "burst": 1}  # it is the rights that are tried
    return World()
