"""The creation time of a machine does not move, and a better time is no change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from inventory.live.store import store_listing, store_one
from inventory.models import Change, VirtualMachine
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.selectors.rows import row_list
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
FIRST, LATER = datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 11, 27, 12, tzinfo=UTC)
WEB = MachineRecord(
    "vm-1", "web", MachineState.RUNNING, "running", created_at=FIRST, launched_at=FIRST
)


@pytest.fixture
def source():
    return machine_source(make_simulator())


@pytest.fixture
def now(source):
    moment = timezone.now()
    store_listing(source.pk, [WEB], started_at=moment)
    return moment


def times():
    return VirtualMachine.objects.values_list("created_at", "launched_at").get()


@pytest.mark.parametrize("read", ["list", "single"])
def test_a_start_does_not_move_a_creation_time_that_is_a_launch_time(source, now, read):
    started = replace(WEB, created_at=LATER, launched_at=LATER)
    if read == "list":
        store_listing(source.pk, [started], started_at=now + SECOND)
    else:
        store_one(source, "vm-1", started, started_at=now + SECOND)

    assert times() == (FIRST, LATER)
    assert not Change.objects.exists()
    limits = {"created_before": FIRST + SECOND}
    assert row_list(VIRTUAL_MACHINES, sources=[source], limits=limits).count() == 1


def test_an_earlier_time_is_taken(source, now):
    before = FIRST - timedelta(days=1)
    store_listing(
        source.pk, [replace(WEB, created_at=before, launched_at=LATER)], started_at=now + SECOND
    )

    assert times() == (before, LATER)


def test_another_machine_with_the_same_id_has_its_own_time(source, now):
    """Ids of some clouds are names, which a new machine may have again."""
    store_listing(
        source.pk, [replace(WEB, created_at=LATER, launched_at=None)], started_at=now + SECOND
    )

    assert times() == (LATER, None)


def test_rows_of_an_earlier_release_are_written_once_and_no_change_is_noted(source, now):
    VirtualMachine.objects.update(fingerprint="0" * 32, launched_at=None, created_at=LATER)
    better = replace(WEB, tags=(("k8s", ""), ("k8s", "worker")), public_ips=("2600:1900::1",))

    store_listing(source.pk, [better], started_at=now + SECOND)

    assert not Change.objects.exists()
    row = VirtualMachine.objects.get()
    assert (row.created_at, row.launched_at) == (FIRST, FIRST)
    assert (row.tags, row.public_ips) == ([["k8s", ""], ["k8s", "worker"]], ["2600:1900::1"])
    written = row.read_started_at
    store_listing(source.pk, [better], started_at=now + 2 * SECOND)
    assert VirtualMachine.objects.get().read_started_at == written


def test_a_state_that_changed_meanwhile_is_noted(source, now):
    VirtualMachine.objects.update(fingerprint="0" * 32)

    store_listing(
        source.pk,
        [replace(WEB, state=MachineState.STOPPED, tags=(("a", "1"),))],
        started_at=now + SECOND,
    )

    assert list(Change.objects.values_list("field", "before", "after")) == [
        ("state", "RUNNING", "STOPPED")
    ]
