"""Stored listings: only differences are written, and the newer read wins."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from inventory.live.rows import BATCH
from inventory.live.source_state import mark_dirty, store_failure
from inventory.live.store import store_listing, store_one
from inventory.models import Size, Source, VirtualMachine
from inventory.models.source import SourceResource
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.types import MachineRecord, MachineState, SizeRecord
from tests.inventory.factories import machine_source, make_simulator

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def record(external_id="vm-1", state=MachineState.RUNNING, **facts):
    return MachineRecord(
        external_id=external_id, name=external_id, state=state, raw_state="raw", **facts
    )


@pytest.fixture
def source():
    return machine_source(make_simulator())


@pytest.fixture
def now():
    return timezone.now()


def states(source):
    return dict(VirtualMachine.objects.filter(source=source).values_list("external_id", "state"))


def test_a_first_listing_stores_every_fact(source, now):
    seen = record(
        memory=2048,
        vcpus=2,
        public_ips=("192.0.2.1", "2001:db8::1"),
        tags=(("env", "test"), ("team", "red")),
        size_id="small",
        created_at=now,
    )

    after = store_listing(source.pk, [seen], started_at=now)

    row = VirtualMachine.objects.get(source=source)
    assert (row.memory, row.vcpus, row.size_id, row.created_at) == (2048, 2, "small", now)
    assert row.public_ips == ["192.0.2.1", "2001:db8::1"]
    assert row.tags == [["env", "test"], ["team", "red"]]
    assert (row.provider_id, row.region) == (source.provider_id, source.region)
    assert (after.count, after.listing_started_at, after.error_code) == (1, now, "")
    assert after.fetched_at >= now


def test_an_unchanged_listing_writes_one_row(source, now, django_assert_num_queries):
    records = [record(f"vm-{number}") for number in range(50)]
    store_listing(source.pk, records, started_at=now)

    # read the source, read the rows, write the receipt
    with django_assert_num_queries(3) as queries:
        after = store_listing(source.pk, records, started_at=now + SECOND)

    written = [query["sql"] for query in queries if query["sql"].startswith(("UPDATE", "INSERT"))]
    assert len(written) == 1
    assert after.listing_started_at == now + SECOND
    assert vars(after) | {"_state": None} == vars(Source.objects.get(pk=source.pk)) | {
        "_state": None
    }
    with django_assert_num_queries(2):  # who has just read the source spares a query
        known = store_listing(source.pk, records, started_at=now + 2 * SECOND, known=after)
    assert known.version == Source.objects.get(pk=source.pk).version == after.version + 1


def test_a_source_that_was_written_to_since_is_read_again(source, now):
    store_listing(source.pk, [record()], started_at=now)
    known = Source.objects.select_related("provider").get(pk=source.pk)
    mark_dirty(Source.objects.filter(pk=source.pk))

    after = store_listing(
        source.pk, [record(state=MachineState.STOPPED)], started_at=now + SECOND, known=known
    )

    assert after.dirty_at is not None
    assert states(source) == {"vm-1": "STOPPED"}


def test_only_what_changed_is_written(source, now):
    kept, changed = record("vm-1"), record("vm-2")
    store_listing(source.pk, [kept, changed], started_at=now)

    changed = replace(changed, state=MachineState.STOPPED)
    store_listing(source.pk, [kept, changed], started_at=now + SECOND)

    rows = {row.external_id: row for row in VirtualMachine.objects.filter(source=source)}
    assert rows["vm-1"].read_started_at == now
    assert rows["vm-2"].read_started_at == now + SECOND
    assert states(source) == {"vm-1": "RUNNING", "vm-2": "STOPPED"}


def test_a_listing_begun_before_a_stop_does_not_bring_running_back(source, now):
    store_listing(source.pk, [record()], started_at=now)
    stopped = record(state=MachineState.STOPPED)
    store_one(source, "vm-1", stopped, started_at=now + 2 * SECOND)

    # begun before the stop was seen, finished after it
    store_listing(source.pk, [record()], started_at=now + SECOND)

    assert states(source) == {"vm-1": "STOPPED"}


def test_a_listing_older_than_the_stored_one_changes_nothing(source, now):
    store_listing(source.pk, [record(), record("vm-2")], started_at=now + SECOND)

    after = store_listing(source.pk, [], started_at=now)

    assert after.listing_started_at == now + SECOND
    assert after.count == 2
    assert VirtualMachine.objects.filter(source=source, listed=True).count() == 2


def test_a_single_read_older_than_a_listing_changes_nothing(source, now):
    store_listing(source.pk, [record()], started_at=now)
    # found unchanged, so the row itself was not written
    store_listing(source.pk, [record()], started_at=now + 2 * SECOND)

    row = store_one(source, "vm-1", record(state=MachineState.STOPPED), started_at=now + SECOND)

    assert row.state == "RUNNING"
    assert states(source) == {"vm-1": "RUNNING"}


def test_a_comparison_that_was_overtaken_is_made_again(source, now, monkeypatch):
    """A single read lands between a listing's comparison and its write."""
    from inventory.live import store  # noqa: PLC0415 - patched below

    store_listing(source.pk, [record()], started_at=now)
    compare, overtaken = store.compare, []

    def compare_then_overtake(*args, **kwargs):
        difference = compare(*args, **kwargs)
        if not overtaken:
            overtaken.append(True)
            older = now + SECOND
            store_one(source, "vm-1", record(state=MachineState.STOPPED), started_at=older)
        return difference

    monkeypatch.setattr(store, "compare", compare_then_overtake)
    store_listing(source.pk, [record()], started_at=now + 2 * SECOND)

    assert overtaken
    assert states(source) == {"vm-1": "RUNNING"}


