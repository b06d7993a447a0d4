"""Streams while Redis is away: the rows are read, the client is told, and nothing is lost."""

import pytest

from gateway.core import redis as redis_module
from gateway.run.ports import free_port
from gateway.streams import hub
from jobs.models.states import JobState
from jobs.row.transitions import move_job
from tests.client import token_of
from tests.functional.workers import redis_answers, redis_at, wait_until
from tests.gateway.streams.client import in_loop, in_thread, make_streams, opened
from tests.jobs.factories import make_job, make_user

pytestmark = pytest.mark.django_db(transaction=True)

ALL = "subscription { jobUpdated { id state } }"
AWAY = ": Redis does not answer; changes are read every"
BACK = ": Redis answers again."


def states(response):
    return [answer["data"]["jobUpdated"]["state"] for answer in response.answers]


def test_changes_are_read_while_redis_is_away(settings, monkeypatch):
    monkeypatch.setattr(hub, "POLL_SECONDS", 0.1)
    ann = make_user("ann")
    token, job = token_of(ann), make_job(requested_by=ann)
    port = free_port()
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
    redis_module.client.cache_clear()

    async def watch(streams):
        async with opened(streams, token, ALL) as response:
            await response.until(lambda found: AWAY in found.text)
            with redis_at(port) as server:
                await in_thread(wait_until, redis_answers)
                await response.until(lambda found: BACK in found.text)
                server.kill()
                server.wait()
            await response.until(lambda found: found.text.rfind(AWAY) > found.text.rfind(BACK))
            assert await in_thread(move_job, job.pk, JobState.RUNNING, message="On.")
            await response.until(lambda found: states(found)[-1] == "RUNNING")
            with redis_at(port):
                await response.until(lambda found: found.text.count(BACK) == 2)
                assert await in_thread(move_job, job.pk, JobState.SUCCEEDED, message="Done.")
                await response.until(lambda found: states(found)[-1] == "SUCCEEDED")
        assert sorted(set(states(response))) == ["QUEUED", "RUNNING", "SUCCEEDED"]

    in_loop(watch, make_streams())
    redis_module.client.cache_clear()
