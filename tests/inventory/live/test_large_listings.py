"""Large listings and deletions leave room for other writers, and lose nothing."""

import threading
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from gateway.core import transactions
from gateway.core.accounts.models import Team
from gateway.core.transactions import let_others_write
from inventory.live import removal, retention, store
from inventory.live.changes import changes_prune
from inventory.live.source_state import mark_dirty
from inventory.live.store import store_listing
from inventory.models import Change, Container, MachineTag, Provider, Source, VirtualMachine
from inventory.services.providers import provider_disconnect
from inventory.types import ContainerRecord, ContainerState, MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def few_rows(monkeypatch):
    """A transaction has seven rows at most, and pauses call ``few_rows``."""
    pauses = []
    for module in (store, removal):
        monkeypatch.setattr(module, "MOST_ROWS", 7)
    for module in (store, transactions):
        monkeypatch.setattr(module, "let_others_write", lambda: [call() for call in pauses])
    return pauses


def machines(number, **columns):
    return [
        MachineRecord(
            f"m{one}", f"name {one}", MachineState.RUNNING, "on", tags=(("a", "b"),), **columns
        )
        for one in range(number)
    ]


def in_a_thread(work):
    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)


def stored(source):
    return set(VirtualMachine.objects.filter(source=source).values_list("external_id", "memory"))


def test_others_write_between_the_parts_of_a_listing(few_rows):
    source = machine_source(make_simulator(machines=0))
    few_rows.append(
        lambda: in_a_thread(lambda: Team.objects.create(name=f"{Team.objects.count()}"))
    )

    after = store_listing(source.pk, machines(30, memory=1), started_at=timezone.now())

    assert Team.objects.count() == 4
    assert stored(source) == {(f"m{one}", 1) for one in range(30)}
    assert MachineTag.objects.count() == 30
    assert after.count == 30
    assert Source.objects.get(pk=source.pk).version == after.version


def test_the_receipt_comes_with_the_last_part(few_rows):
    source = machine_source(make_simulator(machines=0))
    counts = []
    few_rows.append(lambda: counts.append(Source.objects.get(pk=source.pk).count))

    store_listing(source.pk, machines(30), started_at=timezone.now())

    assert set(counts) == {None}


def test_a_listing_that_is_overtaken_in_the_middle_is_compared_again(few_rows):
    source = machine_source(make_simulator(machines=0))
    store_listing(source.pk, machines(20, memory=1), started_at=timezone.now())

    def overtake():
        few_rows.clear()
        in_a_thread(lambda: mark_dirty(Source.objects.filter(pk=source.pk)))

    few_rows.append(overtake)
    after = store_listing(source.pk, machines(25, memory=2), started_at=timezone.now())

    assert stored(source) == {(f"m{one}", 2) for one in range(25)}
    assert after.count == 25
    changed = Change.objects.filter(field="memory")
    assert changed.count() == changed.values("row_id").distinct().count() == 20


def test_a_provider_of_many_rows_is_disconnected_in_parts(few_rows):
    provider = make_simulator(machines=0)
    source = machine_source(provider)
    store_listing(source.pk, machines(30), started_at=timezone.now())
    seen = []

    def look():
        row = Source.objects.get(pk=source.pk)
        seen.append((VirtualMachine.objects.count(), row.is_clean_since(row.listing_started_at)))

    few_rows.append(look)
    provider_disconnect(provider=provider)

    # The rows that remain meanwhile are not taken for all rows.
    assert seen == [(23, False), (16, False), (9, False), (2, False)]
    assert not Provider.objects.exists()
    assert not VirtualMachine.objects.exists()


def test_a_listing_in_the_middle_of_a_disconnection_breaks_no_foreign_key(few_rows):
    provider = make_simulator(machines=0)
    source = machine_source(provider)
    store_listing(source.pk, machines(30), started_at=timezone.now())

    def list_once_more():
        few_rows.clear()
        in_a_thread(
            lambda: store_listing(source.pk, machines(40, memory=3), started_at=timezone.now())
        )

    few_rows.append(list_once_more)
    provider_disconnect(provider=provider)

    assert not Provider.objects.exists()
    assert not VirtualMachine.objects.exists()


def test_old_containers_and_changes_are_deleted_in_parts(monkeypatch):
    monkeypatch.setattr("inventory.live.changes.MOST_DELETED", 7)
    provider = make_simulator(machines=0)
    source = machine_source(provider)
    store_listing(source.pk, machines(20, memory=1), started_at=timezone.now())
    store_listing(source.pk, machines(20, memory=2), started_at=timezone.now())
    pods = provider.sources.create(region="pods", resource="containers")
    names = [f"c{one}" for one in range(20)]
    records = [ContainerRecord(name, name, ContainerState.RUNNING, "on") for name in names]
    store_listing(pods.pk, records, started_at=timezone.now())
    Container.objects.filter(external_id__in=names[:16]).update(state=ContainerState.REMOVED)

    assert retention.gone_rows_prune(older_than=timezone.now()) == 16
    assert changes_prune(older_than=timezone.now()) == 20
    assert Container.objects.count() == 4
    assert not Change.objects.exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows")
def test_a_pause_is_longer_than_sqlite_waits_before_it_looks_again(monkeypatch):
    slept = []
    monkeypatch.setattr(transactions, "time", SimpleNamespace(sleep=slept.append))

    let_others_write()

    assert slept[0] > 0.1
