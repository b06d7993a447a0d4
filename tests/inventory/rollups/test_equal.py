"""A roll-up always equals a count of the rows: after any write, and after one that fails.

``ROLLUP_EXAMPLES=1000 make test TESTS=…`` tries more than `make test` does.
"""

import os
from collections import defaultdict
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from itertools import combinations

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.live import store
from inventory.live.removal import delete_rows
from inventory.live.store import store_listing, store_one, store_removal
from inventory.models import MachineRollup, Provider, Source, VirtualMachine
from inventory.resources import resource_named
from inventory.rollups.upkeep import sources_differing
from inventory.selectors.aggregates import Key, groups_of, order_of, totals_of
from inventory.selectors.rollups import Answered
from inventory.services.providers import provider_disconnect
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator

pytestmark = pytest.mark.django_db

MACHINES = resource_named("virtual_machines")
KEYS = ("provider", "kind", "region", "state", "size", "image")
LONG = "ü" * 300  # as long as the column, and longer than an index of PostgreSQL takes four times
SOURCES = 3


class Crash(Exception):
    """Ends a transaction."""


def a_record(number, drawn):
    state, size, image, memory, vcpus, price = drawn
    return MachineRecord(
        external_id=f"i-{number}",
        name=f"web-{number}",
        state=state,
        raw_state="up",
        size_id=size,
        size_name=size and f"{size[:100]} name",
        image_id=image,
        image_name=image,
        memory=memory,
        vcpus=vcpus,
        price_per_hour=price,
    )


drawn_machines = st.tuples(
    st.sampled_from((MachineState.RUNNING, MachineState.STOPPED, MachineState.TERMINATED)),
    st.sampled_from((None, "", "small", "a'b\"c%s\\", LONG)),
    st.sampled_from((None, "debian", LONG)),
    st.sampled_from((None, 0, 512, 2_000_000_000)),
    st.sampled_from((None, 1, 4)),
    st.sampled_from((None, Decimal(0), Decimal("0.1"), Decimal("99999999.999999"))),
)
listings = st.dictionaries(st.integers(0, 7), drawn_machines, max_size=8)
places = st.integers(0, SOURCES - 1)
steps = st.one_of(
    st.tuples(st.just("list"), places, listings),
    st.tuples(st.just("crash"), places, listings, st.integers(0, 3)),
    st.tuples(st.just("read"), places, st.integers(0, 7), st.none() | drawn_machines),
    st.tuples(st.just("remove"), places, st.integers(0, 7)),
    st.tuples(st.just("update"), places, st.sampled_from((None, "large"))),
    st.tuples(st.just("delete"), places),
    st.tuples(st.just("disconnect"), places),
)


class World:
    """Sources of one user, and a clock: each step is later than GONE_AFTER."""

    def __init__(self, monkeypatch):
        first = make_simulator()
        providers = [first, *(make_simulator(first.owner) for _ in range(SOURCES - 1))]
        self.sources = [machine_source(one) for one in providers]
        self.now = timezone.now() - timedelta(days=1)
        self.crashes_in = None
        whole = store.note_absences

        def note_absences(*arguments):
            whole(*arguments)
            if self.crashes_in is not None:
                self.crashes_in -= 1
                if self.crashes_in < 0:
                    raise Crash

        monkeypatch.setattr(store, "note_absences", note_absences)
        monkeypatch.setattr(store, "MOST_ROWS", 2)  # a listing takes several transactions

    def take(self, name, place, *arguments):
        self.now += timedelta(minutes=2)
        source = Source.objects.select_related("provider").filter(pk=self.sources[place].pk).first()
        if source is not None:
            getattr(self, name)(source, *arguments)

    def list(self, source, machines):
        records = [a_record(*one) for one in machines.items()]
        store_listing(source.pk, records, started_at=self.now)

    def crash(self, source, machines, part):
        self.crashes_in = part
        with suppress(Crash):
            self.list(source, machines)
        self.crashes_in = None

    def read(self, source, number, drawn):
        record = drawn and a_record(number, drawn)
        store_one(source, f"i-{number}", record, started_at=self.now, provisioned=bool(drawn))

    def remove(self, source, number):
        store_removal(source, f"i-{number}")

    def update(self, source, size):
        rows = VirtualMachine.objects.filter(source=source, memory=512)
        rows.update(size_id=size, memory=None, cost_running=123_456_789)

    def delete(self, source):
        delete_rows(source.pk, VirtualMachine.objects.filter(source=source, state="RUNNING"))

    def disconnect(self, source):
        provider_disconnect(provider=Provider.objects.get(pk=source.provider_id))


def counted(rows, keys):
    """Count in Python, without the database: values of the keys → the numbers."""
    groups = defaultdict(list)
    for row in rows:
        values = {
            "provider": str(row.provider_id),
            "kind": row.provider.kind_slug,
            "region": row.region,
            "state": row.state,
            "size": row.size_id,
            "image": row.image_id,
        }
        groups[tuple(values[key] for key in keys)].append(row)
    return {values: numbers(found) for values, found in groups.items()}


def numbers(rows):
    def total(name):
        known = [getattr(row, name) for row in rows if getattr(row, name) is not None]
        return sum(known) if known or not rows else None

    priced = [row for row in rows if row.monthly_cost is not None]
    return len(rows), total("memory"), total("vcpus"), total("monthly_cost"), len(priced)


def shown(measures):
    sums = measures.sums
    return (measures.count, sums["memory"], sums["vcpus"], measures.cost, measures.priced)


def answered(sources, limits):
    class Receipt:
        status = None

        def __init__(self, source):
            self.source = source

    return Answered(resource=MACHINES, receipts=[*map(Receipt, sources)], limits=limits)


def check(sources, keys, limits):
    lines = answered(sources, limits).counted_by([Key(name) for name in keys])
    assert lines.model is MachineRollup
    found = VirtualMachine.objects.filter(source__in=sources).select_related("provider")
    rows = [row for row in found if is_within(row, limits)]
    order = order_of(MACHINES, [Key(name) for name in keys], "k0", descending=False)
    page = groups_of(
        MACHINES, lines, [Key(name) for name in keys], order=order, after=None, most=99
    )
    groups = {tuple(one.values): shown(one.measures) for one in page.groups}
    assert groups == counted(rows, keys)
    assert page.count == len(groups)
    assert shown(page.totals) == shown(totals_of(MACHINES, lines)) == numbers(rows)
    assert answered(sources, limits).count == len(rows)


def is_within(row, limits):
    return all(
        not is_within(row, limit)
        if name == "not"
        else {"state": row.state, "size": row.size_id}[name] in limit
        for name, limit in limits.items()
    )


@settings(
    max_examples=int(os.environ.get("ROLLUP_EXAMPLES", "30")),
    deadline=None,
    derandomize="ROLLUP_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data(), taken=st.lists(steps, min_size=1, max_size=8))
def test_a_roll_up_is_what_one_counts(monkeypatch, data, taken):
    with transaction.atomic(), monkeypatch.context() as patch:
        world = World(patch)
        for step in taken:
            world.take(*step)
            assert sources_differing(MACHINES) == []
        there = [*Source.objects.filter(pk__in=[one.pk for one in world.sources])]
        asked = there[: data.draw(st.integers(0, SOURCES))]
        keys = data.draw(
            st.sampled_from([*combinations(KEYS, 1), *combinations(KEYS, 2), KEYS[3:]])
        )
        state = {"state": ["RUNNING", "MISSING"]}
        limits = data.draw(st.sampled_from([{}, state, {"size": ["small", ""]}, {"not": state}]))
        check(asked, keys, limits)
        transaction.set_rollback(True)
