"""``…Diff``: what was added, removed and changed between two times."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory.live.store import store_listing
from inventory.records.volume import VolumeRecord, VolumeState
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator
from tests.inventory.resources.names import LISTED, plural

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
WEB = MachineRecord("vm-1", "web", MachineState.RUNNING, "running", tags=(("team", "red"),))
DB = replace(WEB, external_id="vm-2", name="db")
NEW = replace(WEB, external_id="vm-3", name="new")
SAME = replace(WEB, external_id="vm-4", name="same")
STOPPED = replace(WEB, state=MachineState.STOPPED, tags=(("team", "blue"),), raw_state="off")
DIFF = """query ($from: DateTime!, $to: DateTime, $filter: VirtualMachineFilter, $first: Int = 50,
        $after: String) {
    virtualMachinesDiff(from: $from, to: $to, filter: $filter, first: $first, after: $after) {
        complete added removed changed pageInfo { hasNextPage endCursor }
        sources { status error { code } } sourcesBefore { status error { code } }
        nodes { kind fields { field before after }
            before { name state volumes { name } } after { name state volumes { name } } } } }"""


@pytest.fixture
def start():
    return timezone.now() - timedelta(days=2)


@pytest.fixture
def source(user, start):
    """After an hour one machine is stopped and one is new; after another hour one is gone."""
    found = machine_source(make_simulator(user))
    store_listing(found.pk, [WEB, DB, SAME], started_at=start)
    store_listing(found.pk, [STOPPED, NEW, SAME], started_at=start + HOUR)
    store_listing(found.pk, [STOPPED, NEW, SAME], started_at=start + 2 * HOUR)
    return found


@pytest.fixture
def diff(ask):
    def found(since, until=None, **variables):
        variables |= {"from": since.isoformat(), "to": until and until.isoformat()}
        asked = ask(DIFF, **variables)
        assert asked.live.misses == 0
        assert asked.live.receipts == {}
        return asked.data["virtualMachinesDiff"]

    return found


@pytest.mark.usefixtures("source")
def test_what_was_added_removed_and_changed(diff, start):
    found = diff(start, start + 3 * HOUR)

    kinds = {(one["before"] or one["after"])["name"]: one["kind"] for one in found["nodes"]}
    assert kinds == {"db": "REMOVED", "new": "ADDED", "web": "CHANGED"}
    assert (found["added"], found["removed"], found["changed"]) == (1, 1, 1)
    assert found["complete"] is True
    changed = next(one for one in found["nodes"] if one["kind"] == "CHANGED")
    assert changed["fields"] == [
        {"field": "state", "before": "RUNNING", "after": "STOPPED"},
        {"field": "tags", "before": [["team", "red"]], "after": [["team", "blue"]]},
    ]
    assert (changed["before"]["state"], changed["after"]["state"]) == ("RUNNING", "STOPPED")


@pytest.mark.usefixtures("source")
def test_nothing_differs_where_nothing_happened(diff, start):
    assert diff(start + 2 * HOUR, start + 3 * HOUR)["nodes"] == []
    assert diff(start + 2 * HOUR)["nodes"] == []


@pytest.mark.usefixtures("source")
def test_a_filter_is_about_either_time(diff, start):
    running = diff(start, start + 3 * HOUR, filter={"state": ["RUNNING"]})
    kinds = {(one["before"] or one["after"])["name"]: one["kind"] for one in running["nodes"]}
    assert kinds == {"db": "REMOVED", "new": "ADDED", "web": "REMOVED"}


@pytest.mark.usefixtures("source")
def test_pages(diff, start):
    names, after = [], None
    for _ in range(4):
        page = diff(start, start + 3 * HOUR, first=1, after=after)
        assert page["added"] + page["removed"] + page["changed"] == 3
        names += [(one["before"] or one["after"])["name"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert names == ["db", "new", "web"]


@pytest.mark.usefixtures("source")
def test_the_receipts_of_both_times(diff, start):
    found = diff(start - HOUR, start + HOUR)

    assert [one["error"]["code"] for one in found["sourcesBefore"]] == ["BEFORE_HISTORY"]
    assert [one["status"] for one in found["sources"]] == ["CACHED"]
    assert found["complete"] is False


def test_links_lead_to_what_was_at_either_time(diff, source, start):
    disks = source.provider.sources.get(resource="volumes", region=source.region)
    disk = VolumeRecord("d-1", "disk", VolumeState.IN_USE, "in-use", machine_id="vm-1")
    store_listing(disks.pk, [disk], started_at=start)
    store_listing(disks.pk, [replace(disk, name="other")], started_at=start + HOUR)

    (web,) = [one for one in diff(start, start + HOUR)["nodes"] if one["kind"] == "CHANGED"]
    assert web["before"]["volumes"] == [{"name": "disk"}]
    assert web["after"]["volumes"] == [{"name": "other"}]


def test_as_many_statements_whatever_differs(ask, source, start):
    def statements():
        variables = {"from": start.isoformat(), "to": (start + 3 * HOUR).isoformat()}
        with CaptureQueriesContext(connection) as context:
            assert ask(DIFF, **variables).data["virtualMachinesDiff"]["complete"]
        return len(context)

    few = statements()
    many = [replace(NEW, external_id=f"n-{number}") for number in range(30)]
    at = start + 2.5 * HOUR
    store_listing(source.pk, [STOPPED, NEW, SAME, *many], started_at=at)
    assert statements() == few


@pytest.mark.usefixtures("source")
@pytest.mark.parametrize("resource", LISTED, ids=plural)
def test_what_times_cannot_be(ask, resource, settings):
    now = timezone.now()
    horizon = now - timedelta(days=settings.CHANGES_KEPT_DAYS)
    early, late = (now - 2 * HOUR).isoformat(), (now - HOUR).isoformat()
    for given, field in (
        (f'from: "{late}", to: "{early}"', "from"),
        (f'from: "{late}", to: "{late}"', "from"),
        (f'from: "{(now + HOUR).isoformat()}"', "from"),
        (f'from: "{late}", to: "{(now + HOUR).isoformat()}"', "to"),
        (f'from: "{(horizon - HOUR).isoformat()}"', "from"),
        (f'from: "{early}", first: 1001', "first"),
        (f'from: "{early}", after: "bm9wZQ=="', "after"),
    ):
        (error,) = ask(f"{{ {plural(resource)}Diff({given}) {{ nodes {{ kind }} }} }}").answer[
            "errors"
        ]
        assert error["extensions"] == {"code": "INVALID", "field": field}, given
    asked = ask(f'{{ {plural(resource)}Diff(from: "{early}") {{ nodes {{ kind }} complete }} }}')
    assert asked.data[f"{plural(resource)}Diff"]["nodes"] == []
