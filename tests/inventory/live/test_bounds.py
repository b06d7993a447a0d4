"""Extreme values of every column of every resource, stored alike on both databases."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import models
from django.utils import timezone as clock

from inventory.live.bounds import LONGEST_ITEM, MOST_ITEMS, bounded
from inventory.live.resources import RESOURCES
from inventory.live.single_read import SingleRead, finish_reads, start_reads
from inventory.live.source_state import store_failure
from inventory.live.store import store_listing, store_one
from inventory.models import Source
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.types import (
    PortRecord,
)
from tests.inventory.factories import make_simulator

pytestmark = pytest.mark.django_db

TEXTS = ["x" * 100_000, "nul\x00nul", "half \ud83d of a pair", "\U0001f680" * 5_000, "İ" * 5_000]
NUMBERS = [-1, 1 << 31, 10**30, float("inf"), float("nan"), 1.5, "many", True]
DECIMALS = [Decimal("NaN"), Decimal("Infinity"), Decimal(10) ** 30, Decimal(-1), 0.5]
MOMENTS = [
    datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
    datetime.max.replace(tzinfo=timezone(-timedelta(hours=14))),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(2025, 1, 1),  # noqa: DTZ001 - a cloud may name no zone
    "yesterday",
]
LISTS = [
    tuple((text, text) for text in TEXTS),
    tuple((f"key-{number}", "value") for number in range(2_000)),
    tuple(f"10.0.{number >> 8}.{number & 255}" for number in range(2_000)),
    tuple(TEXTS),
    (PortRecord(10**30, "tcp", -1, "x" * 5_000), PortRecord(80)),
    None,
    "no list",
]


def record_of(resource, number=1, **values):
    known = {"external_id": f"id-{number}", "name": f"name-{number}"}
    if resource.declared.states is not None:
        state = next(iter(resource.declared.states))
        known |= {"state": state, "raw_state": state.lower()}
    return resource.record(**known, **values)


def extremes(column):
    """Values of the column's type, and of another, that it cannot hold as they are."""
    if isinstance(column, models.CharField | models.TextField):
        return [*TEXTS, 17, {"a": 1}]
    if isinstance(column, models.BooleanField):
        return [1, "true", None, float("nan")]
    if isinstance(column, models.IntegerField):
        return NUMBERS
    if isinstance(column, models.DecimalField):
        return DECIMALS
    if isinstance(column, models.DateTimeField):
        return MOMENTS
    assert isinstance(column, models.JSONField), column
    return LISTS


def source_of(name):
    provider = make_simulator()
    source, _ = Source.objects.get_or_create(provider=provider, region="sim-1", resource=name)
    return Source.objects.select_related("provider").get(pk=source.pk)


@pytest.mark.parametrize("name", RESOURCES)
def test_a_listing_with_extreme_values_is_stored(name):
    resource, source = RESOURCES[name], source_of(name)
    columns = {column.name: column for column in resource.model._meta.concrete_fields}
    records = [record_of(resource, 0)]
    for field in fields(resource.record):
        if field.name in columns and field.name not in {"external_id", "state"}:
            for value in extremes(columns[field.name]):
                plain = record_of(resource, len(records))
                records.append(replace(plain, **{field.name: value}))

    started_at = clock.now()
    stored = store_listing(source.pk, records, started_at=started_at)

    assert stored.error_code == ""
    rows = {row.external_id: row for row in resource.rows.filter(source=source)}
    assert set(rows) == {record.external_id for record in records}
    assert rows["id-0"].name == "name-0"
    assert rows["id-0"].problem is None
    written = {row.pk: getattr(row, "read_started_at", None) for row in rows.values()}
    store_listing(source.pk, records, started_at=started_at + timedelta(seconds=1))
    again = resource.rows.filter(source=source)
    assert {row.pk: getattr(row, "read_started_at", None) for row in again} == written


