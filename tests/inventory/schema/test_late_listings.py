"""A first listing that is still being stored when a request gives up: no row of it is shown."""

import threading

import pytest

from inventory.live import store, wait
from inventory.live.in_flight import in_flight
from inventory.models import Source, VirtualMachine
from tests.client import token_of
from tests.gateway.streams.client import answered, in_loop, make_streams
from tests.inventory.factories import make_simulator
from tests.inventory.held_clouds import end_waits

pytestmark = pytest.mark.django_db(transaction=True)

STATUS = "sources { status error { message } }"
LISTS = f"""{{
    virtualMachines(maxAge: 0) {{ {STATUS} complete totalCount nodes {{ id }}
        facets(by: [{{field: STATE}}]) {{ valueCount }} }}
    virtualMachinesAggregate(maxAge: 0) {{ {STATUS} complete totals {{ count }} }}
    providers {{ virtualMachines(maxAge: 0) {{ {STATUS} totalCount nodes {{ id }} }} }}
    allComputeTypes(maxAge: 0) {{ id }}
    search(text: "e", types: [VIRTUAL_MACHINE], maxAge: 0) {{
        {STATUS} totalCount nodes {{ id }} }} }}"""
MESSAGE = "The cloud answered, but its answer was not stored within the deadline; ask again."
FAILED = [{"status": "FAILED", "error": {"message": MESSAGE}}]


@pytest.fixture
def held(user, monkeypatch):
    """The user's simulator, whose listing waits after its first rows until ``held`` is set."""
    go_on, stored = threading.Event(), threading.Event()
    end_waits(monkeypatch, stored)

    def hold():
        stored.set()
        go_on.wait(60)

    monkeypatch.setattr(store, "MOST_ROWS", 7)
    monkeypatch.setattr(store, "let_others_write", hold)
    monkeypatch.setattr(wait, "STORING_SECONDS", 0.0)
    make_simulator(user, machines=20)
    yield stored
    go_on.set()
    source = Source.objects.get(resource="virtual_machines")
    if joined := in_flight.join(source, seconds=60).call:
        joined.future.result(60)
    assert VirtualMachine.objects.count() == 20


def test_in_lists(ask, held):
    answer = ask(LISTS)

    found = answer.data
    assert held.is_set()
    assert 0 < VirtualMachine.objects.count() < 20
    page = found["virtualMachines"]
    assert page == {
        "sources": FAILED,
        "complete": False,
        "totalCount": 0,
        "nodes": [],
        "facets": [{"valueCount": 0}],
    }
    assert found["virtualMachinesAggregate"]["totals"] == {"count": 0}
    [nested] = [one["virtualMachines"] for one in found["providers"]]
    assert nested == {"sources": FAILED, "totalCount": 0, "nodes": []}
    assert found["allComputeTypes"] == []
    assert found["search"] == {"sources": FAILED, "totalCount": 0, "nodes": []}


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("virtualMachines", "source { status error { message } } nodes { id }"),
        ("virtualMachinesAggregate", f"{STATUS} totals {{ count }}"),
    ],
)
def test_in_streams(user, held, name, fields):
    async def watch(streams):
        query = f"subscription {{ {name}(maxAge: 0) {{ {fields} }} }}"
        [answer] = (await answered(streams, token_of_user, query)).answers
        assert held.is_set()
        assert answer["data"][name] in (
            {"source": FAILED[0], "nodes": []},
            {"sources": FAILED, "totals": {"count": 0}},
        )

    token_of_user = token_of(user)
    in_loop(watch, make_streams())
