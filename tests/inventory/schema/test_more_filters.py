"""Filters of machines by negation, missing facts and durations, on whichever database tests run."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from gateway.core.ids import global_id
from inventory.live.source_state import store_failure
from inventory.live.store import store_listing, store_removal
from inventory.models import Source, VirtualMachine
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.services.selection import Selection
from inventory.types import MachineRecord, MachineState
from jobs.api import Job
from tests.inventory.factories import machine_source, make_simulator, make_user

LIST = """query ($filter: VirtualMachineFilter) {
    virtualMachines(first: 1000, maxAge: 36000, filter: $filter) {
        totalCount nodes { name stateChangedAt } } }"""
START = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def machine(name, **facts):
    facts = {"raw_state": "up", "state": MachineState.RUNNING} | facts
    return MachineRecord(external_id=f"i-{name}", name=name, **facts)


MACHINES = [
    machine(
        "web",
        tags=(("owner", "ann"), ("env", "prod")),
        size_id="large",
        price_per_hour=Decimal("0.1"),
        launched_at=START,
    ),
    machine("db", tags=(("env", ""),), price_per_hour=Decimal("0.3"), launched_at=START + DAY),
    machine("old", state=MachineState.STOPPED, size_id="small", price_per_hour=Decimal(0)),
]


@pytest.fixture
def provider(user):
    provider = make_simulator(user, name="red", machines=0)
    store_listing(machine_source(provider).pk, MACHINES, started_at=timezone.now())
    return provider


@pytest.fixture
def other(user):
    other = make_simulator(user, name="blue", machines=0)
    store_listing(machine_source(other).pk, [machine("away")], started_at=timezone.now())
    return other


@pytest.fixture
def found(ask, provider):
    def names(**limits):
        page = ask(LIST, filter=limits).data["virtualMachines"]
        assert page["totalCount"] == len(page["nodes"])
        return sorted(node["name"] for node in page["nodes"])

    return names


@pytest.mark.each_case
@pytest.mark.parametrize(
    ("limits", "names"),
    [
        ({"untagged": True}, ["old"]),
        ({"untagged": False}, ["db", "web"]),
        ({"tagKeys": ["env"]}, ["db", "web"]),
        ({"tagKeys": ["env", "owner"]}, ["web"]),
        ({"tagKeys": ["Env"]}, []),
        ({"tagKeys": []}, ["db", "old", "web"]),
        ({"minPricePerHour": 0.1}, ["db", "web"]),
        ({"minPricePerHour": 0.1, "maxPricePerHour": 0.1}, ["web"]),
        ({"maxPricePerHour": 0.1}, ["old", "web"]),
        ({"minPricePerHour": 0.3}, ["db"]),
        ({"minPricePerHour": 0.300001}, []),
        ({"launchedBefore": "2026-05-02T00:00:00Z"}, ["web"]),
        ({"launchedAfter": "2026-05-02T00:00:00Z"}, ["db"]),
        ({"stale": True}, []),
        ({"stale": False}, ["db", "old", "web"]),
        # An unknown value fulfils no condition, so it is not excluded.
        ({"not": {"size": ["large"]}}, ["db", "old"]),
        ({"not": {"launchedBefore": "2026-05-02T00:00:00Z"}}, ["db", "old"]),
        ({"not": {"minPricePerHour": 0.2}}, ["old", "web"]),
        ({"not": {"tagKeys": ["owner"]}}, ["db", "old"]),
        ({"not": {"tags": [{"key": "env", "value": ""}]}}, ["old", "web"]),
        ({"not": {"state": ["STOPPED"]}}, ["db", "web"]),
        ({"not": {"state": ["STOPPED"], "size": ["large"]}}, ["db", "old", "web"]),
        ({"not": {"search": "w"}, "state": ["RUNNING"]}, ["db"]),
        ({"not": {"name": "%"}}, ["db", "old", "web"]),
        ({"not": {"untagged": True}}, ["db", "web"]),
        ({"not": {"stale": True}}, ["db", "old", "web"]),
        ({"not": {"kind": ["simulator"]}}, []),
        ({"not": {"kind": ["aws"]}}, ["db", "old", "web"]),
        ({"not": {"region": ["sim-1"]}}, []),
        ({"not": {"state": []}}, ["db", "old", "web"]),
        # An empty filter excludes nothing.
        ({"not": {}}, ["db", "old", "web"]),
        ({"not": {"name": ""}}, ["db", "old", "web"]),
        ({"not": {"tags": []}}, ["db", "old", "web"]),
        ({"not": {"state": None}}, ["db", "old", "web"]),
    ],
)
def test_what_each_condition_finds(found, limits, names):
    assert found(**limits) == names


def test_what_is_not_at_a_provider(found, provider, other):
    assert found(**{"not": {"provider": [provider.scope]}}) == ["away"]
    assert found(**{"not": {"provider": [provider.scope], "state": ["STOPPED"]}}) == [
        *("away", "db", "web")
    ]
    assert found(**{"not": {"provider": []}}) == ["away", "db", "old", "web"]


def test_the_aggregate_takes_the_same_filter(ask, provider, other):
    query = """{ virtualMachinesAggregate(maxAge: 36000, groupBy: [{field: STATE}],
        filter: {not: {tagKeys: ["owner"], state: [RUNNING]}, untagged: false}) {
        totals { count } groups { keys { value } measures { count } } } }"""

    found = ask(query).data["virtualMachinesAggregate"]

    assert found["totals"] == {"count": 1}
    assert found["groups"] == [{"keys": [{"value": "RUNNING"}], "measures": {"count": 1}}]


def test_stale_machines_are_those_that_say_so(ask, found, provider, other):
    source = machine_source(provider)
    store_listing(source.pk, MACHINES[1:], started_at=timezone.now())
    assert found(stale=True) == ["web"]

    failure = ProviderError(ProviderErrorCode.TIMEOUT, "It did not answer.")
    store_failure(machine_source(other).pk, failure, started_at=timezone.now())
    query = "{ virtualMachines(maxAge: 36000, filter: {stale: %s}) { nodes { name stale } } }"
    for stale, names in (("true", ["away", "web"]), ("false", ["db", "old"])):
        nodes = ask(query % stale).data["virtualMachines"]["nodes"]
        assert [node["name"] for node in nodes] == names
        assert {node["stale"] for node in nodes} == {stale == "true"}


def test_since_when_a_machine_is_in_its_state(user):
    """A first read says "at least since"; what else changes, or is read again, leaves it."""
    source = machine_source(make_simulator(user, machines=0))
    begin = timezone.now() - 10 * DAY

    def since(*machines, after):
        store_listing(source.pk, machines, started_at=begin + after)
        rows = VirtualMachine.objects.filter(source=source)
        return {
            name: (at - begin) // DAY for name, at in rows.values_list("name", "state_changed_at")
        }

    stopped = machine("a", state=MachineState.STOPPED)
    assert since(machine("a"), machine("b"), after=0 * DAY) == {"a": 0, "b": 0}
    assert since(machine("a", vcpus=2), machine("b"), after=1 * DAY) == {"a": 0, "b": 0}
    assert since(stopped, machine("b"), machine("c"), after=2 * DAY) == {"a": 2, "b": 0, "c": 2}
    assert since(stopped, machine("c"), after=3 * DAY) == {"a": 2, "b": 0, "c": 2}
    assert since(stopped, machine("c"), after=4 * DAY) == {"a": 2, "b": 3, "c": 2}, "b is MISSING"
    assert since(stopped, machine("b"), machine("c"), after=5 * DAY) == {"a": 2, "b": 5, "c": 2}
    store_removal(Source.objects.get(pk=source.pk), "i-c")
    assert VirtualMachine.objects.get(name="c").state_changed_at > begin + 9 * DAY


def test_what_has_been_stopped_for_long(ask, user):
    source = machine_source(make_simulator(user, machines=0))
    now = timezone.now()
    for days, state in ((20, "RUNNING"), (15, "STOPPED"), (2, "STOPPED")):
        machines = [machine("a", state=MachineState[state]), machine(f"b-{days}")]
        store_listing(source.pk, machines, started_at=now - days * DAY)

    def names(**limits):
        page = ask(LIST.replace("36000", "9999999"), filter=limits).data["virtualMachines"]
        return [node["name"] for node in page["nodes"]]

    long_ago = (now - 10 * DAY).isoformat()
    assert names(state=["STOPPED"], stateChangedBefore=long_ago) == ["a"]
    assert names(state=["STOPPED"], stateChangedAfter=long_ago) == []
    assert "b-2" in names(stateChangedAfter=long_ago)


@pytest.mark.parametrize(
    ("limits", "field", "code"),
    [
        ({"minPricePerHour": -1}, "filter.minPricePerHour", "INVALID"),
        ({"maxPricePerHour": 1e300}, "filter.maxPricePerHour", "INVALID"),
        ({"tagKeys": ["k"] * 21}, "filter.tagKeys", "INVALID"),
        ({"tagKeys": ["k" * 1000]}, "filter.tagKeys", "INVALID"),
        ({"not": {"address": ["x"]}}, "filter.not.address", "INVALID"),
        ({"not": {"kind": ["cloud"]}}, "filter.not.kind", "INVALID"),
        ({"not": {"provider": [global_id("User", 1)]}}, "filter.not.provider", "INVALID"),
        ({"not": {"size": [global_id("Image", "x")]}}, "filter.not.size", "INVALID"),
    ],
)
def test_what_cannot_be(ask, provider, limits, field, code):
    answer = ask(LIST, filter=limits).answer

    assert answer["errors"][0]["extensions"] == {"code": code, "field": field}


def test_a_provider_of_others_is_no_provider(ask, provider):
    foreign = make_simulator(make_user(), machines=0)

    answer = ask(LIST, filter={"not": {"provider": [foreign.scope]}}).answer

    assert answer["errors"][0]["extensions"] == {
        "code": "NOT_FOUND",
        "field": "filter.not.provider",
    }


def test_one_exclusion_has_no_other_one(ask, provider):
    assert ask(LIST, filter={"not": {"not": {}}}).answer["errors"]


STOP = """mutation ($filter: VirtualMachineFilter) {
    stopVirtualMachines(input: {filter: $filter}) { errors { code field }
        job { children { nodes { target { ... on VirtualMachine { name } } } } } } }"""


@pytest.mark.each_case
@pytest.mark.parametrize(
    "limits",
    [
        {"untagged": False, "tagKeys": ["owner"]},
        {"not": {"tags": [{"key": "env", "value": ""}]}},
        {"not": {"size": ["none"], "minPricePerHour": 0.2}, "maxPricePerHour": 0.2},
        {"stale": False, "launchedBefore": "2026-05-02T00:00:00Z"},
        {"stateChangedAfter": "2026-05-02T00:00:00Z", "not": {"search": "db"}},
    ],
)
def test_an_action_takes_the_same_filter(ask, provider, limits):
    """No part of the filter is lost on the way: otherwise more machines would be stopped."""
    answer = ask(STOP, filter={"state": ["RUNNING"], **limits}).data["stopVirtualMachines"]

    assert answer["errors"] == []
    nodes = answer["job"]["children"]["nodes"]
    assert [one["target"]["name"] for one in nodes] == ["web"]


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        ({"not": {}}, "filter.not"),
        ({"not": None}, "filter.not"),
        ({"not": {"name": " "}}, "filter.not.name"),
        ({"not": {"tags": [{"key": "a", "value": None}]}}, "filter.not.tags.value"),
        ({"not": {"state": None}}, "filter.not.state"),
        ({"tagKeys": []}, "filter.tagKeys"),
        ({"untagged": None}, "filter.untagged"),
    ],
)
def test_an_empty_part_of_an_action_is_refused(ask, provider, limits, field):
    answer = ask(STOP, filter={"name": "web", **limits}).data["stopVirtualMachines"]

    assert answer["errors"] == [{"code": "INVALID", "field": field}]
    assert not Job.objects.exists()


def test_what_is_stored_of_a_filter_is_read_back():
    every = {
        "state": ["RUNNING"],
        "tags": [("a", None)],
        "tag_keys": [("k", None)],
        "untagged": False,
        "stale": True,
        "state_changed_before": START,
        "state_changed_after": START,
        "launched_before": START,
        "launched_after": START,
        "min_price_per_hour": Decimal("0.1"),
        "max_price_per_hour": Decimal("0.2"),
        "not": {"provider": ["p"], "created_before": START, "max_price_per_hour": Decimal(1)},
    }
    selection = Selection(limits=every)

    assert Selection.from_json(selection.as_json()).limits == every


def test_a_filter_of_the_first_release_is_stored_as_it_was():
    """A repeated request is recognized by the text of its arguments."""
    stored = Selection(limits={"state": ["RUNNING"]}).as_json()

    assert stored["machines"] == {
        **dict.fromkeys(("name", "tags", "addresses", "sizes", "images", "search")),
        **dict.fromkeys(("created_after", "created_before", "seen_after", "seen_before")),
        "states": ["RUNNING"],
    }
    without = Selection(limits={"not": {"state": ["RUNNING"]}}).as_json()["machines"]["excluded"]
    assert without.pop("states") == ["RUNNING"]
    assert {"excluded", "providers", "kinds", "regions", "sizes", "launched_after"} < set(without)
    assert set(without.values()) == {None}
