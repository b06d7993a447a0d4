"""Whose rights an answer has, and how long: those of now, of the one who sent the operation."""

import asyncio
from threading import Event

import pytest

from gateway.core.accounts.models import Session
from gateway.core.errors import RateLimited
from gateway.core.graphql.execution import Executor
from gateway.streams import answers
from inventory.models import Grant, Role
from jobs.models import Job
from jobs.models.states import JobState
from jobs.row.transitions import move_job
from tests.client import GraphQLClient, token_of
from tests.gateway.streams.client import SECONDS, answered, in_loop, in_thread, make_streams, opened
from tests.gateway.streams.test_single import (
    connected,
    in_two_processes,
    of,
    operate,
    reserved,
)
from tests.inventory.factories import make_simulator
from tests.jobs.factories import make_job, make_user

pytestmark = pytest.mark.django_db(transaction=True)

ASK = "{ virtualMachines(maxAge: 0) { totalCount } }"
WATCH = "subscription { virtualMachineChanged { id name provider { name } } }"
NEW_TOKEN = """mutation { createApiToken(input: {name: "reader", scope: READ}) {
    secret errors { message } } }"""
CHANGE = """mutation { createRepository(url: "https://github.com/a/b", name: "b",
    fullName: "a/b", description: "x") { fullName } }"""
VIEWER = "{ viewer { login } }"


