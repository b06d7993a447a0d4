"""The rows of an earlier release are recorded from the upgrade on."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from inventory.live.receipts import BEFORE_HISTORY
from inventory.models import Change, PastSource, Source, VirtualMachine
from tests.inventory.factories import machine_source, make_simulator
from tests.migrating import migrate

pytestmark = pytest.mark.django_db(transaction=True)

MIGRATION = "what_was_known"


def test_rows_and_sources_are_recorded_from_now_on():
    source = machine_source(make_simulator())
    Source.objects.filter(pk=source.pk).update(attempt_started_at=timezone.now())
    at = timezone.now() - timedelta(days=2)
    here = {"source": source, "provider": source.provider, "region": source.region}
    times = {"read_started_at": at, "observed_at": at, "state_changed_at": at}
    rows = [
        VirtualMachine.objects.create(**here, **times, external_id=name, state="RUNNING")
        for name in ("a", "b")
    ]
    created = at - timedelta(days=1)
    Change.objects.create(
        source=source,
        provider=source.provider,
        row_id=rows[1].pk,
        field="state",
        after="RUNNING",
        at=created,
    )
    loader = MigrationExecutor(connection).loader
    migration = next(key for key in loader.graph.nodes if key[1].endswith(MIGRATION))
    migrate(
        [one.key for one in loader.graph.node_map[migration].parents if one.key[0] == "inventory"]
    )
    before = timezone.now()
    migrate(loader.graph.leaf_nodes("inventory"))

    first = [row.first_seen_at for row in VirtualMachine.objects.order_by("pk")]
    assert first == [at, created]
    assert all(row.recorded_since >= before for row in VirtualMachine.objects.all())
    recorded = Source.objects.get(pk=source.pk)
    assert recorded.recorded_since >= before
    before = PastSource.objects.get(source_key=source.pk)
    assert before.error_code == BEFORE_HISTORY
    assert (before.since, before.until) == (source.provider.created_at, recorded.recorded_since)
    untouched = Source.objects.exclude(pk=source.pk).first()
    assert untouched is None or untouched.recorded_since is None
