"""Aggregates equal a count of the rows of the list with the same filter.

``AGGREGATE_WORLDS=50 make test TESTS=…`` tries more random machines than `make test` does.
"""

import os
import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from itertools import cycle, product
from pkgutil import iter_modules

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory import migrations
from inventory.live.source_state import mark_dirty
from inventory.live.store import store_listing
from inventory.models import MachineTag, Source, VirtualMachine
from inventory.models.terms import LONGEST_TERM
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator

FIELDS = """count vcpus memory hourlyCost monthlyCost priced unpriced"""
AGGREGATE = f"""query ($filter: VirtualMachineFilter, $by: [VirtualMachineGroupBy!],
        $first: Int = 1000, $after: String, $order: VirtualMachineGroupOrder) {{
    virtualMachinesAggregate(maxAge: 3600, filter: $filter, groupBy: $by, first: $first,
            after: $after, orderBy: $order) {{
        complete sources {{ status }} totals {{ {FIELDS} }} groupCount
        groups {{ keys {{ name value label }} measures {{ {FIELDS} }} }}
        pageInfo {{ hasNextPage hasPreviousPage endCursor }} }} }}"""
LIST = """query ($filter: VirtualMachineFilter) {
    virtualMachines(first: 1000, maxAge: 3600, filter: $filter) { totalCount nodes {
        provider { id name kind { slug } } region state vcpus memory monthlyCost createdAt
        size { externalId name } image { externalId name } location { externalId name }
        tags { key value } } } }"""
LONG = "x" * LONGEST_TERM
TEAMS = ("red", "Red", "", "blue", "grün", "a'b\"c", LONG, LONG + "1", LONG + "2", "%s", "\\")
KEYS = ("team", "env", "o\"w'ner", "Größe", "%s", LONG + "key")


def a_machine(chance, number):
    def maybe(*values):
        return chance.choice((*values, None))

    pairs = [(chance.choice(KEYS), chance.choice(TEAMS)) for _ in range(chance.randint(0, 4))]
    pairs += pairs[:1] * chance.randint(0, 1)
    size = maybe("small", "large")
    return MachineRecord(
        external_id=f"i-{number}",
        name=f"web-{number}",
        state=chance.choice([MachineState.RUNNING, MachineState.STOPPED, MachineState.TERMINATED]),
        raw_state="up",
        size_id=size,
        size_name=size and maybe(f"The {size} one"),
        image_id=maybe("debian", "ubuntu"),
        location_id=maybe("a", "b"),
        memory=maybe(512, 1 << 30, 2_000_000_000),
        vcpus=maybe(1, 4),
        price_per_hour=maybe(
            Decimal("0.1"), Decimal("0.2"), Decimal("99999999.999999"), Decimal(0)
        ),
        tags=tuple(sorted(pairs)),
        created_at=maybe(
            datetime(2026, 1, 31, 23, 59, 59, 999_999, tzinfo=UTC),
            datetime(2026, 2, 1, tzinfo=UTC) + timedelta(days=chance.randint(0, 300)),
        ),
    )


@pytest.fixture(autouse=True)
def _no_budget(settings):
    settings.GRAPHQL_BUDGET = {"per_second": 0, "burst": 1}  # a test asks hundreds of times


@pytest.fixture(params=range(int(os.environ.get("AGGREGATE_WORLDS", "1"))))
def world(request, user):
    """Machines at three simulators of the user, of which one has been listed without some."""
    chance = random.Random(request.param)  # noqa: S311 - not for secrets
    for name in ("b", "a", "a'"):
        source = machine_source(make_simulator(user, name=name, machines=0))
        records = [a_machine(chance, number) for number in range(chance.randint(0, 40))]
        start = timezone.now() - timedelta(hours=1)
        for minutes, lost in ((0, 0), (5, 2), (10, 2)):
            started = start + timedelta(minutes=minutes)
            store_listing(source.pk, records[lost:], started_at=started)
    return chance


def by_hand(nodes, by):
    """The groups, by the values of their keys."""
    groups = defaultdict(list)
    for node in nodes:
        for values in product(*(values_of(node, one) for one in by)):
            groups[values].append(node)
    return {values: measured(found) for values, found in groups.items()}


