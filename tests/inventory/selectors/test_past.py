"""An answer ``at`` a moment is the answer that was given then, whatever happened since.

A random history is recorded at several providers, and each moment's answers are noted beside it.
``PAST_WORLDS=50 make test TESTS=…`` tries more histories than `make test` does.
"""

import os
import random
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory.live.api import all_complete, receipt_of
from inventory.live.removal import delete_rows
from inventory.live.resources import RESOURCES
from inventory.live.source_state import store_failure
from inventory.live.store import store_listing, store_one, store_removal
from inventory.live.versions import OF_EVERY_READ
from inventory.models import Source
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.resources.base import How
from inventory.resources.groups import group_fields, tag_filter
from inventory.resources.history import noted
from inventory.selectors.aggregates import Key, groups_of, order_of, totals_of
from inventory.selectors.changes import name_in_schema
from inventory.selectors.differences import Differences, Kind
from inventory.selectors.past_sources import past_of
from inventory.selectors.rows import order_name, rows_answered, with_order
from inventory.selectors.sources import EVERY_SOURCE, source_list
from inventory.services.providers import provider_disconnect
from tests.inventory.factories import make_simulator, make_user
from tests.inventory.live.test_changes import OBSERVED

pytestmark = pytest.mark.django_db(transaction=True)

START = datetime(2026, 5, 31, 23, 50, tzinfo=UTC)
EVENTS = 24
TURNS = 3  # an answer has each third filter, order and group; the next answer has the next ones
NAMES = ("web", "Web", "db", "Größe", "a'b\"c", "")
TEXTS = ("small", "large", "x'y")
PAIRS = (("team", "red"), ("team", "blue"), ("team", ""), ("env", "a'b"))
ADDRESSES = ("10.0.0.1", "2001:db8::1", "203.0.113.9")
DOWN = (ProviderErrorCode.UNREACHABLE, ProviderErrorCode.TIMEOUT)


