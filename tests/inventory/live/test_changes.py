"""Every difference becomes a row, once."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.utils import timezone

from inventory.live.changes import changes_prune
from inventory.live.removal import delete_rows
from inventory.live.resources import RESOURCES
from inventory.live.store import store_listing, store_one, store_removal
from inventory.models import Change, Source
from inventory.resources.history import OF_PRICE, noted_price
from inventory.resources.priced import has_costs
from inventory.selectors.changes import load_rows
from inventory.services.price_books import price_book_set
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
OBSERVED = [one for one in RESOURCES.values() if one.outlives_listings]
WEB = MachineRecord("vm-1", "web", MachineState.RUNNING, "running", tags=(("a", "1"),))


@pytest.fixture
def source():
    return machine_source(make_simulator())


@pytest.fixture
def now(source):
    """The time when the first listing began: it found one machine."""
    moment = timezone.now()
    store_listing(source.pk, [WEB], started_at=moment)
    return moment


def changes():
    rows = list(Change.objects.order_by("at", "pk").select_related("source"))
    load_rows(rows)
    return [(one.row.external_id, one.field, one.before, one.after) for one in rows]


def test_a_first_listing_is_news_of_nothing(now):
    assert changes() == []


def test_an_unchanged_listing_notes_nothing(source, now):
    store_listing(source.pk, [WEB], started_at=now + SECOND)

    assert changes() == []


def test_every_field_that_differs_is_noted_with_the_time_of_the_read(source, now):
    changed = replace(WEB, state=MachineState.STOPPED, tags=(("a", "2"),), memory=1024)

    store_listing(source.pk, [changed], started_at=now + SECOND)

    assert sorted(changes()) == [
        ("vm-1", "memory", None, 1024),
        ("vm-1", "state", "RUNNING", "STOPPED"),
        ("vm-1", "tags", [["a", "1"]], [["a", "2"]]),
    ]
    assert {row.at for row in Change.objects.all()} == {now + SECOND}
    assert {row.provider_id for row in Change.objects.all()} == {source.provider_id}


def test_a_new_machine_is_noted(source, now):
    store_listing(source.pk, [WEB, replace(WEB, external_id="vm-2")], started_at=now + SECOND)

    assert changes() == [("vm-2", "state", None, "RUNNING")]


def test_going_missing_and_coming_back_are_noted(source, now):
    store_listing(source.pk, [], started_at=now + SECOND)
    assert changes() == []
    store_listing(source.pk, [], started_at=now + 61 * SECOND)
    store_listing(source.pk, [WEB], started_at=now + 70 * SECOND)

    assert changes() == [
        ("vm-1", "state", "RUNNING", "MISSING"),
        ("vm-1", "state", "MISSING", "RUNNING"),
    ]


def test_single_reads_and_terminations_are_noted(source, now):
    stopped = replace(WEB, state=MachineState.STOPPED)
    store_one(source, "vm-1", stopped, started_at=timezone.now())
    store_removal(source, "vm-1")

    assert changes() == [
        ("vm-1", "state", "RUNNING", "STOPPED"),
        ("vm-1", "state", "STOPPED", "TERMINATED"),
    ]


def test_a_read_that_lost_to_a_newer_one_notes_nothing(source, now):
    store_listing(source.pk, [WEB], started_at=now + 2 * SECOND)

    store_one(source, "vm-1", replace(WEB, state=MachineState.STOPPED), started_at=now + SECOND)

    assert changes() == []


def test_old_changes_are_forgotten(source, now):
    store_listing(source.pk, [replace(WEB, name="new")], started_at=now + SECOND)

    assert changes_prune(older_than=now) == 0
    assert changes_prune(older_than=now + 2 * SECOND) == 1
    assert changes() == []


@pytest.fixture(params=OBSERVED, ids=lambda one: one.name)
def resource(request):
    return request.param


def source_of(resource):
    provider = make_simulator()
    at = {"resource": resource.name, "region": provider.regions[0]}
    return Source.objects.get_or_create(provider=provider, **at)[0]


def record_of(resource, external_id, state):
    return resource.record(
        external_id=external_id, name=external_id, state=state, raw_state=state.lower()
    )


def test_every_resource_has_a_history(resource):
    first, second = list(resource.declared.states)[:2]
    source, now = source_of(resource), timezone.now()
    store_listing(source.pk, [record_of(resource, "a", first)], started_at=now)

    listed = [record_of(resource, "a", second), record_of(resource, "b", first)]
    store_listing(source.pk, listed, started_at=now + SECOND)

    assert sorted(changes(), key=str) == [
        ("a", "state", str(first), str(second)),
        ("b", "state", None, str(first)),
    ]


def test_the_changes_of_a_row_are_deleted_with_it_and_no_others(resource):
    """Rows of two resources may have one key."""
    other = next(one for one in OBSERVED if one is not resource)
    sources = [source_of(resource), source_of(other)]
    record = record_of(resource, "a", next(iter(resource.declared.states)))
    store_listing(sources[0].pk, [record], started_at=timezone.now())
    rows = resource.rows.filter(source=sources[0])
    for source in sources:
        at = {"source": source, "row_id": rows.get().pk, "at": timezone.now()}
        Change.objects.create(**at, provider=source.provider, field="state")

    delete_rows(sources[0].pk, rows)

    assert [one.source for one in Change.objects.all()] == [sources[1]]


PRICED = [one for one in OBSERVED if has_costs(one.declared)]


@pytest.mark.parametrize("resource", PRICED, ids=lambda one: one.name)
def test_a_new_price_is_a_change_of_whatever_costs_money(resource):
    """Not a price that is the same by another source, or of another day; and no cost."""
    source, state = source_of(resource), next(iter(resource.declared.states))
    own = {"vcpus": 1} if resource.name == "virtual_machines" else {}
    store_listing(
        source.pk, [replace(record_of(resource, "a", state), **own)], started_at=timezone.now()
    )
    noted = []

    def set_book(text):
        price_book_set(provider=source.provider, text=text)
        row = resource.rows.values(*OF_PRICE).get()
        noted.append(None if row["price_amount"] is None else noted_price(row))

    set_book("discount: 0 %")
    first = Change.objects.filter(field="price").count()
    for text in PRICES:
        set_book(text)

    found = Change.objects.filter(field="price").order_by("pk")[first:]
    steps = [step for step in pairwise(noted) if step[0] != step[1]]
    assert [(one.before, one.after) for one in found] == steps
    assert noted[1]["amount"] == 0.5
    assert [one["currency"] for one in noted[1:5]] == ["USD", "USD", "USD", "EUR"]
    assert noted[1] == noted[2] != noted[3]
    assert set(Change.objects.values_list("field", flat=True)) == {"price"}


def price_book(price, more=""):
    of_storage = ", ".join(
        f"{one}: {price} / GiB-month" for one in ("volume", "snapshot", "bucket")
    )
    return f"{more}\nprices: {{vcpu: {price} / vCPU-hour, {of_storage}}}"


PRICES = [
    price_book("0.5"),
    price_book("0.50", "as_of: 2026-01-02"),
    price_book("0.7"),
    price_book("0.7", "currency: EUR\nrate: {dollars: 2, date: 2026-01-02}"),
    "",
]


def test_a_machine_that_is_stopped_costs_less_and_has_the_same_price(source, now):
    priced = replace(WEB, price_per_hour=Decimal("0.1"))
    store_listing(source.pk, [priced], started_at=now + SECOND)
    stopped = replace(priced, state=MachineState.STOPPED)
    store_listing(source.pk, [stopped], started_at=now + 2 * SECOND)

    assert changes() == [
        ("vm-1", "price", None, {"amount": 0.1, "currency": "USD", "per": "HOUR"}),
        ("vm-1", "state", "RUNNING", "STOPPED"),
    ]
