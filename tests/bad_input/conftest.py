"""Wrong, clumsy and hostile requests over HTTP, against simulated clouds without latency."""

from base64 import b64decode
from itertools import chain

import pytest
from celery import current_app
from django.apps import apps
from django.db import connection
from django.utils import timezone

from gateway.core.ids import global_id
from jobs.api import Job, run_job
from tests.client import GraphQLClient
from tests.inventory.factories import make_simulator, make_user

MOST_STEPS = 30


@pytest.fixture(autouse=True)
def _simulator_directory(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"


@pytest.fixture(autouse=True)
def _no_budget(settings):
    """Tests compare answers as a whole, and the points left in a budget differ between answers."""
    settings.GRAPHQL_BUDGET = {"per_second": 0, "burst": 0}


@pytest.fixture(autouse=True)
def _broker(redis_url):
    before = current_app.conf.broker_url
    current_app.conf.broker_url = redis_url
    yield
    current_app.conf.broker_url = before


@pytest.fixture
def ann(db):
    return make_user("ann")


@pytest.fixture
def client(ann):
    return GraphQLClient().log_in("ann", "correct-horse")


@pytest.fixture
def stranger(db):
    """Somebody else, who owns nothing."""
    make_user("bob")
    return GraphQLClient().log_in("bob", "correct-horse")


@pytest.fixture
def provider(ann):
    return make_simulator(ann, name="mine", machines=12)


@pytest.fixture
def machines(transactional_db, client, provider):
    """Ids of its machines by state; asking stores them."""
    found = client.data("{ virtualMachines(maxAge: 0) { nodes { id state } } }")
    by_state = {}
    for node in found["virtualMachines"]["nodes"]:
        by_state.setdefault(node["state"], []).append(node["id"])
    return by_state


@pytest.fixture
def unchanged():
    """Call it at the end: whether what is stored is as it was when it was first called."""
    before = []

    def check():
        if before:
            assert stored() == before[0]
        else:
            before.append(stored())

    return check


@pytest.fixture
def finish():
    """Run a job to its end as a worker would, without waiting between its steps."""

    def _finish(node_id):
        key = b64decode(node_id).decode().partition(":")[2]
        for _ in range(MOST_STEPS):
            if Job.objects.get(pk=key).is_finished:
                return
            Job.objects.filter(pk=key).update(run_after=timezone.now())
            run_job(key)
        raise AssertionError(f"It did not end in {MOST_STEPS} steps.")

    return _finish


def stored():
    """Every row of the inventory and of the jobs, as the database has it.

    To read the rows as models takes ten times as long.
    """
    with connection.cursor() as cursor:
        return {model._meta.label: rows_of(model, cursor) for model in stored_models()}


def stored_models():
    return chain.from_iterable(
        apps.get_app_config(label).get_models() for label in ("inventory", "jobs")
    )


def rows_of(model, cursor):
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    cursor.execute(f"SELECT * FROM {table} ORDER BY {key}")  # noqa: S608 - a model's
    return cursor.fetchall()


def machine_gid(provider, external_id, region="sim-1"):
    return global_id("VirtualMachine", f"{provider.public_id}:{region}:{external_id}")
