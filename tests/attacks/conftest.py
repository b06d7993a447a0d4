"""Requests over HTTP as an attacker sends them, and their cost to the gateway."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.client import GraphQLClient, token_of
from tests.inventory.factories import make_user


@pytest.fixture(autouse=True)
def _no_budget(settings, tmp_path):
    """Each attack has a limit of its own; the budget would hide whether that holds."""
    settings.GRAPHQL_BUDGET = {"per_second": 0, "burst": 0}
    settings.SIMULATOR_DIR = tmp_path / "simulator"


@pytest.fixture
def ann(db):
    return make_user("ann")


@pytest.fixture
def client(ann):
    return GraphQLClient(token_of(ann))


@pytest.fixture
def stranger(db):
    return GraphQLClient(token_of(make_user("bob")))


@pytest.fixture
def http(db):
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.fixture
def post(http):
    """POST ``body`` as JSON, whatever it is."""

    def sent(body, **headers):
        return http.post(
            "/graphql/", json.dumps(body), content_type="application/json", headers=headers
        )

    return sent


@pytest.fixture
def statements():
    """Record the database's statements: ``with statements() as asked``."""
    return lambda: CaptureQueriesContext(connection)
