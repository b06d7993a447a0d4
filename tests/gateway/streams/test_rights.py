"""Each answer has the present rights of the user who sent the operation."""

import asyncio
from threading import Event

import pytest
from django.utils import timezone

from gateway.core.accounts import authentication
from gateway.core.accounts.access_tokens import access_token_claims, access_token_issue
from gateway.core.accounts.errors import BadToken
from gateway.core.accounts.models import ApiToken, Session
from gateway.core.accounts.sessions import session_begin
from gateway.core.errors import RateLimited
from gateway.core.graphql.execution import Executor
from gateway.streams import answers, single, singles
from inventory.models import Grant, Repository, Role
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


@pytest.fixture(autouse=True)
def _settled(monkeypatch):
    """Treat Redis as if it had run for long: a test can come moments after its start."""
    monkeypatch.setattr(single, "SETTLE_SECONDS", 0)


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
    """The rights are not those of the token that opened the stream."""
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


def test_a_renewed_token_operates_on_a_stream_whose_token_has_expired(ann, monkeypatch):
    """Both tokens belong to the same session, which goes on."""
    session = session_begin(user=ann)
    token = access_token_issue(user=ann, session=session).token
    fresh = access_token_issue(user=ann, session=session, logged_in_at=1).token
    claims_of = authentication.access_token_claims
    expired = []

    def claims(*, token):
        if token in expired:
            raise BadToken("Signature has expired")
        return claims_of(token=token)

    monkeypatch.setattr(authentication, "access_token_claims", claims)
    monkeypatch.setattr(singles, "PING_SECONDS", 0.05)

    async def work(here, there):
        reservation = await reserved(here, token)
        async with connected(here, token, reservation) as response:
            await response.until(lambda found: found.text)
            expired.append(token)
            await asyncio.sleep(0.3)
            for number, streams in enumerate((here, there)):
                posted = await operate(streams, fresh, reservation, f"q{number}", VIEWER)
                assert posted.status == 202
                await response.until(lambda found, n=number: len(of(found, f"q{n}")) == 2)

    in_two_processes(work)


@pytest.mark.parametrize("opened_with", ["session", "API token"])
def test_a_stream_ends_with_the_login_that_opened_it(ann, opened_with, monkeypatch):
    """Operations of another session of the same user end with an event."""
    monkeypatch.setattr(singles, "PING_SECONDS", 0.05)
    fresh, opener = _opener(ann, opened_with)
    make_job(requested_by=ann)

    async def work(here, _there):
        reservation = await reserved(here, opener)
        async with connected(here, opener, reservation) as response:
            await response.until(lambda found: found.text)
            await operate(here, fresh, reservation, "one", "subscription { jobUpdated { id } }")
            await response.until(lambda found: of(found, "one"))
            await in_thread(_end_all_but, fresh)
            await response.end()
        assert response.events[-1] == ("complete", {"id": "one"})
        [error] = response.answers[-1]["payload"]["errors"]
        assert error["extensions"]["code"] == "UNAUTHENTICATED"

    in_two_processes(work)


def test_a_stream_whose_session_has_ended_takes_no_operation(ann):
    fresh, opener = _opener(ann, "session")

    async def work(here, there):
        for streams in (here, there):
            reservation = await reserved(here, opener)
            async with connected(here, opener, reservation) as response:
                await response.until(lambda found: found.text)
                await in_thread(_end_all_but, fresh)
                posted = await operate(streams, fresh, reservation, "q", CHANGE)
                await response.end()
            if posted.status == 202:
                (_, answer), end = response.events
                code = answer["payload"]["errors"][0]["extensions"]["code"]
                assert (answer["id"], code) == ("q", "UNAUTHENTICATED")
                assert end == ("complete", {"id": "q"})
            else:
                assert posted.status == 404
                assert response.events == []
            await in_thread(_begin_again)
        assert not await in_thread(Repository.objects.exists)

    in_two_processes(work)


def _opener(user, kind):
    """Another login's token of ``user``, and one of this kind that opens a stream."""
    fresh = token_of(user)
    if kind == "session":
        return fresh, token_of(user)
    return fresh, GraphQLClient(fresh).data(NEW_TOKEN)["createApiToken"]["secret"]


def _end_all_but(token):
    ApiToken.objects.update(revoked_at=timezone.now())
    others = Session.objects.exclude(pk=access_token_claims(token=token)["sid"])
    others.update(ended_at=timezone.now())


def _begin_again():
    Session.objects.update(ended_at=None)


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
            assert not next(iter(here._singles.streams.values())).operations
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
