"""A row of the past that is loaded in part has the columns of then, also those read afterwards."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from inventory.live.resources import RESOURCES
from inventory.live.store import store_listing
from inventory.models import VirtualMachine
from inventory.selectors.past_table import rows_at
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
PAGE = """query ($at: DateTime) { virtualMachines(at: $at) { nodes { name state } } }"""


def machine(memory, state=MachineState.RUNNING):
    tags = (("memory", str(memory)),)
    return MachineRecord("i-1", "web", state, "up", memory=memory, tags=tags)


@pytest.fixture
def then(user):
    """A moment at which the machine had less memory than it has now."""
    source, now = machine_source(make_simulator(user, machines=0)), timezone.now()
    store_listing(source.pk, [machine(512)], started_at=now - 3 * HOUR)
    store_listing(source.pk, [machine(1024, MachineState.STOPPED)], started_at=now - HOUR)
    return now - 2 * HOUR


def test_columns_that_were_left_out_are_those_of_then(then):
    source = machine_source(VirtualMachine.objects.get().provider)
    declared = RESOURCES["virtual_machines"].declared
    rows = rows_at(declared, then, sources=[source.pk], providers=[source.provider])
    [row] = rows.only("id", "name")
    assert "memory" not in vars(row)
    vars(row)["rows_of_then"] = rows

    assert (row.memory, row.state, row.tags) == (512, "RUNNING", [["memory", "512"]])
    present = VirtualMachine.objects.only("id").get()
    assert (present.memory, present.state) == (1024, "STOPPED")


def test_a_page_of_the_past_loads_what_is_selected(ask, then):
    loaded = []

    def from_db(db, names, values):
        loaded.append(set(names))
        return original(db, names, values)

    original = VirtualMachine.from_db
    with patch.object(VirtualMachine, "from_db", from_db):
        answer = ask(PAGE, at=then.isoformat())

    assert answer.data["virtualMachines"]["nodes"] == [{"name": "web", "state": "RUNNING"}]
    assert loaded
    assert not any({"memory", "tags", "public_ips"} & names for names in loaded)
