"""Tags and labels are found exactly, also those that are longer than the terms of the index."""

import pytest
from django.utils import timezone

from inventory.live.bounds import LONGEST_ITEM
from inventory.live.store import store_listing
from inventory.models.source import SourceResource
from inventory.models.terms import LONGEST_TERM
from inventory.types import ContainerRecord, ContainerState, MachineRecord, MachineState
from tests.clouds.engine import connect_engine, engines  # noqa: F401 - a fixture
from tests.inventory.factories import machine_source, make_simulator

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("engines")]

BASE = "x" * LONGEST_TERM
TAGS = {
    "one": (("k", BASE + "one"), ("env", "prod")),
    "two": (("k", BASE + "two"), ("env", "prod")),
    "bare": (("k", BASE),),
    "key-1": ((BASE + "1", "v"),),
    "key-2": ((BASE + "2", "v"),),
    "swapped": ((BASE + "one", "k"),),
    "longest": (("k", "y" * (LONGEST_ITEM - 1)),),
}
LISTS = {
    "virtualMachines": ("tags", "VirtualMachineFilter"),
    "containers": ("labels", "ContainerFilter"),
}


@pytest.fixture(params=LISTS)
def found(request, ask, user):
    """The names of what a list finds by its tags or labels."""
    part, declared = LISTS[request.param]
    now = timezone.now()
    if part == "tags":
        source = machine_source(make_simulator(user, machines=0))
        state = {"state": MachineState.RUNNING, "raw_state": "up"}
        record = MachineRecord
    else:
        sources = connect_engine(user).sources
        source = sources.get(resource=SourceResource.CONTAINERS)
        state = {"state": ContainerState.RUNNING, "raw_state": "up"}
        record = ContainerRecord
    records = [
        record(external_id=f"i-{name}", name=name, **{part: tags}, **state)
        for name, tags in TAGS.items()
    ]
    store_listing(source.pk, records, started_at=now)
    query = f"""query ($f: {declared}) {{ {request.param}(maxAge: 3600, filter: $f) {{
        totalCount nodes {{ name }} }} }}"""

    def names(*pairs):
        wanted = [{"key": key, "value": value} for key, value in pairs]
        answer = ask(query, f={part: wanted}).answer
        if "errors" in answer:
            return answer["errors"][0]["extensions"]
        page = answer["data"][request.param]
        assert page["totalCount"] == len(page["nodes"])
        return sorted(node["name"] for node in page["nodes"])

    return names


@pytest.mark.each_case
@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("k", BASE + "one")], ["one"]),
        ([("k", BASE + "one"), ("env", "prod")], ["one"]),
        ([("k", BASE + "one"), ("env", "test")], []),
        ([("k", BASE)], ["bare"]),
        ([("k", BASE + "three")], []),
        ([("k", BASE[1:])], []),
        ([("k", None)], ["bare", "longest", "one", "two"]),
        ([(BASE + "1", "v")], ["key-1"]),
        ([(BASE + "1", None)], ["key-1"]),
        ([(BASE, None)], []),
        ([(BASE + "one", None)], ["swapped"]),
        ([("k", "y" * (LONGEST_ITEM - 1))], ["longest"]),
        ([("k", "y" * (LONGEST_ITEM - 2))], []),
    ],
)
def test_a_long_pair_is_found_exactly(found, pairs, expected):
    assert found(*pairs) == expected


@pytest.mark.parametrize("pair", [("k", "y" * LONGEST_ITEM), ("y" * LONGEST_ITEM, None)])
def test_what_is_stored_cut_cannot_be_asked_for(found, pair):
    """An empty list would pass for a complete answer."""
    refusal = found(pair)

    assert refusal["code"] == "INVALID"
    assert refusal["field"] in {"filter.tags", "filter.labels"}


def test_many_are_changed_by_a_long_tag_exactly(ask, user):
    source = machine_source(make_simulator(user, machines=0))
    records = [
        MachineRecord(
            external_id=name, name=name, state=MachineState.RUNNING, raw_state="up", tags=tags
        )
        for name, tags in TAGS.items()
    ]
    store_listing(source.pk, records, started_at=timezone.now())

    answer = ask(
        """mutation ($f: VirtualMachineFilter) { terminateVirtualMachines(input: {
            filter: $f, dryRun: true }) { dryRun { targets { virtualMachine { name } } } } }""",
        f={"tags": [{"key": "k", "value": BASE}]},
    ).data["terminateVirtualMachines"]

    names = [target["virtualMachine"]["name"] for target in answer["dryRun"]["targets"]]
    assert names == ["bare"]
