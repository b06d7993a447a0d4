"""Queries for changes."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection as db
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gateway.core.errors import InvalidInput
from gateway.core.graphql import nodes
from inventory.live.store import store_listing
from inventory.models import Change, Source
from inventory.records.volume import VolumeRecord, VolumeState
from inventory.resources import all_resources
from inventory.resources.history import noted
from inventory.resources.key_pair import KEY_PAIRS
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.resources.volume import VOLUMES
from inventory.selectors.changes import check_change_fields
from inventory.services.machines import provider_id
from inventory.services.providers import provider_update
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import make_simulator, make_user

SECOND = timedelta(seconds=1)
ONE_BY_ONE = """{ virtualMachines(first: 50, maxAge: 0) { nodes {
    name changes(first: 2) { field before after at } } } }"""
ALL = """query ($since: DateTime, $provider: [ID!], $first: Int) {
    changes(filter: {since: $since, provider: $provider}, first: $first) { nodes {
        at field before after target { name } provider { name } } } }"""

OF_MACHINE = """query ($id: ID!) {
    virtualMachine(id: $id, maxAge: 60) { changes { field virtualMachine { name } } } }"""


def every(ask, **given):
    return ask(ALL, **given).data["changes"]["nodes"]


def grow(ask, user, **options):
    """A provider whose second listing shows two machines more."""
    provider = make_simulator(user, machines=3, **options)
    ask("{ virtualMachines(maxAge: 0) { totalCount } }", asker=user)
    provider_update(provider=provider, credentials={"machines": "5"})
    ask("{ virtualMachines(maxAge: 0) { totalCount } }", asker=user)
    return provider


def test_changes_of_a_machine_and_of_all(ask, user):
    provider = grow(ask, user, name="cloud")

    changes = every(ask)
    assert len(changes) == 2
    assert {change["field"] for change in changes} == {"state"}
    assert {change["provider"]["name"] for change in changes} == {"cloud"}
    nodes = ask(ONE_BY_ONE).data["virtualMachines"]["nodes"]
    shown = {node["name"]: len(node["changes"]) for node in nodes}
    assert sorted(shown.values()) == [0, 0, 0, 1, 1]

    assert len(every(ask, first=1)) == 1
    assert len(every(ask, provider=[provider_id(provider)])) == 2
    assert every(ask, provider=[]) == []
    assert every(ask, since="2100-01-01T00:00:00+00:00") == []


def test_others_see_none_of_them(ask, user):
    provider = grow(ask, user)
    other = make_user()

    assert every(ask, asker=other) == []
    [error] = ask(ALL, asker=other, provider=[provider_id(provider)]).answer["errors"]
    assert error["extensions"] == {"code": "NOT_FOUND", "field": "filter.provider"}


def test_the_changes_of_a_page_cost_one_query(ask, user):
    grow(ask, user)
    query = ONE_BY_ONE.replace("maxAge: 0", "maxAge: 60")

    with CaptureQueriesContext(db) as captured:
        ask(query)

    assert sum("inventory_change" in entry["sql"] for entry in captured) == 1


def test_times_without_an_offset_are_utc_and_impossible_ones_are_told(ask, user):
    grow(ask, user)

    assert len(every(ask, since="2020-01-01T00:00:00")) == 2
    [error] = ask(ALL, since="0001-01-01T00:00:00+23:00").answer["errors"]
    assert error["extensions"] == {"code": "INVALID", "field": "filter.since"}


CONNECTION = """query ($filter: ChangeFilter, $first: Int, $after: String) {
    changes(filter: $filter, first: $first, after: $after) {
        totalCount pageInfo { endCursor hasNextPage }
        nodes { id at type field before after provider { name }
            target { id
                ... on VirtualMachine { name size { name } } ... on Volume { gib: size } } } } }"""


def store(provider, resource, *records):
    """A listing of each of ``records``, a second after the one before."""
    at = {"resource": resource.plural, "region": provider.regions[0]}
    source, _new = Source.objects.get_or_create(provider=provider, **at)
    for number, record in enumerate(records):
        store_listing(source.pk, [record], started_at=timezone.now() + number * SECOND)
    return nodes.id_of(resource.model.objects.get(source=source))


def connection(ask, **given):
    found = ask(CONNECTION, **given)
    assert "errors" not in found.answer, found.answer
    return found.data["changes"]


@pytest.fixture
def world(user):
    """A machine with one change and a volume with two, which came later."""
    provider = make_simulator(user, name="cloud")
    running = MachineRecord("vm", "web", MachineState.RUNNING, "running")
    machine = store(
        provider, VIRTUAL_MACHINES, running, replace(running, state=MachineState.STOPPED)
    )
    free = VolumeRecord("v", "data", VolumeState.AVAILABLE, "available", size=8)
    used = replace(free, state=VolumeState.IN_USE, machine_id="vm")
    Change.objects.update(at=timezone.now() - SECOND)
    return SimpleNamespace(
        provider=provider, machine=machine, volume=store(provider, VOLUMES, free, used)
    )


def test_changes_of_all_types_are_in_pages(ask, world):
    found = connection(ask, first=2)

    assert (found["totalCount"], found["pageInfo"]["hasNextPage"]) == (3, True)
    shown = {node["field"]: node for node in found["nodes"]}
    assert {node["type"] for node in found["nodes"]} == {"VOLUME"}
    assert (shown["state"]["before"], shown["state"]["after"]) == ("AVAILABLE", "IN_USE")
    assert (shown["machine"]["before"], shown["machine"]["after"]) == (None, "vm")
    assert shown["state"]["target"] == {"id": world.volume, "gib": 8}
    assert shown["state"]["provider"] == {"name": "cloud"}

    [last] = connection(ask, first=2, after=found["pageInfo"]["endCursor"])["nodes"]
    assert (last["type"], last["target"]["id"]) == ("VIRTUAL_MACHINE", world.machine)
    [old] = ask(OF_MACHINE, id=world.machine).data["virtualMachine"]["changes"]
    assert (old["field"], old["virtualMachine"]["name"]) == ("state", "web")


def test_changes_are_filtered(ask, world):
    def fields(**limits):
        return sorted(node["field"] for node in connection(ask, filter=limits)["nodes"])

    assert fields(type=["VIRTUAL_MACHINE"]) == ["state"]
    assert fields(type=["VIRTUAL_MACHINE", "VOLUME"]) == ["machine", "state", "state"]
    assert fields(target=[world.volume]) == ["machine", "state"]
    assert fields(target=[world.volume, world.machine]) == ["machine", "state", "state"]
    assert fields(field=["machine"]) == ["machine"]
    assert fields(provider=[world.provider.scope], field=["machine", "size"]) == ["machine"]
    assert fields(type=["VIRTUAL_MACHINE"], field=["size"]) == []
    assert fields(since="2100-01-01T00:00:00Z") == fields(until="2000-01-01T00:00:00Z") == []
    for limit in ("type", "target", "field", "provider"):
        assert fields(**{limit: []}) == []


def test_the_objects_of_a_filter_of_changes_must_be_there(ask, world):
    other = make_user()

    for value, asker, code in (
        ("no id", None, "INVALID"),
        (world.provider.scope, None, "NOT_FOUND"),
        (world.volume, other, "NOT_FOUND"),
    ):
        asking = {} if asker is None else {"asker": asker}
        [error] = ask(CONNECTION, filter={"target": [value]}, **asking).answer["errors"]
        assert error["extensions"] == {"code": code, "field": "filter.target"}
    assert ask(CONNECTION, asker=other).data["changes"]["nodes"] == []


def test_the_objects_of_a_page_of_changes_cost_one_query_of_each_type(ask, world):
    with CaptureQueriesContext(db) as captured:
        connection(ask)

    statements = [entry["sql"] for entry in captured if "FROM" in entry["sql"]]
    for table in ("inventory_virtualmachine", "inventory_volume"):
        assert sum(f'FROM "{table}"' in sql for sql in statements) == 1, statements


def test_an_object_has_its_changes(ask, world):
    query = "{ node(id: %s) { ... on Volume { changes { type field target { id } } } } }"

    found = ask(query % f'"{world.volume}"').data["node"]["changes"]

    assert {change["field"] for change in found} == {"state", "machine"}
    assert {change["target"]["id"] for change in found} == {world.volume}


@pytest.mark.parametrize(
    ("limits", "known"),
    [
        ({}, None),
        ({"type": ["VOLUME"]}, VOLUMES),
        ({"type": ["KEY_PAIR"]}, KEY_PAIRS),
        ({"target": "volume"}, VOLUMES),
        ({"target": "machine"}, VIRTUAL_MACHINES),
    ],
)
@pytest.mark.parametrize("wrong", ["State", "stat", "machine_id", "sshCommand", ""])
def test_a_field_that_there_is_not_is_refused_with_those_that_there_are(
    ask, world, limits, known, wrong
):
    if "target" in limits:
        limits = {"target": [getattr(world, limits["target"])]}

    [error] = ask(CONNECTION, filter={**limits, "field": ["state", wrong]}).answer["errors"]

    assert error["extensions"] == {"code": "INVALID", "field": "filter.field"}
    of = "" if known is None else f" of {known.nouns[1]}"
    said, _, names = error["message"].partition(". There are: ")
    assert said == f"There is no field with changes {wrong!r}{of}"
    for name in names.removesuffix(".").split(", "):
        connection(ask, filter={**limits, "field": [name]})


@pytest.mark.parametrize(
    "resource", [one for one in all_resources() if one.history], ids=lambda one: one.plural
)
def test_each_field_with_changes_is_a_field_of_its_type(resource, ask):
    with pytest.raises(InvalidInput) as refused:
        check_change_fields(["nonsense"], [resource])

    names = str(refused.value).partition("There are: ")[2].removesuffix(".").split(", ")
    shown = ask(f'{{ __type(name: "{resource.type_name}") {{ fields {{ name }} }} }}')
    assert len(names) == len(set(names)) == len(noted(resource))
    of_size = {"disk"} if resource is VIRTUAL_MACHINES else set()  # which the machine's row keeps
    assert set(names) - of_size <= {field["name"] for field in shown.data["__type"]["fields"]}
