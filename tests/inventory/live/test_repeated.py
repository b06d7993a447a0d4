"""A listing that repeats an object: the receipt counts it once, and the later record is kept."""

import dataclasses
from dataclasses import replace
from datetime import timedelta
from enum import EnumType

import pytest
from django.utils import timezone

from inventory.live.resources import RESOURCES
from inventory.live.store import store_listing
from inventory.models import Source
from tests.inventory.factories import make_simulator

pytestmark = pytest.mark.django_db

NAMED = [resource for resource in RESOURCES.values() if "name" in resource.columns]


def record_of(resource, external_id, name):
    """A record with what the type requires."""
    hints = {
        field.name: field.type
        for field in dataclasses.fields(resource.record)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }
    values = {
        key: next(iter(hint)) if isinstance(hint, EnumType) else "x" for key, hint in hints.items()
    }
    return resource.record(**(values | {"external_id": external_id, "name": name}))


def source_of(resource):
    provider = make_simulator()
    source, _new = Source.objects.get_or_create(
        provider=provider, region="sim-1", resource=resource.name
    )
    return source


@pytest.mark.parametrize("resource", NAMED, ids=lambda resource: resource.name)
@pytest.mark.parametrize("stored_before", [False, True])
def test_a_repeated_object_is_stored_and_counted_once(resource, stored_before):
    source, now = source_of(resource), timezone.now()
    first, other = record_of(resource, "a", "first"), record_of(resource, "b", "other")
    moved = replace(first, name="moved")
    if stored_before:
        store_listing(source.pk, [first, other], started_at=now - timedelta(seconds=5))

    after = store_listing(source.pk, [first, other, moved, other], started_at=now)

    rows = dict(resource.rows.filter(source=source).values_list("external_id", "name"))
    assert rows == {"a": "moved", "b": "other"}
    assert after.count == Source.objects.get(pk=source.pk).count == 2


@pytest.mark.parametrize("resource", NAMED, ids=lambda resource: resource.name)
def test_a_repeated_listing_writes_no_row_when_nothing_differs(resource, django_assert_num_queries):
    source, now = source_of(resource), timezone.now()
    records = [record_of(resource, "a", "old"), record_of(resource, "a", "new")]
    store_listing(source.pk, records, started_at=now - timedelta(seconds=5))

    # read the source, read the rows, write the receipt
    with django_assert_num_queries(3):
        store_listing(source.pk, records, started_at=now)