@pytest.fixture(autouse=True)
def _clouds(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"


@pytest.fixture
def ann():
    return make_user("ann")


@pytest.mark.parametrize("lost", ["role", "session"])
def test_what_is_lost_while_the_present_state_is_sent_ends_it_within_a_batch(
    ann, lost, monkeypatch
):
    bob = make_user("bob")
    provider = make_simulator(ann, machines=200, name="cloud")
    GraphQLClient(token_of(ann)).data(ASK)
    Grant.objects.create(provider=provider, user=bob, role=Role.VIEWER.value)
    token = token_of(bob)
    execute, shown = Executor.execute, []

    def noted(self, prepared, context, root=None):
        outcome = execute(self, prepared, context, root)
        shown.append(outcome.data)
        if len(shown) == 30:
            rows = Grant.objects if lost == "role" else Session.objects.filter(user=bob)
            rows.all().delete()
        return outcome

    monkeypatch.setattr(Executor, "execute", noted)

    async def watch(streams):
        async with opened(streams, token, WATCH) as response:
            await response.count(30)
            if lost == "session":
                await response.end()
                [error] = response.answers[-1]["errors"]
                assert error["extensions"]["code"] == "UNAUTHENTICATED"
            else:
                other = await in_thread(make_simulator, bob, machines=1, name="own")
                await in_thread(lambda: GraphQLClient(token).data(ASK))
                await response.until(lambda found: other.name in found.text)

    in_loop(watch, make_streams())
    assert 30 <= len(shown) <= 30 + 2 * answers.BATCH_EVENTS + 1


@pytest.mark.parametrize(
    "watched",
    [
        "virtualMachineChanged { name provider { name } }",
        "virtualMachines { source { provider { name } } nodes { id } }",
        "virtualMachinesAggregate { sources { provider { name } } totals { count } }",
        "jobUpdated { state }",
    ],
)
def test_what_waits_for_the_budget_while_a_role_is_lost_is_not_shown(ann, watched, monkeypatch):
    bob = make_user("bob")
    provider = make_simulator(ann, machines=3, name="cloud")
    make_job(requested_by=bob)
    GraphQLClient(token_of(ann)).data(ASK)
    Grant.objects.create(provider=provider, user=bob, role=Role.VIEWER.value)
    token = token_of(bob)
    execute, shown, lost = Executor.execute, [], Event()

    def lost_meanwhile(self, prepared, context, root=None):
        if Grant.objects.all().delete()[0]:
            Job.objects.update(requested_by=ann)
            lost.set()
            raise RateLimited("spent", retry_after=0)
        outcome = execute(self, prepared, context, root)
        shown.append(outcome.data)
        return outcome

    monkeypatch.setattr(Executor, "execute", lost_meanwhile)

    async def watch(streams):
        query = f"subscription {{ {watched} }}"
        async with opened(streams, token, query) as response:
            await asyncio.to_thread(lost.wait, SECONDS)
            if watched.startswith("jobUpdated"):
                job = await in_thread(make_job, requested_by=bob)
                await in_thread(move_job, job.pk, JobState.RUNNING, message="It went on.")
            elif watched.startswith("virtualMachineChanged"):
                await in_thread(make_simulator, bob, machines=1, name="own")
                await in_thread(lambda: GraphQLClient(token).data(ASK))
            else:
                await response.end()
                return
            own = "RUNNING" if watched.startswith("jobUpdated") else "own"
            await response.until(lambda found: own in found.text)

    in_loop(watch, make_streams())
    assert "cloud" not in str(shown)
    assert "QUEUED" not in str(shown)


def test_an_operation_has_the_rights_of_its_sender(ann):
    """Not those of the token that opened the stream."""
    token = token_of(ann)
    reader = GraphQLClient(token).data(NEW_TOKEN)["createApiToken"]["secret"]

    async def work(here, there):
        reservation = await reserved(here, token)
        direct = (await answered(here, reader, CHANGE)).answers[0]
        async with connected(here, token, reservation) as response:
            await response.until(lambda found: found.text)
            assert (await operate(there, reader, reservation, "m", CHANGE)).status == 202
            await response.until(lambda found: len(of(found, "m")) == 2)
        [posted] = [data["payload"] for event, data in response.events if event == "next"]
        assert posted["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        assert posted["errors"][0]["message"] == direct["errors"][0]["message"]

    in_two_processes(work)


def test_a_renewed_token_operates_on_a_stream_whose_token_has_ended(ann):
    token = token_of(ann)
    opener = Session.objects.get()
    fresh = token_of(ann)

    async def work(here, there):
        reservation = await reserved(here, token)
        async with connected(here, token, reservation) as response:
            await response.until(lambda found: found.text)
            await in_thread(opener.delete)
            assert (await operate(there, fresh, reservation, "q", VIEWER)).status == 202
            await response.until(lambda found: len(of(found, "q")) == 2)
        assert of(response, "q") == [("next", {"viewer": {"login": "ann"}}), ("complete", None)]

    in_two_processes(work)


def test_a_token_that_ends_before_its_operation_begins_is_told(ann, monkeypatch):
    token = token_of(ann)
    session = Session.objects.get()
    prepared = Executor.prepare
    fails = []

    def failing(self, *given):
        if not fails:
            fails.append(True)
            raise RuntimeError("the password is swordfish")
        return prepared(self, *given)

    async def work(here, there):
        reservation = await reserved(here, token)
        async with connected(here, token, reservation) as response:
            await response.until(lambda found: found.text)
            monkeypatch.setattr(Executor, "prepare", failing)
            assert (await operate(there, token, reservation, "q", VIEWER)).status == 202
            await response.until(lambda found: len(of(found, "q")) == 2)
            assert not here._singles[next(iter(here._singles))].operations
        assert "swordfish" not in response.text
        assert response.answers[0]["payload"]["errors"][0]["extensions"]["code"] == "INTERNAL"

    in_two_processes(work)
    assert session.user == ann


def test_a_job_that_goes_out_of_reach_ends_the_stream_that_waits_for_it(ann):
    bob = make_user("bob")
    provider = make_simulator(ann, machines=1, name="cloud")
    Grant.objects.create(provider=provider, user=bob, role=Role.OPERATOR.value)
    job = make_job(requested_by=bob, scope=provider.scope)
    token = token_of(bob)
    query = "subscription ($id: ID) { jobUpdated(id: $id) { state } }"

    async def watch(streams):
        async with opened(streams, token, query, variables={"id": job.public_id}) as response:
            await response.count(1)
            await in_thread(Grant.objects.all().delete)
            await in_thread(move_job, job.pk, JobState.RUNNING, message="It went on.")
            await response.end()
        first, last = response.answers
        assert first["data"]["jobUpdated"] == {"state": "QUEUED"}
        assert last["errors"][0]["extensions"] == {"code": "NOT_FOUND", "field": "id"}
        assert "RUNNING" not in response.text

    in_loop(watch, make_streams())
