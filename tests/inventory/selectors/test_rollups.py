"""The queries that a roll-up answers, and those that only the rows can answer."""

from types import SimpleNamespace

import pytest
from django.utils import timezone

from inventory.live.api import SourceStatus
from inventory.live.store import store_listing, store_one
from inventory.models import MachineRollup
from inventory.resources import all_resources, resource_named
from inventory.selectors.aggregates import Key, totals_of
from inventory.selectors.ids import CloudId
from inventory.selectors.rollups import Answered
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator

pytestmark = pytest.mark.django_db

MACHINES = resource_named("virtual_machines")
NOW = timezone.now()
ENTRY = CloudId("x", "sim-1", "small")
# Limits that a roll-up can answer (True), and limits that it cannot (False).
LIMITS = {
    True: [
        {},
        {"state": ["RUNNING"]},
        {"size": ["small"], "image": [ENTRY]},
        {"kind": ["aws"], "region": ["x"], "provider": ["y"]},
        {"not": {"state": ["RUNNING"], "size": ["small"], "region": ["x"]}},
        {"name": "", "search": " ", "tags": [], "untagged": None, "not": {}},
    ],
    False: [
        {"name": "web"},
        {"search": "web"},
        {"tags": [("team", None)]},
        {"untagged": True},
        {"stale": False},
        {"address": ["10.0.0.1"]},
        {"created_after": NOW},
        {"seen_before": NOW},
        {"seen_after": NOW},
        {"state_changed_before": NOW},
        {"max_monthly_cost": 1},
        {"not": {"state": ["RUNNING"], "name": "web"}},
    ],
}
KEYS = {
    True: ["provider", "kind", "region", "state", "size", "image"],
    False: ["location", "created_month"],
}


@pytest.fixture
def source():
    source = machine_source(make_simulator())
    records = [machine("a", MachineState.RUNNING), machine("b", MachineState.STOPPED)]
    store_listing(source.pk, records, started_at=NOW)
    return source


def machine(name, state):
    return MachineRecord(name, name, state, "up", size_id="small", tags=(("team", "red"),))


def answered(*sources, limits, failed=(), at=None):
    receipts = [
        SimpleNamespace(
            source=one, status=SourceStatus.FAILED if one in failed else SourceStatus.LIVE
        )
        for one in sources
    ]
    return Answered(resource=MACHINES, receipts=receipts, limits=limits, at=at)


def is_rolled_up(found, *keys):
    return found.counted_by([*map(Key, keys)]).model is MachineRollup


@pytest.mark.each_case
@pytest.mark.parametrize("told", [True, False])
def test_filters(source, told):
    for limits in LIMITS[told]:
        found = answered(source, limits=limits)
        assert is_rolled_up(found, "state") is told, limits
        by_rows = totals_of(MACHINES, found.rows)
        assert totals_of(MACHINES, found.counted_by([])) == by_rows, limits
        assert found.count == by_rows.count, limits


def test_every_filter_is_among_them():
    """A new filter must be added to LIMITS."""
    named = {name for told in LIMITS.values() for limits in told for name in limits}
    hows = {MACHINES.filters[name].how for name in named}
    assert {one.how for one in MACHINES.filters.values()} - hows <= {"AT_LEAST", "KEYS", "BEFORE"}


def test_keys(source):
    found = answered(source, limits={})
    for told, names in KEYS.items():
        for name in names:
            assert is_rolled_up(found, "state", name) is told, name
    by_tag = found.counted_by([Key("state"), Key(tag="team")])
    assert by_tag.model is not MachineRollup
    assert is_rolled_up(found)
    assert not is_rolled_up(answered(source, limits={}, at=NOW), "state")


def test_other_resources_have_their_rows_alone():
    without = [one for one in all_resources() if one.rollup is None and one.has_root_list]
    assert len(without) > 3
    for resource in without:
        found = Answered(resource=resource, receipts=[], limits={})
        assert found.counted_by([]).model is resource.model


def test_sources_that_are_not_answered_do_not_count(source):
    other = machine_source(make_simulator())
    store_listing(other.pk, [machine("c", MachineState.RUNNING)], started_at=NOW)

    assert answered(source, limits={}).count == 2
    assert answered(other, limits={}).count == 1
    assert answered(source, other, limits={"state": ["RUNNING"]}).count == 2
    assert answered(limits={}).count == 0


def test_of_a_source_that_failed_only_what_was_made_through_the_gateway_counts(source):
    """The first listing of the source may have stored other machines."""
    failed = machine_source(make_simulator())
    store_one(failed, "c", machine("c", MachineState.RUNNING), started_at=NOW)
    found = answered(source, failed, limits={})
    assert (is_rolled_up(found), found.count) == (True, 3)
    found = answered(source, failed, limits={}, failed=[failed])
    assert (is_rolled_up(found), found.count) == (True, 2)

    made = machine("d", MachineState.RUNNING)
    store_one(failed, "d", made, started_at=NOW, provisioned=True)
    found = answered(source, failed, limits={}, failed=[failed])
    assert (is_rolled_up(found), found.count) == (False, 3)