def test_a_failure_keeps_the_rows_and_marks_them_stale(source, now):
    store_listing(source.pk, [record()], started_at=now)

    error = ProviderError(ProviderErrorCode.TIMEOUT, "too slow")
    after = store_failure(source.pk, error, started_at=now + SECOND)

    row = VirtualMachine.objects.select_related("source").get(source=source)
    assert row.stale
    assert (after.error_code, after.error_message, after.error_retryable) == (
        "TIMEOUT",
        "too slow",
        True,
    )
    assert after.listing_started_at == now

    good = store_listing(source.pk, [record()], started_at=now + 2 * SECOND)
    assert not good.failed


def test_an_older_failure_does_not_hide_a_newer_success(source, now):
    store_listing(source.pk, [record()], started_at=now + SECOND)

    after = store_failure(
        source.pk, ProviderError(ProviderErrorCode.UNREACHABLE, "down"), started_at=now
    )

    assert not after.failed


def test_a_machine_goes_missing_and_comes_back(source, now):
    store_listing(source.pk, [record()], started_at=now)
    store_listing(source.pk, [], started_at=now + SECOND)
    row = VirtualMachine.objects.select_related("source").get(source=source)
    assert (row.state, row.stale) == ("RUNNING", True)

    store_listing(source.pk, [], started_at=now + 61 * SECOND)
    row.refresh_from_db()
    assert (row.state, row.last_state) == ("MISSING", "RUNNING")
    assert row.missing_since == now + SECOND

    store_listing(source.pk, [record()], started_at=now + 70 * SECOND)
    row.refresh_from_db()
    assert (row.state, row.last_state, row.missing_since) == ("RUNNING", "", None)


def test_a_read_that_finds_no_machine_makes_the_row_stale_but_not_missing(source, now):
    store_listing(source.pk, [record()], started_at=now)

    row = store_one(source, "vm-1", None, started_at=now + SECOND)

    assert (row.state, row.stale) == ("RUNNING", True)


def test_a_machine_is_stored_before_any_listing_shows_it(source, now):
    row = store_one(source, "vm-9", record("vm-9"), started_at=now, provisioned=True)

    assert (row.external_id, row.provisioned_at, row.stale) == ("vm-9", now, False)
    # too early to count: the cloud may not list it yet
    store_listing(source.pk, [], started_at=now + SECOND)
    row.refresh_from_db()
    assert (row.listed, row.unlisted_since) == (False, None)


def test_the_catalogue_forgets_what_is_not_offered_any_more(now):
    provider = make_simulator()
    sizes = Source.objects.get(provider=provider, resource=SourceResource.SIZES)
    small, large = (
        SizeRecord(external_id=name, name=name, memory=1, vcpus=1, disk=1, price_per_hour=None)
        for name in ("small", "large")
    )
    store_listing(sizes.pk, [small, large], started_at=now)

    store_listing(sizes.pk, [replace(small, memory=2)], started_at=now + SECOND)

    assert list(Size.objects.filter(source=sizes).values_list("name", "memory")) == [("small", 2)]


def test_many_rows_are_stored_in_few_statements(source, now, django_assert_max_num_queries):
    records = [record(f"vm-{number}") for number in range(1000)]
    # SQLite bounds an INSERT's parameters: it has fewer rows the more columns a machine has.
    columns = [column for column in VirtualMachine._meta.concrete_fields if not column.primary_key]
    batch = min(BATCH, connection.ops.bulk_batch_size(columns, records))
    inserts = math.ceil(len(records) / batch)

    with django_assert_max_num_queries(33 + inserts) as queries:
        store_listing(source.pk, records, started_at=now)

    into = 'INSERT INTO "inventory_virtualmachine"'
    rows = [one for one in queries if one["sql"].startswith(into)]
    assert len(rows) <= inserts
    assert VirtualMachine.objects.filter(source=source).count() == 1000
