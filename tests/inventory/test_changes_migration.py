"""Changes that an earlier release noted, of machines, are kept."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from inventory.models import Change, VirtualMachine
from tests.inventory.factories import machine_source, make_simulator
from tests.migrating import migrate

pytestmark = pytest.mark.django_db(transaction=True)

MIGRATION = ("inventory", "0015_changes_of_all_resources")


def test_a_change_of_a_machine_is_of_its_row_and_source():
    source = machine_source(make_simulator())
    at = timezone.now()
    here = {"source": source, "provider": source.provider, "region": source.region}
    times = {"read_started_at": at, "observed_at": at}
    rows = [
        VirtualMachine.objects.create(**here, **times, external_id=name, state="RUNNING")
        for name in ("a", "b")
    ]
    loader = MigrationExecutor(connection).loader
    before = [one.key for one in loader.graph.node_map[MIGRATION].parents]
    migrate(before)
    try:
        earlier = loader.project_state(before).apps
        for row in rows:
            earlier.get_model("inventory", "Change").objects.create(
                machine_id=row.pk,
                provider_id=row.provider_id,
                at=at,
                field="state",
                after="RUNNING",
            )
    finally:
        migrate(loader.graph.leaf_nodes("inventory"))

    found = Change.objects.order_by("row_id").values_list("row_id", "source", "after")
    assert list(found) == [(row.pk, source.pk, "RUNNING") for row in rows]
