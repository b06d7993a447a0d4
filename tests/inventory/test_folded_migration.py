"""Rows of an earlier release are found as new ones are."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from inventory.live.store import store_listing
from inventory.models import VirtualMachine
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator

migration = import_module("inventory.migrations.0015_folded_text")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["Überserver", "WEB-1", "Straße", ""], ids=ascii)
def test_stored_machines_are_folded(settings, tmp_path, name):
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    source = machine_source(make_simulator())
    record = MachineRecord("i-1", name, MachineState.RUNNING, "on", tags=(("Größe", "XXL"),))
    store_listing(source.pk, [record], started_at=timezone.now())
    row = VirtualMachine.objects.get(source=source)
    expected = row.name_folded, row.search_text
    # As release 1 stored them.
    words = [word.lower() for word in (name, "i-1", "Größe=XXL") if word]
    VirtualMachine.objects.update(name_folded="", search_text="\n".join(words))

    migration.fill(apps, None)

    row.refresh_from_db()
    assert (row.name_folded, row.search_text) == expected
