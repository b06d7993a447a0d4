"""Single connection mode: operations may reach another process than the one with the stream."""

import asyncio
import contextlib
import uuid
from threading import Event

import pytest

from gateway.core import redis
from gateway.core.graphql import budget
from gateway.streams import single, singles
from gateway.streams.hub import Hub
from gateway.streams.messages import Connection
from jobs.models.states import JobState
from jobs.row.transitions import move_job
from tests.client import token_of
from tests.gateway.streams.client import (
    JSON,
    SECONDS,
    answered,
    in_loop,
    in_thread,
    make_streams,
    opened,
)
from tests.gateway.streams.test_requests import code_of
from tests.jobs.factories import make_job, make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about Redis
]

ALL = "subscription { jobUpdated { id state } }"
EVENTS = (b"accept", b"text/event-stream")


@pytest.fixture(autouse=True)
def _settled(monkeypatch):
    """Treat Redis as if it had run for long: a test can come moments after its start."""
    monkeypatch.setattr(single, "SETTLE_SECONDS", 0)


@pytest.fixture
def ann():
    return make_user("ann")


@pytest.fixture
def token(ann):
    return token_of(ann)


def in_two_processes(main):
    """Run ``main(here, there)``: two processes' streams with one Redis."""
    there = make_streams()

    async def run(here):
        with contextlib.closing(there):
            await main(here, there)

    in_loop(run, make_streams())


async def reserved(streams, token):
    response = await answered(streams, token, method="PUT", headers=())
    assert response.status == 201
    return response.text


def stream_token(reservation):
    return (b"x-graphql-event-stream-token", reservation.encode())


def connected(streams, token, reservation):
    headers = (EVENTS, stream_token(reservation))
    return opened(streams, token, method="GET", headers=headers)


async def operate(streams, token, reservation, operation_id, query=ALL, **more):
    headers = (JSON, stream_token(reservation))
    extensions = {"operationId": operation_id}
    return await answered(streams, token, query, headers=headers, extensions=extensions, **more)


async def end(streams, token, reservation, operation_id):
    headers = (stream_token(reservation),)
    query_string = f"operationId={operation_id}"
    return await answered(
        streams, token, method="DELETE", headers=headers, query_string=query_string
    )


def of(response, operation_id):
    """The events of one operation."""
    return [
        (event, data.get("payload", {}).get("data"))
        for event, data in response.events
        if data["id"] == operation_id
    ]


def test_operations_run_on_one_stream_and_end_one_by_one(ann, token):
    job = make_job(requested_by=ann)

    async def work(here, there):
        reservation = await reserved(there, token)
        async with connected(here, token, reservation) as response:
            await response.until(lambda found: found.text)
            for operation_id in ("one", "two"):
                posted = await operate(there, token, reservation, operation_id)
                assert (posted.status, posted.text) == (202, "")
            await response.until(lambda found: of(found, "one") and of(found, "two"))
            assert (await end(there, token, reservation, "one")).status == 200
            await response.until(lambda found: ("complete", None) in of(found, "one"))
            assert await in_thread(move_job, job.pk, JobState.RUNNING, message="On.")
            await response.until(lambda found: len(of(found, "two")) == 2)
            query = "{ viewer { login } }"
            assert (await operate(there, token, reservation, "q", query)).status == 202
            await response.until(lambda found: len(of(found, "q")) == 2)
        assert of(response, "q") == [("next", {"viewer": {"login": "ann"}}), ("complete", None)]
        assert len(of(response, "one")) == 2
        assert of(response, "two")[1][1]["jobUpdated"]["state"] == "RUNNING"

    in_two_processes(work)


def test_what_is_wrong_with_an_operation_comes_as_its_event(token):
    async def work(here, there):
        reservation = await reserved(here, token)
        async with connected(here, token, reservation) as response:
            await response.until(lambda found: found.text)
            assert (await operate(there, token, reservation, "bad", "{ nothing }")).status == 202
            await response.until(lambda found: len(found.events) == 2)
        (_next, first), (_complete, last) = response.events
        assert (first["id"], last) == ("bad", {"id": "bad"})
        assert first["payload"]["errors"]

    in_two_processes(work)