@pytest.mark.parametrize("name", RESOURCES)
def test_a_text_is_cut_visibly_and_other_values_are_null_with_a_reason(name):
    resource = RESOURCES[name]
    record = bounded(resource.model, replace(record_of(resource), name="y" * 9_000))

    longest = resource.model._meta.get_field("name").max_length
    assert record.name == "y" * (longest - 1) + "…"
    if hasattr(record, "memory"):
        fitted = bounded(resource.model, replace(record, memory=-1))
        assert fitted.memory is None
        assert "memory" in fitted.problem


def test_tags_keep_what_fits_and_say_what_is_lost():
    resource = RESOURCES["virtual_machines"]
    tags = tuple((f"key-{number:05}", "v" * 5_000) for number in range(MOST_ITEMS + 7))

    record = bounded(resource.model, record_of(resource, tags=tags))

    assert record.tags[0] == ("key-00000", "v" * (LONGEST_ITEM - 1) + "…")
    assert len(record.tags) == MOST_ITEMS
    assert "tags omits 7 of 507" in record.problem


@pytest.mark.parametrize("name", RESOURCES)
def test_what_fits_is_the_same_object(name):
    resource = RESOURCES[name]
    record = record_of(resource)

    assert bounded(resource.model, record) is record


@pytest.mark.parametrize("bad", ["", "i" * 5_000, "nul\x00", "\ud83d", None, 17])
@pytest.mark.parametrize("name", RESOURCES)
def test_an_object_without_a_usable_id_is_counted_and_no_other_goes_missing(name, bad):
    resource, source = RESOURCES[name], source_of(name)
    began = clock.now()
    two = [record_of(resource, 1), record_of(resource, 2)]
    store_listing(source.pk, two, started_at=began)
    odd = replace(record_of(resource, 3), external_id=bad)

    for minutes in (2, 4, 6):
        later = began + timedelta(minutes=minutes)
        stored = store_listing(source.pk, [two[0], odd, odd], started_at=later)

    assert (stored.count, stored.unusable, stored.error_code) == (1, 2, "")
    assert "2 objects are not shown" in stored.unusable_reason
    rows = {row.external_id: row for row in resource.rows.filter(source=source)}
    assert set(rows) == {"id-1", "id-2"}
    if resource.outlives_listings:
        assert rows["id-2"].state == two[0].state
        assert not rows["id-2"].listed

    after = store_listing(source.pk, two, started_at=began + timedelta(minutes=8))
    assert (after.count, after.unusable, after.unusable_reason) == (2, 0, "")


@pytest.mark.parametrize("max_age", [None, 1_000])
@pytest.mark.parametrize("name", ["virtual_machines", "containers"])
def test_a_stored_object_is_complete_whatever_other_objects_are(name, max_age):
    resource, source = RESOURCES[name], source_of(name)
    good, odd = record_of(resource, 1), replace(record_of(resource, 2), external_id="")
    stored = store_listing(source.pk, [good, odd, odd], started_at=clock.now())
    assert stored.unusable == 2

    ask = SingleRead(stored, good.external_id, max_age)
    answer = finish_reads(start_reads([ask]))[ask.key]

    assert answer.row.external_id == good.external_id
    assert answer.receipt.status == "CACHED"
    assert answer.receipt.complete
    assert answer.receipt.error is None


def test_a_single_read_of_an_unusable_id_fails_with_the_reason():
    resource, source = RESOURCES["virtual_machines"], source_of("virtual_machines")
    record = replace(record_of(resource), external_id="i" * 5_000)

    with pytest.raises(ProviderError, match="longer than 400") as caught:
        store_one(source, record.external_id, record, started_at=clock.now())

    assert caught.value.code is ProviderErrorCode.PROVIDER_ERROR


@pytest.mark.parametrize("message", TEXTS)
def test_any_message_of_a_failure_is_stored(message):
    source = source_of("virtual_machines")
    error = ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)

    stored = store_failure(source.pk, error, started_at=clock.now())

    assert stored.error_code == "PROVIDER_ERROR"
    assert len(stored.error_message) <= 500