def values_of(node, one):
    if "tag" in one:
        return {tag["value"] for tag in node["tags"] if tag["key"] == one["tag"]} or {None}
    field = one["field"]
    if field == "PROVIDER":
        return {node["provider"]["id"]}
    if field == "KIND":
        return {node["provider"]["kind"]["slug"]}
    if field == "CREATED_MONTH":
        return {node["createdAt"] and node["createdAt"][:7]}
    value = node[field.lower()]
    return {value["externalId"] if isinstance(value, dict) else value}


def measured(nodes):
    def total(name):
        known = [node[name] for node in nodes if node[name] is not None]
        return sum(known) if known or not nodes else None

    prices = [node["monthlyCost"] for node in nodes if node["monthlyCost"] is not None]
    cost = sum((Decimal(str(price)) for price in prices), Decimal(0))
    known = bool(prices) or not nodes
    return {
        "count": len(nodes),
        "vcpus": total("vcpus"),
        "memory": total("memory"),
        "hourlyCost": float(round(cost / 730, 6)) if known else None,
        "monthlyCost": float(cost) if known else None,
        "priced": len(prices),
        "unpriced": len(nodes) - len(prices),
    }


BY_FIELD = ["PROVIDER", "KIND", "REGION", "STATE", "SIZE", "IMAGE", "LOCATION", "CREATED_MONTH"]
FILTERS = [
    {},
    {"state": ["RUNNING", "MISSING"]},
    {"tags": [{"key": "team"}]},
    {"tags": [{"key": "team", "value": LONG + "1"}]},
    {"search": "web-1", "createdAfter": "2026-02-01T00:00:00Z"},
    {"size": ["small"]},
    {"name": "nothing has it"},
]


def some_keys(chance):
    every = [{"field": name} for name in BY_FIELD] + [{"tag": key} for key in (*KEYS, "absent")]
    return chance.sample(every, chance.randint(0, 3))


def test_aggregates_are_what_one_counts_by_hand(ask, world):
    for _ in range(40):
        by, limits = some_keys(world), world.choice(FILTERS)
        nodes = ask(LIST, filter=limits).data["virtualMachines"]["nodes"]
        found = ask(AGGREGATE, filter=limits, by=by).data["virtualMachinesAggregate"]

        assert found["totals"] == measured(nodes), (by, limits)
        expected = by_hand(nodes, by) if by else {}
        groups = {
            tuple(key["value"] for key in group["keys"]): group["measures"]
            for group in found["groups"]
        }
        assert groups == expected, (by, limits)
        assert found["groupCount"] == len(found["groups"]) == len(expected)
        assert found["complete"] is True


def test_pages_have_every_group_once_in_the_order(ask, world):
    fields = [*(one.upper() for one in ("count", "vcpus", "memory", "priced", "unpriced"))]
    fields += ["HOURLY_COST", "MONTHLY_COST", "FIRST_KEY", "SECOND_KEY"]
    for field, direction in zip(fields, cycle(["ASC", "DESC"]), strict=False):
        by = [{"tag": "team"}, {"field": world.choice(BY_FIELD)}]
        order = {"field": field, "direction": direction}
        whole = ask(AGGREGATE, by=by, order=order).data["virtualMachinesAggregate"]
        pages, after = [], None
        while True:
            page = ask(AGGREGATE, by=by, order=order, first=3, after=after)
            page = page.data["virtualMachinesAggregate"]
            assert page["groupCount"] == whole["groupCount"]
            assert page["totals"] == whole["totals"]
            assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
            pages += page["groups"]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
            assert len(page["groups"]) == 3
        assert pages == whole["groups"], order
        if not field.endswith("KEY"):
            name = {"HOURLY_COST": "hourlyCost", "MONTHLY_COST": "monthlyCost"}.get(field)
            values = [one["measures"][name or field.lower()] for one in pages]
            known = [value for value in values if value is not None]
            assert known == sorted(known, reverse=direction == "DESC")
            assert values == known + [None] * (len(values) - len(known))


def test_a_page_of_no_groups_counts_them(ask, world):
    found = ask(AGGREGATE, by=[{"field": "STATE"}], first=0).data["virtualMachinesAggregate"]

    assert found["groups"] == []
    assert found["groupCount"] > 1
    assert found["pageInfo"]["hasNextPage"] is True
    assert found["totals"]["count"] > 1


