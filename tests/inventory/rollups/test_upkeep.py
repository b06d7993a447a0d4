"""The triggers of roll-ups are made after a migration, and differences are found and repaired."""

import logging

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from inventory.live.store import store_listing
from inventory.models import MachineRollup, VirtualMachine
from inventory.resources import resource_named
from inventory.rollups.triggers import triggers
from inventory.rollups.upkeep import drop, is_kept, make_rollups, sources_differing
from inventory.tasks import prune
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator
from tests.migrating import migrate

MACHINES = resource_named("virtual_machines")


def machines(count=3):
    source = machine_source(make_simulator())
    records = [
        MachineRecord(f"i-{number}", "web", MachineState.RUNNING, "up") for number in range(count)
    ]
    store_listing(source.pk, records, started_at=timezone.now())
    return source


@pytest.mark.django_db
def test_what_differs_is_named_and_mended(caplog, capsys):
    source, other = machines(), machines()
    call_command("check_rollups")
    assert "agree" in capsys.readouterr().out

    MachineRollup.objects.filter(source=source).update(number=4)
    assert sources_differing(MACHINES) == [source.pk]
    with pytest.raises(CommandError, match=f"rows of sources {source.pk}"):
        call_command("check_rollups")
    call_command("check_rollups", repair=True)
    assert sources_differing(MACHINES) == []

    MachineRollup.objects.filter(source=other).delete()
    with caplog.at_level(logging.ERROR):
        prune()
    assert f"source {other.pk}" in caplog.text
    assert sources_differing(MACHINES) == []
    assert sum(MachineRollup.objects.values_list("number", flat=True)) == 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("tables", ["{rows}", "{rows}, {lines}", "{lines}, {rows}"])
def test_no_line_is_left_of_rows_that_are_all_deleted_at_once(tables):
    """PostgreSQL's TRUNCATE runs no trigger of a deletion; SQLite has none."""
    machines()
    named = tables.format(rows=VirtualMachine._meta.db_table, lines=MachineRollup._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {named} CASCADE")
        else:
            cursor.execute("DELETE FROM inventory_virtualmachine")

    assert not VirtualMachine.objects.exists()
    assert not MachineRollup.objects.exists()


@pytest.mark.django_db
def test_missing_triggers_are_named_and_made():
    source = machines()
    drop(MACHINES)
    VirtualMachine.objects.filter(source=source).update(state="STOPPED")
    assert set(MachineRollup.objects.values_list("state", flat=True)) == {"RUNNING"}

    with pytest.raises(CommandError, match=r"triggers .* are missing"):
        call_command("check_rollups")
    call_command("check_rollups", repair=True)
    assert is_kept(MACHINES)
    assert set(MachineRollup.objects.values_list("state", flat=True)) == {"STOPPED"}
    VirtualMachine.objects.filter(source=source).delete()
    assert not MachineRollup.objects.exists()


@pytest.mark.django_db
def test_triggers_of_another_release_are_replaced():
    """Triggers with other statements have other names."""
    machines()
    name, statements = next(iter(triggers(MACHINES, connection.vendor).items()))
    earlier = f"{name[:-8]}00000000"
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.replace(name, earlier))
    assert not is_kept(MACHINES)
    VirtualMachine.objects.create(
        **VirtualMachine.objects.values("source_id", "provider_id", "region", "state").first(),
        external_id="new",
        read_started_at=timezone.now(),
        observed_at=timezone.now(),
    )
    assert sources_differing(MACHINES), "both triggers have counted it"

    make_rollups()

    assert is_kept(MACHINES)
    assert sources_differing(MACHINES) == []


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_counts_what_is_stored():
    """The release before has no roll-up, and no triggers that would keep it from writing."""
    source = machines()
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes("inventory")
    migrate([("inventory", "0018_prices")])
    try:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE inventory_virtualmachine SET state = 'STOPPED'")
    finally:
        migrate(leaves)

    assert is_kept(MACHINES)
    lines = MachineRollup.objects.values_list("source_id", "state", "number")
    assert list(lines) == [(source.pk, "STOPPED", 3)]
