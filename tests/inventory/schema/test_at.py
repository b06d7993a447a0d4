"""``at``: lists and aggregates, as they were known at a time."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from gateway.core.accounts.credential import Credential, Scope, attach_credential
from inventory.access import Role, visible_past_providers
from inventory.live.source_state import store_failure
from inventory.live.store import store_listing
from inventory.models import Source
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.records.volume import VolumeRecord, VolumeState
from inventory.services.grants import grant_set
from inventory.services.providers import provider_disconnect
from inventory.services.repositories import repository_create
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator, make_user
from tests.inventory.resources.names import LISTED, plural

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
WEB = MachineRecord("vm-1", "web", MachineState.RUNNING, "running", tags=(("team", "red"),))
DOWN = ProviderError(ProviderErrorCode.UNREACHABLE, "It is down.", retryable=True)
LIST = """query ($at: DateTime, $filter: VirtualMachineFilter, $order: VirtualMachineOrder) {
    virtualMachines(at: $at, filter: $filter, orderBy: $order, first: 100) {
        totalCount complete
        sources { status fetchedAt count error { code } provider { name } resource }
        nodes { externalId name state tags { key value } memory stale size { name } observedAt
            provider { name } volumes { name } }
        facets(by: [{ field: STATE }, { field: KIND }, { tag: "team" }]) {
            name values { value count } } } }"""
AGGREGATE = """query ($at: DateTime, $filter: VirtualMachineFilter, $by: [VirtualMachineGroupBy!]) {
    virtualMachinesAggregate(at: $at, filter: $filter, groupBy: $by) {
        complete totals { count memory } groups { keys { value label } measures { count } } } }"""


@pytest.fixture
def start():
    return timezone.now() - timedelta(days=2)


@pytest.fixture
def source(user):
    return machine_source(make_simulator(user))


@pytest.fixture
def answer(ask):
    """The answer of the only root field."""

    def run(document, *, at=None, asker=None, **variables):
        variables |= {"at": at and at.isoformat()}
        asked = ask(document, **({"asker": asker} if asker else {}), **variables)
        assert asked.live.misses == 0
        return next(iter(asked.data.values()))

    return run


@pytest.fixture
def states(answer):
    def found(at, **variables):
        return {one["name"]: one["state"] for one in answer(LIST, at=at, **variables)["nodes"]}

    return found


STOPPED = replace(WEB, state=MachineState.STOPPED, tags=(("team", "blue"),), memory=5)
DB = replace(
    WEB,
    external_id="vm-2",
    name="db",
    memory=7,
    size_id="small",
    size_name="The small one",
    public_ips=("2001:db8::1",),
)


@pytest.fixture
def history(source, start):
    """One machine; after an hour it is stopped and there is another; a day later both are gone."""
    store_listing(source.pk, [WEB], started_at=start)
    store_listing(source.pk, [STOPPED, DB], started_at=start + HOUR)
    store_listing(source.pk, [], started_at=start + 24 * HOUR)
    store_listing(source.pk, [], started_at=start + 25 * HOUR)
    return source


@pytest.mark.usefixtures("history")
def test_machines_are_shown_as_they_were(states, start):
    assert states(start - SECOND) == {}
    assert states(start) == states(start + HOUR - SECOND) == {"web": "RUNNING"}
    assert states(start + HOUR) == {"web": "STOPPED", "db": "RUNNING"}
    assert states(start + 26 * HOUR) == {"web": "MISSING", "db": "MISSING"}


@pytest.mark.usefixtures("history")
def test_every_field_is_that_of_then(answer, start):
    (then,) = answer(LIST, at=start + SECOND)["nodes"]
    ordered = answer(LIST, at=start + HOUR + SECOND, order={"field": "MEMORY"})["nodes"]

    shown = (then["tags"], then["memory"], then["stale"])
    assert shown == ([{"key": "team", "value": "red"}], None, False)
    assert [one["name"] for one in ordered] == ["web", "db"]
    assert ordered[1]["size"] == {"name": "The small one"}
    seen = datetime.fromisoformat(ordered[0]["observedAt"])
    assert start + HOUR <= seen <= start + HOUR + SECOND


@pytest.mark.each_case
@pytest.mark.parametrize(
    ("limits", "names"),
    [
        ({"state": ["STOPPED"]}, {"web"}),
        ({"tags": [{"key": "team", "value": "blue"}]}, {"web"}),
        ({"not": {"tags": [{"key": "team", "value": "blue"}]}}, {"db"}),
        ({"address": ["2001:DB8:0:0::1"]}, {"db"}),
        ({"search": "The small"}, {"db"}),
        ({"size": ["small"], "kind": ["simulator"]}, {"db"}),
        ({"stale": True}, set()),
        ({"not": {"kind": ["simulator"]}}, set()),
    ],
)
@pytest.mark.usefixtures("history")
def test_filters_look_at_what_was_then(states, start, limits, names):
    assert states(start + HOUR + SECOND, filter=limits).keys() == names


@pytest.mark.usefixtures("history")
def test_an_aggregate_counts_what_was_then(answer, start):
    def groups(at, by):
        found = answer(AGGREGATE, at=at, by=[by])
        assert found["totals"]["count"] == sum(one["measures"]["count"] for one in found["groups"])
        return {one["keys"][0]["value"]: one["measures"]["count"] for one in found["groups"]}

    assert groups(start, {"field": "STATE"}) == {"RUNNING": 1}
    assert groups(start + HOUR, {"field": "STATE"}) == {"RUNNING": 1, "STOPPED": 1}
    assert groups(start + HOUR, {"tag": "team"}) == {"red": 1, "blue": 1}
    assert groups(start + HOUR, {"field": "KIND"}) == {"simulator": 2}
    assert groups(start + 26 * HOUR, {"field": "STATE"}) == {"MISSING": 2}


@pytest.mark.usefixtures("history")
def test_facets_count_what_was_then(answer, start):
    state, _kind, team = answer(LIST, at=start + SECOND)["facets"]

    assert state["values"] == [{"value": "RUNNING", "count": 1}]
    assert team["values"] == [{"value": "red", "count": 1}]


@pytest.mark.usefixtures("history")
def test_pages_of_the_past(ask, start):
    document = """query ($at: DateTime, $after: String) {
        virtualMachines(at: $at, first: 1, after: $after) { nodes { name }
            pageInfo { hasNextPage endCursor } } }"""
    names, after = [], None
    for _ in range(3):
        at = (start + HOUR).isoformat()
        page = ask(document, at=at, after=after).data["virtualMachines"]
        names += [one["name"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert names == ["db", "web"]


def test_receipts_are_those_of_then(answer, source, start):
    for number in range(3):
        store_listing(source.pk, [WEB], started_at=start + number * HOUR / 2)
    store_failure(source.pk, DOWN, started_at=start + 2 * HOUR)
    store_listing(source.pk, [WEB], started_at=start + 3 * HOUR)

    def receipt(at):
        found = answer(LIST, at=at)
        (one,) = found["sources"]
        assert found["complete"] == (one["error"] is None)
        code = one["error"] and one["error"]["code"]
        fetched = one["fetchedAt"] and datetime.fromisoformat(one["fetchedAt"])
        return one["status"], code, fetched, len(found["nodes"])

    assert receipt(start - SECOND) == ("FAILED", "BEFORE_HISTORY", None, 0)
    # The time is not later than the moment, and at most an hour earlier.
    assert receipt(start + HOUR / 2 + SECOND) == ("CACHED", None, start, 1)
    assert receipt(start + 1.5 * HOUR)[:2] == ("CACHED", None)
    assert receipt(start + 2 * HOUR + SECOND)[:2] == ("STALE", "UNREACHABLE")
    assert receipt(start + 3 * HOUR) == ("CACHED", None, start + 3 * HOUR, 1)


def test_rows_of_a_source_that_failed_were_stale(answer, source, start):
    store_listing(source.pk, [WEB], started_at=start)
    store_failure(source.pk, DOWN, started_at=start + HOUR)

    assert [one["stale"] for one in answer(LIST, at=start + SECOND)["nodes"]] == [False]
    assert [one["stale"] for one in answer(LIST, at=start + HOUR)["nodes"]] == [True]
    assert answer(LIST, at=start + HOUR, filter={"stale": True})["totalCount"] == 1


@pytest.mark.usefixtures("history")
def test_no_cloud_is_asked(ask, source, start):
    before = Source.objects.get(pk=source.pk).attempt_started_at
    asked = ask(LIST, at=(start + HOUR).isoformat())

    assert asked.data["virtualMachines"]["totalCount"] == 2
    assert asked.live.receipts == {}
    assert Source.objects.get(pk=source.pk).attempt_started_at == before
    query = json.dumps(f'{{ virtualMachines(at: "{start.isoformat()}") {{ totalCount }} }}')
    plan = ask(f"{{ explain(query: {query}) {{ calls fields {{ path error }} }} }}").data["explain"]
    assert plan == {"calls": 0, "fields": [{"path": "virtualMachines", "error": None}]}


def test_links_lead_to_what_was_then(answer, ask, source, start):
    provider = source.provider
    disks = provider.sources.get(resource="volumes", region=source.region)
    disk = VolumeRecord("d-1", "disk", VolumeState.IN_USE, "in-use", machine_id="vm-1")
    store_listing(source.pk, [WEB], started_at=start)
    store_listing(disks.pk, [disk], started_at=start)
    away = replace(disk, machine_id=None, name="other")
    store_listing(disks.pk, [away], started_at=start + HOUR)

    (then,) = answer(LIST, at=start + SECOND)["nodes"]
    (later,) = answer(LIST, at=start + HOUR)["nodes"]
    assert (then["volumes"], later["volumes"]) == ([{"name": "disk"}], [])
    document = """query ($at: DateTime) { volumes(at: $at) { nodes { name machine { name } } } }"""
    volumes = ask(document, at=(start + SECOND).isoformat())
    assert volumes.data["volumes"]["nodes"] == [{"name": "disk", "machine": {"name": "web"}}]
    assert volumes.answer["extensions"]["complete"] is True
    after = ask(document, at=(start + HOUR).isoformat()).data["volumes"]["nodes"]
    assert after == [{"name": "other", "machine": None}]


def test_what_a_disconnected_provider_had(ask, answer, user, source, start):
    store_listing(source.pk, [WEB], started_at=start)
    provider, viewer = source.provider, make_user()
    grant_set(provider=provider, role=Role.VIEWER, user=viewer, granted_by=user)
    at, names = start + HOUR, {"filter": {"provider": [provider.scope]}}
    before = answer(LIST, at=at)
    assert answer(LIST, at=at, asker=viewer)["nodes"] == before["nodes"] != []

    provider_disconnect(provider=provider)

    assert answer(LIST, at=at) == before
    assert answer(LIST, at=at, **names) == before
    assert answer(LIST, at=at, asker=make_user(is_superuser=True)) == before
    # The provider's grants were removed with it.
    assert answer(LIST, at=at, asker=viewer)["sources"] == []
    refused = ask(LIST, asker=viewer, at=at.isoformat(), **names).answer["errors"]
    assert refused[0]["extensions"]["code"] == "NOT_FOUND"
    assert answer(LIST, at=timezone.now())["nodes"] == []
    now = ask(LIST, **names).answer["errors"]
    assert now[0]["extensions"]["code"] == "NOT_FOUND"


def test_a_token_for_one_provider_sees_no_other_past(source, start, user):
    store_listing(source.pk, [WEB], started_at=start)
    provider_disconnect(provider=source.provider)
    limited = Credential("api_token", "1", Scope.READ, frozenset({"none"}))
    for person in (user, make_user(is_superuser=True)):
        assert [one.scope for one in visible_past_providers(person)] == [source.provider.scope]
        attach_credential(person, limited)
        assert not visible_past_providers(person).exists()


def test_repositories_of_hosts_alone_have_a_past(ask, user):
    repository_create(creator=user, name="own", full_name="me/own", url="https://example.org")
    document = """query ($at: DateTime) {
        repositoriesConnection(at: $at) { totalCount nodes { name } }
        repositoriesAggregate(at: $at) { totals { count } } }"""
    now = ask(document).data
    assert now["repositoriesConnection"]["nodes"] == [{"name": "own"}]
    then = ask(document, at=timezone.now().isoformat()).data
    assert then["repositoriesConnection"] == {"totalCount": 0, "nodes": []}
    assert then["repositoriesAggregate"] == {"totals": {"count": 0}}


@pytest.mark.usefixtures("source")
@pytest.mark.parametrize("resource", LISTED, ids=plural)
def test_what_at_cannot_be(ask, resource, settings):
    now = timezone.now()
    horizon = now - timedelta(days=settings.CHANGES_KEPT_DAYS)
    several = plural(resource)
    fields = [
        f"{several}(%s) {{ totalCount }}",
        f"{several}Aggregate(%s) {{ totals {{ count }} }}",
    ]
    if resource.is_connection_below_provider:
        fields.append(f"providers {{ {several}(%s) {{ totalCount }} }}")
    for field in fields:
        for given, part in (
            (f'at: "{now.isoformat()}", maxAge: 0', "maxAge"),
            (f'at: "{(now + HOUR).isoformat()}"', "future"),
            (f'at: "{(horizon - HOUR).isoformat()}"', "too long ago"),
            ('at: "0001-01-01T00:00:00+14:00"', "calendar"),
        ):
            (error,) = ask(f"{{ {field % given} }}").answer["errors"]
            assert error["extensions"] == {"code": "INVALID", "field": "at"}, (field, given)
            assert part in error["message"]
        asked = ask(f"{{ {field % f'at: {json.dumps(now.isoformat())}'} }}")
        assert asked.data
        assert asked.live.receipts == {}