@pytest.fixture
def simulator_directory(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"


class World:
    """Sources of one resource, what their clouds have, and what was answered at each moment."""

    def __init__(self, resource, seed, monkeypatch):
        self.resource = resource
        self.chance = random.Random(seed)  # noqa: S311 - not for secrets
        self.user = make_user()
        self.now = START
        monkeypatch.setattr(timezone, "now", lambda: self.now)
        self.sources = [self._source() for _ in range(3)]
        self.clouds = {source.pk: {} for source in self.sources}
        self.answers = []
        self.turns = {}

    def _source(self):
        provider = make_simulator(self.user)
        provider.sources.exclude(resource=self.resource.name).delete()
        at = {"resource": self.resource.name, "region": provider.regions[0]}
        source, _ = Source.objects.get_or_create(provider=provider, **at)
        provider.sources.exclude(pk=source.pk).delete()
        return source

    def run(self):
        events = [self.lists, self.lists, self.fails, self.reads_one, self.removes, self.deletes]
        for _ in range(EVENTS // 2):
            self.happens(self.chance.choice(events), self.chance.choice(self.sources))
        for source in self.sources:
            self.happens(self.lists, source)
        for _ in range(EVENTS // 2):
            self.happens(self.chance.choice(events), self.chance.choice(self.sources))

    def happens(self, event, source):
        self.now += timedelta(seconds=self.chance.choice((30, 90, 3000, 9000)))
        event(source)
        self.now += timedelta(seconds=1)
        self.turns[self.now] = len(self.answers) % TURNS
        self.answers.append((self.now, self.answer_now()))
        self.now += timedelta(seconds=1)

    def lists(self, source):
        self.changes(self.clouds[source.pk])
        store_listing(source.pk, list(self.clouds[source.pk].values()), started_at=self.now)

    def changes(self, cloud):
        for name in list(cloud):
            happens = self.chance.random()
            if happens < 0.2:
                del cloud[name]
            elif happens < 0.5:
                cloud[name] = self.record(name)
        for name in self.chance.sample(["a", "b", "c", "d", "e"], 2):
            cloud.setdefault(name, self.record(name))

    def fails(self, source):
        error = ProviderError(self.chance.choice(DOWN), "It is down.", retryable=True)
        store_failure(source.pk, error, started_at=self.now)

    def reads_one(self, source):
        cloud = self.clouds[source.pk]
        name = self.chance.choice(["a", "b", "c"])
        if self.chance.random() < 0.5:
            cloud[name] = self.record(name)
        source.refresh_from_db()
        store_one(source, name, cloud.get(name), started_at=self.now)

    def removes(self, source):
        name = self.chance.choice(["a", "b", "c"])
        self.clouds[source.pk].pop(name, None)
        if self.resource.observed.removed:
            source.refresh_from_db()
            store_removal(source, name)

    def deletes(self, source):
        rows = self.resource.rows.filter(source=source, external_id=self.chance.choice("abc"))
        delete_rows(source.pk, rows)

    def record(self, name):
        record = self.resource.record(
            external_id=name,
            name=self.chance.choice(NAMES),
            state=self.chance.choice(list(self.resource.declared.states)),
            raw_state="up",
        )
        own = {one.name for one in fields(record)} - {"external_id", "name", "state", "problem"}
        known = {
            column: value
            for column in sorted(own & self.resource.declared.columns.keys())
            if (value := self.value(column)) is not None
        }
        return replace(record, **known)

    def value(self, column):
        """None: as it is."""
        if column in {"tags", "labels"}:
            return tuple(sorted(self.chance.sample(PAIRS, self.chance.randint(0, 3))))
        if column.endswith("ips"):
            return tuple(self.chance.sample(ADDRESSES, self.chance.randint(0, 2)))
        values = self.values(self.resource.declared.columns[column])
        return self.chance.choice((None, *values))

    @staticmethod
    def values(field):
        of_kinds = (
            (models.DateTimeField, (START - timedelta(days=40), START + timedelta(microseconds=5))),
            (models.DateField, (START.date(),)),
            (models.DecimalField, (Decimal("0.012"), Decimal("7.000001"))),
            (models.BooleanField, (True, False)),
            (models.IntegerField, (0, 512, 2_000_000_000)),
            (models.CharField, TEXTS),
            (models.TextField, TEXTS),
        )
        found = (values for kind, values in of_kinds if field.null and isinstance(field, kind))
        return next(found, ())

    def answer_now(self):
        listed = source_list(user=self.user, resource=self.resource.name)
        receipts = [receipt_of(one, asked=False) for one in listed]
        return self.answer(receipts, None, self.turn(self.now))

    def answer_at(self, moment, *, user=None):
        past = past_of(
            self.resource.declared, user=user or self.user, limits=EVERY_SOURCE, moment=moment
        )
        return self.answer(past.receipts, moment, self.turn(moment))

    def turn(self, moment):
        return self.turns.get(moment, 0)

    def answer(self, receipts, moment, turn):
        def rows(**limits):
            return rows_answered(self.resource.declared, receipts, limits=limits, at=moment)

        def some(of):
            return islice(of, turn, None, TURNS)

        return {
            "receipts": sorted(
                (one.source.pk, one.status, one.complete, one.error and one.error.code)
                for one in receipts
                if one.source.fetched_at or one.source.failed
            ),
            "complete": all_complete(receipts),
            "rows": self.shown(rows().order_by("source_id", "external_id")),
            "counted": rows().count(),
            "filtered": {
                f"{limits}": self.shown(rows(**limits).order_by("source_id", "external_id"))
                for limits in some(self.limits())
            },
            "ordered": {
                name: self.ordered(rows(), name) for name in some(self.resource.declared.orders)
            },
            "totals": totals_of(self.resource.declared, rows()),
            "groups": {f"{keys}": self.grouped(rows(), keys) for keys in some(self.keys())},
        }

    def differences(self, since, until):
        past = [self.past(moment) for moment in (since, until)]
        found = Differences(self.resource.declared, *past, limits={})
        page = found.page(after=None, most=1000)
        pages, place = [], None
        while more := found.page(after=place, most=2):
            pages, place = [*pages, *more], more[-1].place
        assert [one.place for one in pages] == [one.place for one in page]
        counts = {kind: sum(one.kind is kind for one in page) for kind in Kind}
        assert found.counts() == counts
        return {
            (str(one.kind), one.place[1], tuple(each.field for each in one.fields)) for one in page
        }

    def by_hand(self, before, after):
        gone = {"MISSING", self.resource.observed.removed}
        old, new = (
            {row["id"]: row for row in one["rows"] if row["state"] not in gone}
            for one in (before, after)
        )
        found = {("ADDED", key, ()) for key in new.keys() - old.keys()}
        found |= {("REMOVED", key, ()) for key in old.keys() - new.keys()}
        fields_of = noted(self.resource.declared)
        for key in old.keys() & new.keys():
            fields = [
                name_in_schema(self.resource.declared, one.name)
                for one in fields_of
                if one.value(old[key]) != one.value(new[key])
            ]
            found |= {("CHANGED", key, tuple(fields))} if fields else set()
        return found

    def past(self, moment):
        return past_of(self.resource.declared, user=self.user, limits=EVERY_SOURCE, moment=moment)

    def limits(self):
        """Each filter of the rows alone, and one that negates it."""
        values = {
            How.STATES: [next(iter(self.resource.declared.states))],
            How.CONTAINS: "WE",
            How.WORDS: "web",
            How.PAIRS: [("team", "red")],
            How.KEYS: [("env", None)],
            How.ADDRESSES: ["2001:DB8:0::1"],
            How.ENTRIES: ["small"],
            How.ANY: ["small"],
            How.IS: True,
            How.WITHOUT: True,
            How.STALE: True,
            How.AT_LEAST: Decimal("0.5"),
            How.AT_MOST: Decimal("0.5"),
            How.SINCE: START,
            How.BEFORE: START,
        }
        for name, one in self.resource.declared.filters.items():
            if one.how in values:
                yield {name: values[one.how]}
                yield {"not": {name: values[one.how]}}

    def keys(self):
        each = [Key(name) for name in group_fields(self.resource.declared)]
        if tag_filter(self.resource.declared):
            each += [Key(tag="team"), Key(tag="env")]
        return [*([one] for one in each), each[:1] + each[-2:]]

    def grouped(self, rows, keys):
        # The order uses the keys alone: the database has no name of a provider that is gone.
        order = order_of(self.resource.declared, keys, "n", descending=False)
        page = groups_of(self.resource.declared, rows, keys, order=order, after=None, most=1000)
        groups = [(tuple(map(str, one.values)), one.measures) for one in page.groups]
        return sorted(groups, key=lambda one: one[0]), page.count, page.totals

    def ordered(self, rows, name):
        order = order_name(self.resource.declared, name)
        found = with_order(self.resource.declared, rows, order).order_by(order, "pk")
        return [(row.source_id, row.external_id) for row in found]

    def shown(self, rows):
        columns = self.resource.declared.columns.keys() - OF_EVERY_READ
        return [
            {
                column: getattr(row, self.resource.declared.columns[column].attname)
                for column in columns
            }
            for row in rows
        ]


@pytest.fixture(params=OBSERVED, ids=lambda one: one.name)
def resource(request):
    return request.param


@pytest.mark.usefixtures("simulator_directory")
@pytest.mark.parametrize("seed", range(int(os.environ.get("PAST_WORLDS", "1"))))
def test_the_past_is_what_was_answered_then(resource, seed, monkeypatch):
    world = World(resource, seed, monkeypatch)
    world.run()
    seen = [answer for _, answer in world.answers]
    assert any(answer["complete"] for answer in seen)
    assert not all(answer["complete"] for answer in seen)
    assert len({str(answer["rows"]) for answer in seen}) > EVENTS / 4

    for moment, answer in world.answers:
        assert comparable(world.answer_at(moment), answer) == answer

    for (since, before), (until, after) in pairs(world):
        assert world.differences(since, until) == world.by_hand(before, after), (since, until)
    for source in world.sources[:2]:
        provider_disconnect(provider=source.provider)
    for moment, answer in world.answers[:: EVENTS // 6]:
        assert comparable(world.answer_at(moment), answer) == answer
    nobody = world.answer_at(world.answers[-1][0], user=make_user())
    assert nobody["rows"] == []
    root = make_user(is_superuser=True)
    moment, answer = world.answers[-1]
    assert comparable(world.answer_at(moment, user=root), answer) == answer

    for (since, before), (until, after) in pairs(world):
        assert world.differences(since, until) == world.by_hand(before, after), (since, until)
    assert seen_kinds(world) == {"ADDED", "REMOVED", "CHANGED"}


@pytest.mark.usefixtures("simulator_directory")
def test_every_column_is_kept_as_it_was(resource, monkeypatch):
    """This includes columns that no record fills, such as prices."""
    world = World(resource, 0, monkeypatch)
    source = world.sources[0]
    world.lists(source)
    values = {
        name: world.values(column)[0]
        for name, column in resource.declared.columns.items()
        if world.values(column) and not column.is_relation and name not in OF_EVERY_READ
    }
    rows = resource.rows.filter(source=source)
    rows.update(**values)
    world.now += timedelta(seconds=1)
    moment, before = world.now, world.answer_now()
    world.now += timedelta(seconds=1)

    delete_rows(source.pk, rows)

    past = world.answer_at(moment)
    assert past["rows"] == before["rows"] != []
    assert past["totals"] == before["totals"]


def pairs(world):
    return [sorted(world.chance.sample(world.answers, 2), key=lambda one: one[0]) for _ in range(9)]


def seen_kinds(world):
    """Between neighbours."""
    neighbours = zip(world.answers, world.answers[1:], strict=False)
    return {
        kind
        for (_, before), (_, after) in neighbours
        for kind, *_rest in world.by_hand(before, after)
    }


def comparable(past, then):
    """A source that was not asked yet had no receipt error of its own then: now it is known that
    its record began later.
    """
    early = [one for one in past["receipts"] if one[3] == "BEFORE_HISTORY"]
    if early:
        assert past["complete"] is False
        assert {one[0] for one in early}.isdisjoint(one[0] for one in then["receipts"])
        past["receipts"] = [one for one in past["receipts"] if one not in early]
    return past


@pytest.mark.usefixtures("simulator_directory")
def test_the_past_takes_as_many_statements_whatever_there_is(monkeypatch):
    def statements(providers):
        world = World(RESOURCES["virtual_machines"], 1, monkeypatch)
        world.sources += [world._source() for _ in range(providers)]
        world.clouds |= {source.pk: {} for source in world.sources}
        world.run()
        provider_disconnect(provider=world.sources[0].provider)
        with CaptureQueriesContext(connection) as context:
            past = past_of(
                world.resource.declared,
                user=world.user,
                limits=EVERY_SOURCE,
                moment=world.answers[-1][0],
            )
            list(rows_answered(world.resource.declared, past.receipts, limits={}, at=past.moment))
        assert len(past.receipts) >= providers + 2
        return len(context)

    assert statements(0) == statements(8) == 5