def test_keys_are_told_apart(ask, user):
    """No tag, an empty value, another case, what differs behind the cut; a repeated pair is one."""
    values = {"a": None, "b": "", "c": "Red", "d": "red", "e": LONG + "1", "f": LONG + "2"}
    records = [
        MachineRecord(
            external_id=name,
            name=name,
            state=MachineState.RUNNING,
            raw_state="up",
            tags=() if value is None else (("team", value), ("team", value)),
        )
        for name, value in values.items()
    ]
    source = machine_source(make_simulator(user, machines=0))
    store_listing(source.pk, records, started_at=timezone.now())

    found = ask(AGGREGATE, by=[{"tag": "team"}]).data["virtualMachinesAggregate"]

    shown = {group["keys"][0]["value"]: group["measures"]["count"] for group in found["groups"]}
    assert shown == dict.fromkeys(values.values(), 1)
    assert {group["keys"][0]["name"] for group in found["groups"]} == {"team"}


def test_a_repeated_tag_counts_once(ask, user):
    """This includes a tag that an earlier release has stored twice, after the migration."""
    source = machine_source(make_simulator(user, machines=0))
    tags = (("env", "prod"), ("env", "prod"), ("env", "test"))
    record = MachineRecord("a", "a", MachineState.RUNNING, "up", tags=tags)
    store_listing(source.pk, [record], started_at=timezone.now())
    counts = [("prod", 1), ("test", 1)]

    def counted():
        found = ask(AGGREGATE, by=[{"tag": "env"}]).data["virtualMachinesAggregate"]
        assert found["totals"]["count"] == 1
        return [(one["keys"][0]["value"], one["measures"]["count"]) for one in found["groups"]]

    assert counted() == counts
    MachineTag.objects.create(machine_id=VirtualMachine.objects.get().pk, key="env", value="prod")
    [name] = [one.name for one in iter_modules(migrations.__path__) if "terms_once" in one.name]
    import_module(f"{migrations.__name__}.{name}").keep_the_first(apps, None)
    assert counted() == counts
    assert MachineTag.objects.count() == 2


def test_what_keys_are_called(ask, world):
    by = [{"field": "PROVIDER"}, {"field": "KIND"}, {"field": "SIZE"}]
    found = ask(AGGREGATE, by=by).data["virtualMachinesAggregate"]
    nodes = ask(LIST, filter={}).data["virtualMachines"]["nodes"]

    names = {node["provider"]["id"]: node["provider"]["name"] for node in nodes}
    for group in found["groups"]:
        provider, kind, size = group["keys"]
        assert provider["label"] == names[provider["value"]]
        assert (kind["value"], kind["label"]) == ("simulator", "Simulator")
        assert size["label"] in {size["value"], f"The {size['value']} one"}
    labels = [group["keys"][0]["label"] for group in found["groups"]]
    assert labels == sorted(labels), "providers are ordered by name"
    assert [key["name"] for key in found["groups"][0]["keys"]] == ["PROVIDER", "KIND", "SIZE"]


def test_a_size_is_called_as_its_catalogue_has_it(ask, user):
    provider = make_simulator(user, machines=3)
    sizes = ask("{ providers { sizes(maxAge: 0) { externalId name } } }").data["providers"][0]
    names = {one["externalId"]: one["name"] for one in sizes["sizes"]}
    ask("{ virtualMachines(maxAge: 0) { totalCount } }")
    provider.refresh_from_db()

    found = ask(AGGREGATE, by=[{"field": "SIZE"}]).data["virtualMachinesAggregate"]

    for group in found["groups"]:
        (key,) = group["keys"]
        assert key["label"] == names[key["value"]]


BAD = {
    "both": ({"by": [{"field": "STATE", "tag": "team"}]}, "groupBy"),
    "neither": ({"by": [{}]}, "groupBy"),
    "null": ({"by": [{"tag": None}]}, "groupBy"),
    "four keys": ({"by": [{"field": "STATE"}] * 4}, "groupBy"),
    "a thousand keys": ({"by": [{"tag": str(number)} for number in range(1000)]}, "groupBy"),
    "a long key": ({"by": [{"tag": "x" * 1000}]}, "groupBy"),
    "no such key": (
        {"by": [{"field": "STATE"}], "order": {"field": "SECOND_KEY"}},
        "orderBy",
    ),
    "too many": ({"first": 1001}, "first"),
    "a forged cursor": ({"by": [{"field": "STATE"}], "after": "WyJ4Il0="}, "after"),
    "a cursor of nothing": ({"by": [{"field": "STATE"}], "after": "x"}, "after"),
}