def test_an_id_that_is_in_use_is_refused_where_the_stream_is(ann, token):
    make_job(requested_by=ann)

    async def work(here, _there):
        reservation = await reserved(here, token)
        async with connected(here, token, reservation) as response:
            await response.until(lambda found: found.text)
            assert (await operate(here, token, reservation, "one")).status == 202
            again = await operate(here, token, reservation, "one")
            assert code_of(again) == (409, "CONFLICT")
            await response.until(lambda found: of(found, "one"))
            assert (await end(here, token, reservation, "one")).status == 200
            await response.until(lambda found: ("complete", None) in of(found, "one"))
        assert [event for event, _data in response.events] == ["next", "complete"]

    in_two_processes(work)


def test_an_id_that_is_in_use_is_refused_elsewhere_with_an_event_of_no_operation(ann, token):
    make_job(requested_by=ann)

    async def work(here, there):
        reservation = await reserved(here, token)
        async with connected(here, token, reservation) as response:
            await response.until(lambda found: found.text)
            await operate(there, token, reservation, "one")
            await response.until(lambda found: of(found, "one"))
            assert (await operate(there, token, reservation, "one")).status == 202
            await response.until(lambda found: len(found.events) == 2)
            await end(there, token, reservation, "one")
            await response.until(lambda found: ("complete", None) in of(found, "one"))
        _event, refused = response.events[1]
        assert refused["id"] == ""
        [error] = refused["payload"]["errors"]
        assert error["extensions"] == {"code": "CONFLICT", "operationId": "one"}
        assert len(of(response, "one")) == 2

    in_two_processes(work)


