"""The rows of an earlier release have costs from the upgrade on, on databases that have rows."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from inventory.models import Source
from inventory.models.priced import Priced
from inventory.resources.bucket import Bucket
from tests.inventory.factories import make_simulator
from tests.inventory.resources.names import RESOURCES
from tests.migrating import migrate

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = ("inventory", "0017_who_made_a_change")
AFTER = ("inventory", "0018_prices")


def priced_then():
    """The models that got the column. A resource that is newer has no rows to be upgraded."""
    state = MigrationExecutor(connection).loader.project_state(AFTER)
    tables = {name for app, name in state.models if app == "inventory"}
    of_costs = [one.model for one in RESOURCES if issubclass(one.model, Priced)]
    return [one for one in of_costs if one._meta.model_name in tables]


def test_tables_with_rows_get_the_column():
    priced = priced_then()
    assert Bucket in priced
    provider = make_simulator()
    now = timezone.now()
    times = {"read_started_at": now, "observed_at": now}
    for model in priced:
        plural = next(one.plural for one in RESOURCES if one.model is model)
        source = Source.objects.get(provider=provider, resource=plural)
        for state in ("MISSING", "RUNNING"):
            here = {"source": source, "provider": provider, "region": source.region}
            model.objects.create(**here, **times, external_id=state, name=state, state=state)
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes("inventory")
    migrate([BEFORE])
    migrate(leaves)

    for model in priced:
        costs = dict(model.objects.values_list("state", "monthly_cost"))
        assert costs == {"MISSING": 0, "RUNNING": None}, model