@pytest.mark.parametrize(("arguments", "field"), BAD.values(), ids=list(BAD))
def test_what_cannot_be(ask, user, arguments, field):
    make_simulator(user, machines=1)
    answer = ask(AGGREGATE.replace("maxAge: 3600", "maxAge: 0"), **arguments).answer

    assert [error["extensions"] for error in answer["errors"]] == [
        {"code": "INVALID", "field": field}
    ]
    if field != "after":
        assert not VirtualMachine.objects.exists(), "no cloud is asked"


def test_an_unknown_field_and_more_than_a_thousand_keys_are_refused(ask, user):
    for by in ([{"field": "COLOUR"}], [{"colour": "x"}], [{"tag": "x"}] * 1001):
        answer = ask(AGGREGATE, by=by).answer
        assert len(answer["errors"]) == 1
        assert answer.get("data") in (None, {"virtualMachinesAggregate": None})


def test_a_cursor_is_good_for_its_own_groups_alone(ask, world):
    by, order = [{"field": "STATE"}], {"field": "COUNT"}
    page = ask(AGGREGATE, by=by, order=order, first=1).data["virtualMachinesAggregate"]
    after = page["pageInfo"]["endCursor"]

    assert ask(AGGREGATE, by=by, order=order, after=after).data
    for other in (
        {"by": [{"field": "REGION"}], "order": order},
        {"by": [{"tag": "state"}], "order": order},
        {"by": by, "order": {"field": "COUNT", "direction": "DESC"}},
        {"by": by, "order": {"field": "FIRST_KEY"}},
        {"by": [*by, {"field": "REGION"}], "order": order},
    ):
        [error] = ask(AGGREGATE, after=after, **other).answer["errors"]
        assert error["extensions"] == {"code": "INVALID", "field": "after"}


def test_a_page_behind_another_asks_no_cloud(ask, user):
    make_simulator(user, machines=5)
    query = AGGREGATE.replace("maxAge: 3600, ", "")
    first = ask(query, by=[{"field": "STATE"}], first=1).data["virtualMachinesAggregate"]
    assert {one["status"] for one in first["sources"]} == {"LIVE"}
    mark_dirty(Source.objects.all())

    after = first["pageInfo"]["endCursor"]
    second = ask(query, by=[{"field": "STATE"}], after=after).data["virtualMachinesAggregate"]

    assert {one["status"] for one in second["sources"]} == {"CACHED"}


def test_a_cloud_that_fails_makes_it_incomplete(ask, user):
    make_simulator(user, machines=2)
    make_simulator(user, machines=2, error_rate=1)

    found = ask(AGGREGATE.replace("maxAge: 3600", "maxAge: 0")).data["virtualMachinesAggregate"]

    assert found["complete"] is False
    assert sorted(one["status"] for one in found["sources"]) == ["FAILED", "LIVE"]
    assert found["totals"]["count"] == 2


@pytest.mark.each_case
@pytest.mark.parametrize("by", [[], [{"field": "SIZE"}], [{"tag": "team"}, {"field": "PROVIDER"}]])
def test_the_number_of_statements_is_that_of_the_selection(ask, user, by):
    """However many rows and groups there are: one for groups, one for totals, one for names."""
    counts = []
    for number in (3, 60):
        source = machine_source(make_simulator(user, machines=0))
        records = [a_machine(random.Random(one), one) for one in range(number)]  # noqa: S311 - as above
        store_listing(source.pk, records, started_at=timezone.now())
        with CaptureQueriesContext(connection) as captured:
            assert ask(AGGREGATE, by=by).data["virtualMachinesAggregate"]["totals"]["count"]
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 5


def test_what_is_not_selected_is_not_computed(ask, user):
    make_simulator(user, machines=0)
    for selected, statements in (("complete", 0), ("totals { count }", 1), ("groupCount", 1)):
        query = f"""{{ virtualMachinesAggregate(maxAge: 3600, groupBy: [{{tag: "a"}}]) {{
            {selected} }} }}"""
        ask(query)
        with CaptureQueriesContext(connection) as captured:
            assert ask(query).data
        assert sum("SUM(" in one["sql"] for one in captured) == statements, selected
