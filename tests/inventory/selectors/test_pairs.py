from dataclasses import replace

import pytest
from django.utils import timezone

from inventory.live.store import store_listing
from inventory.resources import filters
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.selectors.rows import row_list
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator

pytestmark = pytest.mark.django_db

WITHOUT_TERMS = replace(VIRTUAL_MACHINES, filters={"tags": filters.tags()})


@pytest.mark.each_case
@pytest.mark.parametrize("resource", [VIRTUAL_MACHINES, WITHOUT_TERMS], ids=["terms", "rows"])
@pytest.mark.parametrize(
    ("pairs", "names"),
    [
        ([("env", "prod")], ["web"]),
        ([("env", None)], ["db", "web"]),
        ([("env", "prod"), ("team", "red")], ["web"]),
        ([("env", "test"), ("team", "red")], []),
        ([("prod", None)], []),
    ],
)
def test_tags_are_found_alike_in_their_table_and_in_the_rows(resource, pairs, names):
    source = machine_source(make_simulator(machines=0))
    tags = {"web": (("env", "prod"), ("team", "red")), "db": (("env", "test"),), "old": ()}
    records = [
        MachineRecord(name, name, MachineState.RUNNING, "up", tags=own)
        for name, own in tags.items()
    ]
    store_listing(source.pk, records, started_at=timezone.now())

    found = row_list(resource, sources=[source], limits={"tags": pairs})

    assert sorted(row.name for row in found) == names