def test_more_operations_than_a_stream_carries_are_refused(ann, token, monkeypatch):
    make_job(requested_by=ann)
    monkeypatch.setattr(singles, "MOST_OPERATIONS", 1)

    async def work(here, there):
        reservation = await reserved(here, token)
        async with connected(here, token, reservation) as response:
            await response.until(lambda found: found.text)
            await operate(here, token, reservation, "one")
            await response.until(lambda found: of(found, "one"))
            refused = await operate(here, token, reservation, "two")
            assert code_of(refused) == (429, "RATE_LIMITED")
            assert int(refused.headers["retry-after"]) >= 1
            assert (await operate(there, token, reservation, "three")).status == 202
            await response.until(lambda found: len(found.events) == 3)
        _one, (_next, third), last = response.events
        assert third["id"] == "three"
        assert third["payload"]["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
        assert last == ("complete", {"id": "three"})

    in_two_processes(work)


def test_a_stream_is_open_once(token):
    async def work(here, there):
        reservation = await reserved(here, token)
        async with connected(here, token, reservation) as response:
            await response.until(lambda found: found.text)
            headers = (EVENTS, stream_token(reservation))
            second = await answered(there, token, method="GET", headers=headers)
            assert code_of(second) == (409, "CONFLICT")

    in_two_processes(work)


def test_a_stream_that_has_ended_takes_no_operation(token):
    async def work(here, there):
        reservation = await reserved(here, token)
        assert code_of(await operate(there, token, reservation, "early")) == (404, "NOT_FOUND")
        async with connected(here, token, reservation) as response:
            await response.until(lambda found: found.text)

        def is_marked():
            return bool(redis.client().keys("stream:open:*"))

        while await in_thread(is_marked):
            pass
        assert code_of(await operate(there, token, reservation, "late")) == (404, "NOT_FOUND")

    in_two_processes(work)


def test_a_stream_that_ends_while_operations_are_looked_for_is_not_marked_again(token, monkeypatch):
    take_over, looking, may_look = single.take_over, Event(), Event()

    def slow(*given, **named):
        looking.set()
        may_look.wait(SECONDS)
        return take_over(*given, **named)

    monkeypatch.setattr(single, "take_over", slow)

    async def work(here, there):
        reservation = await reserved(here, token)
        async with connected(here, token, reservation) as response:
            await response.until(lambda found: found.text)
            await in_thread(looking.wait, SECONDS)
        await asyncio.sleep(0.2)
        may_look.set()

        def is_marked():
            return bool(redis.client().keys("stream:open:*"))

        while await in_thread(is_marked):
            pass
        await asyncio.sleep(0.2)
        assert not await in_thread(is_marked)
        assert code_of(await operate(there, token, reservation, "late")) == (404, "NOT_FOUND")

    in_two_processes(work)


def test_another_users_stream_and_a_made_up_token_are_not_there(token):
    bob = token_of(make_user("bob"))

    async def work(here, there):
        reservation = await reserved(here, token)
        async with connected(here, token, reservation) as response:
            await response.until(lambda found: found.text)
            for whose, known in ((bob, reservation), (token, "made-up")):
                assert code_of(await operate(there, whose, known, "x")) == (404, "NOT_FOUND")
                assert code_of(await end(there, whose, known, "x")) == (404, "NOT_FOUND")

    in_two_processes(work)


@pytest.mark.parametrize("extensions", [None, {}, {"operationId": 1}, {"operationId": ""}])
def test_an_operation_needs_an_id(token, extensions):
    async def work(here, _there):
        reservation = await reserved(here, token)
        headers = (JSON, stream_token(reservation))
        refused = await answered(here, token, ALL, headers=headers, extensions=extensions)
        assert code_of(refused) == (400, "BAD_REQUEST")

    in_two_processes(work)


def test_redis_keeps_the_text_of_no_operation(token, monkeypatch):
    """Messages carry ids; what is handed over lies there encrypted."""
    monkeypatch.setattr(single, "take_over", lambda *_given: [])

    async def work(here, there):
        reservation = await reserved(here, token)
        query = "query ($secret: String) { viewer { login } }"
        variables = {"secret": "swordfish"}
        async with connected(here, token, reservation) as response:
            await response.until(lambda found: found.text)
            await operate(there, token, reservation, "one", query, variables=variables)

        def values():
            client = redis.client()
            [key] = client.keys("stream:operations:*")
            return client.lrange(key, 0, -1)

        [value] = await in_thread(values)
        assert "swordfish" not in value
        assert "viewer" not in value

    in_two_processes(work)


def test_an_id_can_be_used_again_after_its_operation(token):
    async def work(here, there):
        reservation = await reserved(here, token)
        async with connected(here, token, reservation) as response:
            await response.until(lambda found: found.text)
            for number in (1, 2, 3):
                query = "{ viewer { login } }"
                assert (await operate(there, token, reservation, "q", query)).status == 202
                await response.until(lambda found, n=number: len(of(found, "q")) == 2 * n)
        assert (
            of(response, "q")
            == [
                ("next", {"viewer": {"login": "ann"}}),
                ("complete", None),
            ]
            * 3
        )

    in_two_processes(work)


def test_an_operation_that_comes_before_its_process_listens_is_not_lost(token, monkeypatch):
    """Redis sends announcements only to listeners, so the process looks once it listens."""
    monkeypatch.setattr(Hub, "_receive", lambda *_: None)  # no announcement is heard

    async def work(here, there):
        reservation = await reserved(here, token)
        listening = asyncio.Event()
        listen = Connection.listening

        @contextlib.asynccontextmanager
        async def late(self, channels):
            await listening.wait()
            async with listen(self, channels) as messages:
                yield messages

        monkeypatch.setattr(Connection, "listening", late)
        async with connected(here, token, reservation) as response:
            await response.until(lambda found: found.text)
            query = "{ viewer { login } }"
            assert (await operate(there, token, reservation, "q", query)).status == 202
            assert of(response, "q") == []
            listening.set()
            await response.until(lambda found: len(of(found, "q")) == 2)

    in_two_processes(work)


def test_an_operation_that_the_budget_does_not_allow_is_refused_with_an_event(token, settings):
    budget._buckets.cache_clear()
    settings.GRAPHQL_BUDGET = {"per_second": 10, "burst": 20}

    async def watch(here, there):
        reservation = await reserved(here, token)
        async with connected(here, token, reservation) as response:
            await response.until(lambda found: found.text)
            await operate(there, token, reservation, "a", f"{ALL} # {uuid.uuid4()}")
            await response.until(lambda found: len(found.events) == 2)
        (_, answer), end = response.events
        [error] = answer["payload"]["errors"]
        assert error["extensions"]["code"] == "RATE_LIMITED"
        assert error["extensions"]["retryAfter"] >= 1
        assert end == ("complete", {"id": "a"})

    in_two_processes(watch)
    budget._buckets.cache_clear()
