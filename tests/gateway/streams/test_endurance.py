"""Budgets, databases that are away, slow clients and lost clients affect only their own stream."""

import asyncio

import pytest
from django.db import OperationalError

from gateway.core.graphql.execution import Executor, GraphQLRequest
from gateway.streams import hub
from gateway.streams.caller import Caller
from gateway.streams.single import Operation, hand_over
from gateway.streams.tokens import stream_of
from inventory.models import VirtualMachine
from inventory.schema.table import subscriptions
from tests.client import GraphQLClient, token_of
from tests.gateway.streams.client import SECONDS, answered, in_loop, in_thread, make_streams, opened
from tests.gateway.streams.test_requests import code_of
from tests.gateway.streams.test_single import connected, in_two_processes, reserved
from tests.inventory.factories import make_simulator
from tests.jobs.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

ASK = "{ virtualMachines(maxAge: 0) { totalCount } }"
WATCH = "subscription { virtualMachineChanged { id name size { name } } }"


@pytest.fixture(autouse=True)
def _clouds(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"


@pytest.fixture
def ann():
    return make_user("ann")


def client_with(ann, machines):
    make_simulator(ann, machines=machines, name="cloud")
    client = GraphQLClient(token_of(ann))
    client.data(ASK)
    return client


def ids(response):
    return [answer["data"]["virtualMachineChanged"]["id"] for answer in response.answers]


async def until(condition):
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)


def test_a_spent_budget_delays_the_present_state_and_repeats_none_of_it(ann, settings):
    client = client_with(ann, 60)
    settings.GRAPHQL_BUDGET = {"per_second": 60, "burst": 90}  # 3 points each

    async def watch(streams):
        async with opened(streams, client.token, WATCH) as response:
            await response.count(60)
        assert len(set(ids(response))) == len(ids(response)) == 60

    in_loop(watch, make_streams())


def test_nothing_is_asked_for_a_client_that_has_gone(ann, monkeypatch):
    client = client_with(ann, 500)
    execute, events = Executor.execute, []
    monkeypatch.setattr(Executor, "execute", lambda *given: events.append(1) or execute(*given))

    async def watch(streams):
        async with opened(streams, client.token, WATCH) as response:
            await response.count(5)
        await until(lambda: not streams._hub._groups)

    in_loop(watch, make_streams())
    assert len(events) < 250


def test_a_client_that_goes_while_its_budget_is_spent_leaves_nothing(ann, settings):
    client = client_with(ann, 60)
    settings.GRAPHQL_BUDGET = {"per_second": 1, "burst": 90}

    async def watch(streams):
        async with opened(streams, client.token, WATCH) as response:
            await response.count(20)
        await until(lambda: not streams._hub._groups)
        assert streams._limits.open == 0

    in_loop(watch, make_streams())


def test_a_client_that_sleeps_stalls_no_other_of_the_same_query(ann):
    client = client_with(ann, 12)

    async def watch(streams):
        async with opened(streams, client.token, WATCH) as asleep:
            await asleep.until(lambda found: found.text)
            asleep.taking.clear()
            async with opened(streams, client.token, WATCH) as awake:
                await awake.count(12)

    in_loop(watch, make_streams())


def test_a_database_that_is_away_for_a_moment_delays_an_event(ann, monkeypatch):
    monkeypatch.setattr(hub, "POLL_SECONDS", 0.05)
    client = client_with(ann, 3)
    announced, failures = subscriptions.rows_announced, []

    def away_once(*given):
        if not failures:
            failures.append(1)
            raise OperationalError("server closed the connection unexpectedly")
        return announced(*given)

    field = subscriptions.RowChanged(
        next(one for one in subscriptions.all_resources() if one.plural == "virtual_machines")
    )
    object.__setattr__(field.topic, "related", lambda found: away_once(field._resource, found))

    async def watch(streams):
        async with opened(streams, client.token, WATCH) as response:
            await response.count(3)
            await in_thread(lambda: VirtualMachine.objects.update(fingerprint=""))
            await in_thread(client.data, ASK)
            await response.count(6)
        assert failures

    in_loop(watch, make_streams({"virtualMachineChanged": field}))


def test_an_id_that_is_started_and_ended_in_a_burst_leaves_nothing(ann):
    token = token_of(ann)
    caller = Caller(ann.pk, f"JWT {token}", "192.0.2.1", "test")

    async def work(here, _there):
        reservation = await reserved(here, token)
        name = stream_of(reservation, ann.pk)

        def burst():
            for number in range(30):
                query = f"subscription {{ jobUpdated {{ id n{number}: label }} }}"
                hand_over(name, Operation("x", caller, GraphQLRequest(query)))
                hand_over(name, Operation("x", caller, None))
            hand_over(name, Operation("last", caller, GraphQLRequest("{ viewer { login } }")))

        async with connected(here, token, reservation) as response:
            await response.until(lambda found: found.text)
            await in_thread(burst)
            await response.until(lambda found: ("complete", {"id": "last"}) in found.events)
        await until(lambda: not here._hub._groups)
        assert here._limits.open == 0

    in_two_processes(work)


def test_a_host_that_is_not_ours_is_refused(ann):
    async def ask(streams):
        headers = ((b"host", b"evil.example"),)
        response = await answered(streams, None, method="PUT", headers=headers, host=None)
        assert code_of(response) == (400, "BAD_REQUEST")

    in_loop(ask, make_streams())
