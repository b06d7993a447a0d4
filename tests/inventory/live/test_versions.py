"""Earlier facts are kept: versions of rows, periods of sources, providers that are gone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory.live.periods import LONGEST_GAP
from inventory.live.removal import delete_rows
from inventory.live.resources import RESOURCES
from inventory.live.retention import past_prune
from inventory.live.source_state import store_failure
from inventory.live.store import store_listing, store_one, store_removal
from inventory.models import PastProvider, PastRow, PastSource, Provider, Source
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.services.providers import demo_disconnect, provider_disconnect
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator, make_user
from tests.inventory.live.test_changes import OBSERVED, record_of, source_of

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
WEB = MachineRecord("vm-1", "web", MachineState.RUNNING, "running", tags=(("a", "1"),))
DOWN = ProviderError(ProviderErrorCode.UNREACHABLE, "It is down.")


@pytest.fixture
def source():
    return machine_source(make_simulator())


@pytest.fixture
def now():
    return timezone.now() - timedelta(days=1)


def versions():
    rows = PastRow.objects.order_by("row_key", "since")
    return [(one.facts["state"], one.since, one.until) for one in rows]


def periods(source):
    found = PastSource.objects.filter(source_key=source.pk).order_by("since")
    earlier = [(one.error_code, one.since, one.until) for one in found]
    source.refresh_from_db()
    return [*earlier, (source.error_code, source.recorded_since, None)]


@pytest.fixture(params=OBSERVED, ids=lambda one: one.name)
def resource(request):
    return request.param


def test_every_resource_keeps_its_rows_as_they_were(resource, now):
    first, second = list(resource.declared.states)[:2]
    source = source_of(resource)
    store_listing(source.pk, [record_of(resource, "a", first)], started_at=now)
    assert resource.rows.get(source=source).first_seen_at == now
    store_listing(source.pk, [record_of(resource, "a", first)], started_at=now + SECOND)
    assert versions() == []

    store_listing(source.pk, [record_of(resource, "a", second)], started_at=now + 2 * SECOND)

    row = resource.rows.get(source=source)
    assert versions() == [(str(first), now, now + 2 * SECOND)]
    assert (row.first_seen_at, row.recorded_since) == (now, now + 2 * SECOND)
    kept = PastRow.objects.get()
    assert (kept.source_key, kept.provider_key, kept.row_key) == (
        source.pk,
        source.provider_id,
        row.pk,
    )
    assert kept.facts["name"] == "a"


def test_a_row_that_is_deleted_is_kept(resource, now):
    source = source_of(resource)
    state = next(iter(resource.declared.states))
    store_listing(source.pk, [record_of(resource, "a", state)], started_at=now)

    delete_rows(source.pk, resource.rows.filter(source=source))

    assert [(kept, since) for kept, since, _ in versions()] == [(str(state), now)]


def test_columns_without_changes_are_kept_too(source, now):
    """A price and what a row is marked with have no Change."""
    store_listing(source.pk, [WEB], started_at=now)
    store_listing(source.pk, [replace(WEB, raw_state="up")], started_at=now + SECOND)
    store_listing(source.pk, [], started_at=now + 2 * SECOND)

    kept = PastRow.objects.order_by("since")
    assert [(one.facts["raw_state"], one.facts["listed"]) for one in kept] == [
        ("running", True),
        ("up", True),
    ]


def test_a_single_read_that_finds_nothing_new_keeps_nothing(source, now):
    store_listing(source.pk, [WEB], started_at=now)
    for number in range(3):
        store_one(source, "vm-1", WEB, started_at=now + (number + 1) * SECOND)
    assert versions() == []
    store_one(source, "vm-1", None, started_at=now + 5 * SECOND)
    store_removal(source, "vm-1")

    assert [one[:2] for one in versions()] == [("RUNNING", now), ("RUNNING", now + 5 * SECOND)]


def test_a_source_has_one_period_until_something_changes(source, now):
    for number in range(5):
        store_listing(source.pk, [WEB], started_at=now + number * LONGEST_GAP)
    assert periods(source) == [("", now, None)]
    failed, again = now + 5 * LONGEST_GAP, now + 5 * LONGEST_GAP + 2 * SECOND
    store_failure(source.pk, DOWN, started_at=failed)
    store_failure(source.pk, DOWN, started_at=failed + SECOND)
    store_listing(source.pk, [WEB], started_at=again)
    late = again + LONGEST_GAP + SECOND
    store_listing(source.pk, [WEB], started_at=late)

    assert periods(source) == [
        ("", now, failed),
        ("UNREACHABLE", failed, again),
        ("", again, late),
        ("", late, None),
    ]


def test_a_listing_that_prolongs_a_period_takes_no_statement_more(source, now):
    store_listing(source.pk, [WEB], started_at=now)
    known = Source.objects.select_related("provider").get(pk=source.pk)
    with CaptureQueriesContext(connection) as context:
        store_listing(source.pk, [WEB], started_at=now + SECOND, known=known)

    assert [one["sql"].split()[0] for one in context] == ["SELECT", "UPDATE"]


def test_a_disconnected_provider_is_kept_without_its_credentials(now):
    owner = make_user()
    provider = make_simulator(owner)
    source = machine_source(provider)
    store_listing(source.pk, [WEB], started_at=now)
    key = provider.pk

    provider_disconnect(provider=provider)

    kept = PastProvider.objects.get()
    assert (kept.provider_key, kept.owner, kept.name) == (key, owner, provider.name)
    assert kept.as_provider().public_id == provider.public_id
    asked = PastSource.objects.exclude(fetched_at=None)
    assert [one.source_key for one in asked] == [source.pk]
    assert [one[:2] for one in versions()] == [("RUNNING", now)]
    assert not Provider.objects.exists()


def test_a_users_providers_are_kept_for_superusers(now):
    owner = make_user()
    source = machine_source(make_simulator(owner))
    store_listing(source.pk, [WEB], started_at=now)

    owner.delete()

    assert PastProvider.objects.get().owner is None
    assert len(versions()) == 1


def test_nothing_is_kept_of_the_demo(now):
    provider = make_simulator()
    Provider.objects.filter(pk=provider.pk).update(demo=True)
    store_listing(machine_source(provider).pk, [WEB], started_at=now)

    demo_disconnect()

    assert not PastProvider.objects.exists()
    assert not PastSource.objects.exists()


def test_what_is_old_is_forgotten(source, now):
    store_listing(source.pk, [WEB], started_at=now)
    store_listing(source.pk, [replace(WEB, name="new")], started_at=now + SECOND)
    store_failure(source.pk, DOWN, started_at=now + 2 * SECOND)
    provider_disconnect(provider=source.provider)
    gone = timezone.now()

    assert past_prune(older_than=now) == 0
    assert past_prune(older_than=now + 2 * SECOND) == 1
    left = PastRow.objects.count() + PastSource.objects.count()
    assert past_prune(older_than=gone) == left > 2
    assert not PastRow.objects.exists()
    assert not PastSource.objects.exists()
    assert not PastProvider.objects.exists()


def test_each_observed_resource_is_recorded():
    assert {one.name for one in OBSERVED} == {
        name for name, one in RESOURCES.items() if one.observation is not None
    }
