"""``virtualMachineChanged`` and its like: the stored rows, then what reads of clouds write."""

from dataclasses import replace

import pytest

from inventory.models import Grant, Role, VirtualMachine
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.schema.table import subscriptions
from tests.client import GraphQLClient, token_of
from tests.gateway.streams.client import in_loop, in_thread, make_streams, opened
from tests.inventory.cloud_patches import patch_cloud, plain_cloud
from tests.inventory.factories import make_simulator
from tests.jobs.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

WATCH = """subscription ($filter: VirtualMachineFilter) { virtualMachineChanged(filter: $filter) {
    id name state provider { name } size { name } } }"""
ASK = "{ virtualMachines(maxAge: 0) { totalCount complete } }"


@pytest.fixture(autouse=True)
def _clouds(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"


@pytest.fixture
def ann():
    return make_user("ann")


@pytest.fixture
def client(ann):
    return GraphQLClient(token_of(ann))


def machines(answers):
    return [answer["data"]["virtualMachineChanged"] for answer in answers]


def rename_in_cloud(monkeypatch, row, name):
    """From now on, its cloud lists the machine by this name."""
    list_all = plain_cloud("virtual_machines", "list")

    def listed(cloud, *given):
        records = list_all(cloud, *given)
        return [
            replace(one, name=name) if one.external_id == row.external_id else one
            for one in records
        ]

    patch_cloud(monkeypatch, "virtual_machines", "list", listed)


def change_state(row, state):
    """Change the row as a listing does; the next listing writes the cloud's own state again."""
    VirtualMachine.objects.filter(pk=row.pk).update(state=state, fingerprint="")


def test_the_stored_rows_and_then_each_that_a_read_writes(ann, client, monkeypatch):
    make_simulator(ann, machines=12, name="cloud")
    client.data(ASK)
    [first, *_] = VirtualMachine.objects.order_by("pk")

    async def watch(streams):
        async with opened(streams, client.token, WATCH) as response:
            await response.count(12)
            rename_in_cloud(monkeypatch, first, "renamed")
            await in_thread(client.data, ASK)
            # A change that was written just before the stream began may be sent again meanwhile.
            await response.until(lambda seen: renamed(seen.answers))
            found = machines(response.answers)
        assert len({machine["id"] for machine in found[:12]}) == 12
        changed, *_ = renamed(response.answers)
        assert changed["id"] in {machine["id"] for machine in found[:12]}
        assert changed["size"]["name"]

    def renamed(answers):
        return [machine for machine in machines(answers) if machine["name"] == "renamed"]

    in_loop(watch, make_streams())


def test_machines_of_a_provider_that_is_connected_meanwhile(ann, client):
    async def watch(streams):
        async with opened(streams, client.token, WATCH) as response:
            await response.until(lambda found: found.text)
            await in_thread(make_simulator, ann, machines=12, name="late")
            await in_thread(client.data, ASK)
            found = machines(await response.count(12))
        assert {machine["provider"]["name"] for machine in found} == {"late"}

    in_loop(watch, make_streams())


def test_an_unchanged_read_sends_nothing(ann, client):
    make_simulator(ann, machines=2, name="cloud")
    client.data(ASK)

    async def watch(streams):
        async with opened(streams, client.token, WATCH) as response:
            await response.count(2)
            await in_thread(client.data, ASK)
            await in_thread(make_simulator, ann, machines=1, name="other")
            await in_thread(client.data, ASK)
            assert len(machines(await response.count(3))) == 3

    in_loop(watch, make_streams())


def test_the_filter_is_asked_at_each_event(ann, client):
    make_simulator(ann, machines=12, name="cloud")
    client.data(ASK)
    running, *_ = VirtualMachine.objects.filter(state="RUNNING").order_by("pk")
    stopped, *_ = VirtualMachine.objects.filter(state="STOPPED").order_by("pk")

    async def watch(streams):
        variables = {"filter": {"state": ["STOPPED"], "name": stopped.name[:3]}}
        async with opened(streams, client.token, WATCH, variables=variables) as response:
            before = len(await response.count(1))
            for row in (running, stopped):
                await in_thread(change_state, row, "UNKNOWN")
            await in_thread(client.data, ASK)
            found = machines(await response.count(before + 1))
        assert {machine["state"] for machine in found} == {"STOPPED"}
        assert found[-1]["name"] == stopped.name

    in_loop(watch, make_streams())


def test_a_user_whose_role_was_taken_back_receives_nothing_more(ann, client):
    bob = make_user("bob")
    provider = make_simulator(bob, machines=12, name="shared")
    Grant.objects.create(provider=provider, user=ann, role=Role.VIEWER.value)
    own = make_simulator(ann, machines=1, name="own")
    client.data(ASK)
    row = VirtualMachine.objects.filter(provider=provider).first()

    async def watch(streams):
        async with opened(streams, client.token, WATCH) as response:
            await response.count(13)
            await in_thread(lambda: Grant.objects.all().delete())
            await in_thread(change_state, row, "UNKNOWN")
            await in_thread(lambda: GraphQLClient(token_of(bob)).data(ASK))
            mine = await in_thread(VirtualMachine.objects.filter(provider=own).first)
            await in_thread(change_state, mine, "UNKNOWN")
            await in_thread(client.data, ASK)
            found = machines(await response.count(14))
        assert [machine["provider"]["name"] for machine in found[13:]] == ["own"]

    in_loop(watch, make_streams())


def test_more_rows_than_are_read_at_a_time(ann, client, monkeypatch):
    monkeypatch.setattr(subscriptions, "CHUNK", 5)
    make_simulator(ann, machines=12, name="cloud")
    client.data(ASK)

    async def watch(streams):
        async with opened(streams, client.token, WATCH) as response:
            await response.count(12)
            await in_thread(VirtualMachine.objects.update, fingerprint="")
            await in_thread(client.data, ASK)
            found = machines(await response.count(24))
        assert sorted(one["id"] for one in found[:12]) == sorted(one["id"] for one in found[12:])

    in_loop(watch, make_streams())


def test_rows_that_a_listing_has_written_while_nobody_listened_are_found(ann, client):
    """``test_missed`` has those of every resource."""
    topic = subscriptions.RowChanged(VIRTUAL_MACHINES).topic
    mark = topic.latest()
    assert topic.since(mark, 0) == ({}, None)

    make_simulator(ann, machines=3, name="cloud")
    client.data(ASK)

    found, last = topic.since(mark, 0)
    keys = VirtualMachine.objects.values_list("pk", flat=True)
    assert (sorted(found.values()), last) == (sorted(map(str, keys)), None)


@pytest.mark.parametrize("filter_", [{"provider": ["nonsense"]}, {"kind": ["nonsense"]}])
def test_a_filter_that_is_wrong_is_told_and_ends_the_stream(client, filter_):
    async def watch(streams):
        async with opened(streams, client.token, WATCH, variables={"filter": filter_}) as response:
            await response.end()
        [answer] = response.answers
        assert answer["errors"][0]["extensions"]["field"].startswith("filter.")
        assert response.events[-1] == ("complete", None)

    in_loop(watch, make_streams())
