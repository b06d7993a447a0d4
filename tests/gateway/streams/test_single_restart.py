"""Single connection mode after Redis has lost its marks: one stream stays, and it is found."""

import contextlib

import pytest

from gateway.core import redis
from gateway.run.ports import free_port
from gateway.streams import hub, singles
from gateway.streams.messages import Connection
from tests.client import token_of
from tests.functional.workers import redis_answers, redis_at, wait_until
from tests.gateway.streams.client import answered, in_thread
from tests.gateway.streams.test_requests import code_of
from tests.gateway.streams.test_single import (
    EVENTS,
    connected,
    end,
    in_two_processes,
    of,
    operate,
    reserved,
    stream_token,
)
from tests.jobs.factories import make_job, make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about Redis
]

VIEWER = "{ viewer { login } }"


@pytest.fixture
def ann():
    return make_user("ann")


@pytest.fixture
def token(ann):
    return token_of(ann)


async def lose_marks():
    await in_thread(lambda: redis.client().flushall())


@contextlib.asynccontextmanager
async def opened_twice(streams, token, reservation):
    """A second stream in another process. The first may still be marking itself: then once more."""
    while True:
        await lose_marks()
        async with connected(streams, token, reservation) as second:
            await second.until(lambda found: found.text)
            if second.status == 200:
                yield second
                return


def test_a_second_stream_in_the_same_process_is_refused(token):
    async def work(here, there):
        reservation = await reserved(here, token)
        async with connected(here, token, reservation) as response:
            await response.until(lambda found: found.text)
            await lose_marks()
            headers = (EVENTS, stream_token(reservation))
            second = await answered(here, token, method="GET", headers=headers)
            assert code_of(second) == (409, "CONFLICT")
            assert (await operate(here, token, reservation, "a", VIEWER)).status == 202
            assert (await operate(there, token, reservation, "b", VIEWER)).status == 202
            await response.until(lambda found: of(found, "a") and of(found, "b"))

    in_two_processes(work)


def test_of_two_streams_in_two_processes_one_stays(ann, token):
    make_job(requested_by=ann)

    async def work(here, there):
        reservation = await reserved(here, token)
        async with connected(here, token, reservation) as first:
            await first.until(lambda found: found.text)
            await operate(here, token, reservation, "one")
            await first.until(lambda found: of(found, "one"))
            async with opened_twice(there, token, reservation) as second:
                assert (await operate(here, token, reservation, "a", VIEWER)).status == 202
                await first.end()
                await second.until(lambda found: len(of(found, "a")) == 2)
                assert (await operate(here, token, reservation, "b", VIEWER)).status == 202
                await second.until(lambda found: len(of(found, "b")) == 2)
        (_next, last), complete = first.events[-2:]
        assert last["payload"]["errors"][0]["extensions"]["code"] == "CONFLICT"
        assert complete == ("complete", {"id": "one"})
        assert of(first, "a") == of(first, "b") == []

    in_two_processes(work)


def test_the_end_of_a_stream_takes_no_mark_of_another(token):
    async def work(here, there):
        reservation = await reserved(here, token)
        async with connected(here, token, reservation) as first:
            await first.until(lambda found: found.text)
            async with opened_twice(there, token, reservation):
                for stream in list(here._singles.streams.values()):
                    stream.close()
                await first.end()
                await here._workers.run("operations", lambda: None)
                assert await in_thread(lambda: redis.client().keys("stream:open:*"))

    in_two_processes(work)


def test_an_open_stream_is_found_again_after_a_restart_of_redis(token, settings, monkeypatch):
    """The hub marks the stream as open; nothing waits for the next ping. Until then a POST gets 503
    and the time after which to retry.
    """
    monkeypatch.setattr(hub, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(singles, "PING_SECONDS", 300)
    port = free_port()
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
    redis.client.cache_clear()
    listen, may_listen = Connection.listening, [True]

    @contextlib.asynccontextmanager
    async def held(self, channels):
        if not may_listen:
            raise OSError("It is not noticed yet.")
        async with listen(self, channels) as messages:
            yield messages

    monkeypatch.setattr(Connection, "listening", held)

    async def work(here, there):
        with redis_at(port) as server:
            await in_thread(wait_until, redis_answers)
            reservation = await reserved(here, token)
            before = connected(here, token, reservation)
            response = await before.__aenter__()
            await response.until(lambda found: found.text)
            may_listen.clear()
            server.kill()
            server.wait()
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_exit(before)
            stack.enter_context(redis_at(port))
            await in_thread(wait_until, redis_answers)
            for refused in (
                await operate(there, token, reservation, "q", VIEWER),
                await end(there, token, reservation, "q"),
            ):
                assert code_of(refused) == (503, "REDIS_UNAVAILABLE")
                assert int(refused.headers["retry-after"]) >= 1
            may_listen.append(True)
            await in_thread(wait_until, lambda: redis.client().keys("stream:open:*"))
            assert (await operate(there, token, reservation, "q", VIEWER)).status == 202
            await response.until(lambda found: len(of(found, "q")) == 2)

    in_two_processes(work)
    redis.client.cache_clear()
