"""Filters of machines by their facts, on whichever database the tests run."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from gateway.core.ids import global_id
from inventory.live.store import store_listing
from inventory.models import MachineAddress, MachineTag
from inventory.types import MachineRecord, MachineState
from jobs.api import Job
from tests.inventory.factories import machine_source, make_simulator, make_user

LIST = """query ($filter: VirtualMachineFilter, $orderBy: VirtualMachineOrder) {
    virtualMachines(first: 1000, maxAge: 3600, filter: $filter, orderBy: $orderBy) {
        totalCount nodes { name } } }"""
MAY = datetime(2026, 5, 1, tzinfo=UTC)


def machine(name, **facts):
    facts = {"tags": (), "raw_state": "up"} | facts
    return MachineRecord(external_id=f"i-{name}", name=name, state=MachineState.RUNNING, **facts)


MACHINES = [
    machine(
        "Web-1",
        tags=(("env", "prod"), ("team", "Red")),
        public_ips=("192.0.2.10",),
        size_id="large",
        image_id="debian-13",
        memory=4096,
        vcpus=4,
        created_at=MAY,
    ),
    machine(
        "Web-2",
        tags=(("env", "test"), ("team", "Red")),
        private_ips=("10.0.0.2", "2001:DB8::2"),
        size_id="small",
        image_id="debian-12",
        vcpus=1,
        created_at=MAY + timedelta(days=3),
    ),
    machine("db_1", tags=(("env", ""),), size_id="small", image_name="Ubuntu 100% LTS"),
]


@pytest.fixture
def stored(user):
    provider = make_simulator(user, machines=0)
    source = machine_source(provider)
    store_listing(source.pk, MACHINES, started_at=timezone.now())
    return provider


@pytest.fixture
def found(ask, stored):
    def names(**limits):
        page = ask(LIST, filter=limits).data["virtualMachines"]
        assert page["totalCount"] == len(page["nodes"])
        return [node["name"] for node in page["nodes"]]

    return names


@pytest.mark.each_case
@pytest.mark.parametrize(
    ("limits", "names"),
    [
        ({"tags": [{"key": "team"}]}, ["Web-1", "Web-2"]),
        ({"tags": [{"key": "team", "value": "Red"}]}, ["Web-1", "Web-2"]),
        ({"tags": [{"key": "team", "value": "red"}]}, []),
        ({"tags": [{"key": "team"}, {"key": "env", "value": "prod"}]}, ["Web-1"]),
        ({"tags": [{"key": "env", "value": ""}]}, ["db_1"]),
        ({"tags": [{"key": "en"}]}, []),
        ({"size": ["small"]}, ["Web-2", "db_1"]),
        ({"size": ["small", "large"], "image": ["debian-13"]}, ["Web-1"]),
        ({"size": []}, []),
        ({"address": ["192.0.2.10"]}, ["Web-1"]),
        ({"address": ["2001:db8::2", "192.0.2.10"]}, ["Web-1", "Web-2"]),
        ({"address": ["192.0.2.1"]}, []),
        ({"address": ["2001:0DB8:0:0::2"]}, ["Web-2"]),
        ({"address": ["2001:db8:0:0:0:0:0:2/128", " 192.0.2.10 "]}, ["Web-1", "Web-2"]),
        ({"address": ["192.0.2.10/32"]}, ["Web-1"]),
        ({"address": ["2001:db8::20"]}, []),
        ({"search": "2001:DB8:0:0::2"}, ["Web-2"]),
        ({"search": "2001:db8::2 red"}, ["Web-2"]),
        ({"search": "2001:db8"}, ["Web-2"]),
        ({"createdAfter": "2026-05-02T00:00:00Z"}, ["Web-2"]),
        ({"createdBefore": "2026-05-02T00:00:00+00:00"}, ["Web-1"]),
        ({"createdAfter": "2026-05-01T02:00:00+02:00"}, ["Web-1", "Web-2"]),
        ({"createdBefore": "2026-05-01T00:00:00Z"}, []),
        ({"search": "web"}, ["Web-1", "Web-2"]),
        ({"search": "WEB prod"}, ["Web-1"]),
        ({"search": "team=red 10.0.0"}, ["Web-2"]),
        ({"search": "100%"}, ["db_1"]),
        ({"search": "%"}, ["db_1"]),
        ({"search": "db_1"}, ["db_1"]),
        ({"search": "d__1"}, []),
        ({"search": "I-Web-1"}, ["Web-1"]),
        ({"search": "  "}, ["Web-1", "Web-2", "db_1"]),
        ({"search": "ubuntu red"}, []),
        ({"name": "WEB", "tags": [{"key": "env", "value": "test"}]}, ["Web-2"]),
    ],
)
def test_what_each_condition_finds(found, limits, names):
    assert sorted(found(**limits)) == sorted(names)


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.0/8",
        "2001:db8::/32",
        "10.0.0",
        "",
        " ",
        "web-1",
        "10.0.0.2,10.0.0.3",
        "2001:db8",
        "0",
    ],
)
def test_a_filter_by_what_is_no_address_is_refused(ask, stored, text):
    """It would find nothing, and the answer would be complete."""
    [error] = ask(LIST, filter={"address": ["192.0.2.10", text]}).answer["errors"]

    assert error["extensions"]["code"] == "INVALID"
    assert error["extensions"]["field"] == "filter.address"
    assert repr(text) in error["message"]
    assert "10.0.0.5 or 2001:db8::1" in error["message"]


def test_an_address_is_shown_in_its_canonical_form(ask, stored):
    query = '{ virtualMachines(maxAge: 3600, filter: {name: "Web-2"}) { nodes { privateIps } } }'

    [machine] = ask(query).data["virtualMachines"]["nodes"]

    assert machine == {"privateIps": ["10.0.0.2", "2001:db8::2"]}


def test_sizes_and_images_by_the_gateways_own_ids(found, stored):
    here = f"{stored.public_id}:{machine_source(stored).region}"

    assert found(size=[global_id("Size", f"{here}:large")]) == ["Web-1"]
    assert found(image=[global_id("Image", f"{here}:debian-12")]) == ["Web-2"]


def test_when_machines_were_seen(found, stored):
    seen = machine_source(stored).fetched_at

    assert len(found(seenAfter=(seen - timedelta(seconds=1)).isoformat())) == 3
    assert found(seenAfter=(seen + timedelta(seconds=1)).isoformat()) == []
    assert len(found(seenBefore=(seen + timedelta(seconds=1)).isoformat())) == 3
    assert found(seenBefore=(seen - timedelta(seconds=1)).isoformat()) == []


def test_a_listing_that_finds_a_machine_unchanged_has_seen_it(found, stored):
    source = machine_source(stored)
    later = timezone.now()
    store_listing(source.pk, MACHINES[:2], started_at=later)

    assert sorted(found(seenAfter=later.isoformat())) == ["Web-1", "Web-2"]
    assert found(seenBefore=later.isoformat()) == ["db_1"]


def test_terms_follow_their_machine(found, stored):
    source = machine_source(stored)
    changed = machine("Web-1", tags=(("env", "stage"),), public_ips=("192.0.2.99",))
    store_listing(source.pk, [changed, *MACHINES[1:]], started_at=timezone.now())

    assert found(tags=[{"key": "env", "value": "stage"}]) == ["Web-1"]
    assert found(tags=[{"key": "env", "value": "prod"}]) == []
    assert found(address=["192.0.2.10"]) == []
    assert found(search="192.0.2.99 stage") == ["Web-1"]

    stored.delete()
    assert not MachineTag.objects.exists()
    assert not MachineAddress.objects.exists()


@pytest.mark.parametrize(
    ("field", "first"), [("VCPUS", "db_1"), ("PRICE", "Web-1"), ("MEMORY", "Web-2")]
)
def test_orders_of_what_may_be_unknown(ask, stored, field, first):
    page = ask(LIST, orderBy={"field": field}).data["virtualMachines"]

    assert page["nodes"][0]["name"] == first


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        ({"tags": [{"key": str(number)} for number in range(21)]}, "filter.tags"),
        ({"search": "a " * 21}, "filter.search"),
        ({"createdAfter": "0001-01-01T00:00:00+23:00"}, "filter.createdAfter"),
        ({"seenBefore": "9999-12-31T23:59:59-23:00"}, "filter.seenBefore"),
        ({"size": [global_id("Image", "x")]}, "filter.size"),
    ],
)
def test_what_cannot_be(ask, stored, limits, field):
    answer = ask(LIST, filter=limits).answer

    assert answer["errors"][0]["extensions"] == {"code": "INVALID", "field": field}


def test_others_find_nothing(ask, stored):
    page = ask(LIST, asker=make_user(), filter={"search": "web"}).data["virtualMachines"]
    assert page == {"totalCount": 0, "nodes": []}


def test_many_machines_are_changed_by_the_same_filter(ask, stored):
    answer = ask(
        """mutation ($filter: VirtualMachineFilter) {
        stopVirtualMachines(input: {filter: $filter}) { errors { code message }
            job { children { totalCount } } } }""",
        filter={
            "tags": [{"key": "team", "value": "Red"}],
            "createdAfter": "2026-05-02T00:00:00Z",
        },
    ).data["stopVirtualMachines"]

    assert answer["errors"] == []
    assert answer["job"]["children"]["totalCount"] == 1
    assert Job.objects.get(parent__isnull=False).target


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        ({}, "filter"),
        ({"tags": []}, "filter.tags"),
        ({"search": "  "}, "filter.search"),
        ({"name": "", "search": "", "tags": []}, "filter.name"),
    ],
)
@pytest.mark.parametrize("mutation", ["stopVirtualMachines", "terminateVirtualMachines"])
def test_a_filter_that_leaves_nothing_out_changes_nothing(ask, stored, mutation, limits, field):
    answer = ask(
        f"""mutation ($filter: VirtualMachineFilter) {{
        {mutation}(input: {{filter: $filter}}) {{ errors {{ code field }} job {{ id }} }} }}""",
        filter=limits,
    ).data[mutation]

    assert answer == {"errors": [{"code": "INVALID", "field": field}], "job": None}
    assert not Job.objects.exists()


@pytest.mark.each_case
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize(
    "field", ["NAME", "CREATED_AT", "STATE", "REGION", "MEMORY", "VCPUS", "PRICE"]
)
def test_every_order_pages_backward_as_it_does_forward(ask, stored, field, direction):
    query = """query ($first: Int, $after: String, $last: Int, $before: String,
            $orderBy: VirtualMachineOrder) {
        virtualMachines(first: $first, after: $after, last: $last, before: $before, maxAge: 3600,
            orderBy: $orderBy) { nodes { name } pageInfo { startCursor endCursor } } }"""

    def names(**window):
        order = {"field": field, "direction": direction}
        page = ask(query, orderBy=order, **window).data["virtualMachines"]
        return [node["name"] for node in page["nodes"]], page["pageInfo"]

    forward, info = names(first=2)
    forward += names(first=2, after=info["endCursor"])[0]
    backward, info = names(last=2)
    backward = names(last=2, before=info["startCursor"])[0] + backward

    assert sorted(forward) == ["Web-1", "Web-2", "db_1"]
    assert backward == forward
