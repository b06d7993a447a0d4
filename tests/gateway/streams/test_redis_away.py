"""Streams while Redis is away: rows are read, the client is informed, and nothing is lost."""

from dataclasses import replace

import pytest
from django.db import OperationalError

from gateway.core import redis as redis_module
from gateway.run.ports import free_port
from gateway.streams import hub, pending
from jobs.models.states import JobState
from jobs.row.transitions import move_job
from jobs.schema import subscriptions
from jobs.schema.subscriptions import JobUpdated
from tests.client import token_of
from tests.functional.workers import redis_answers, redis_at, wait_until
from tests.gateway.streams.client import in_loop, in_thread, make_streams, opened
from tests.jobs.factories import make_job, make_user

pytestmark = pytest.mark.django_db(transaction=True)

ALL = "subscription { jobUpdated { id state } }"
AWAY = ": Redis does not answer; changes are read every"
BACK = ": Redis answers again."


def with_redis_away(settings, watch):
    """Run ``watch(streams)`` where no Redis answers."""
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    redis_module.client.cache_clear()
    in_loop(watch, make_streams())
    redis_module.client.cache_clear()


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


def move_all(jobs, state):
    for job in jobs:
        assert move_job(job.pk, state, message="On.")


def test_more_changes_than_one_reading_takes_are_all_read(settings, monkeypatch):
    monkeypatch.setattr(hub, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(subscriptions, "PAGE", 3)
    ann = make_user("ann")
    token, jobs = token_of(ann), [make_job(requested_by=ann) for _ in range(11)]

    async def watch(streams):
        async with opened(streams, token, ALL) as response:
            await response.until(lambda found: AWAY in found.text and len(found.answers) == 11)
            await in_thread(move_all, jobs, JobState.RUNNING)
            await response.until(lambda found: states(found).count("RUNNING") >= 11)
            await in_thread(move_all, jobs[:1], JobState.SUCCEEDED)
            await response.until(lambda found: "SUCCEEDED" in states(found))
        assert states(response).count("SUCCEEDED") == 1

    with_redis_away(settings, watch)


def test_what_could_not_be_read_is_read_the_next_time(settings, monkeypatch):
    """One of several pages fails: the mark does not move past it."""
    monkeypatch.setattr(hub, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(subscriptions, "PAGE", 3)
    ann = make_user("ann")
    token, jobs = token_of(ann), [make_job(requested_by=ann) for _ in range(8)]
    since, failed = subscriptions._since, []

    def failing(mark, last):
        if last and len(failed) < 3:
            failed.append(last)
            raise OperationalError("The database is away for a moment.")
        return since(mark, last)

    monkeypatch.setattr(subscriptions, "JOBS", replace(subscriptions.JOBS, since=failing))
    monkeypatch.setattr(JobUpdated, "topic", subscriptions.JOBS)

    async def watch(streams):
        async with opened(streams, token, ALL) as response:
            await response.until(lambda found: AWAY in found.text and len(found.answers) == 8)
            await in_thread(move_all, jobs, JobState.RUNNING)
            await response.until(lambda found: states(found).count("RUNNING") >= 8)
        assert len(failed) == 3

    with_redis_away(settings, watch)


def succeeded(found):
    shown = [answer["data"]["jobUpdated"] for answer in found.answers if answer.get("data")]
    return {job["id"] for job in shown if job["state"] == "SUCCEEDED"}


def test_a_stream_for_which_too_much_waits_is_sent_the_present_state(settings, monkeypatch):
    monkeypatch.setattr(hub, "POLL_SECONDS", 0.1)
    monkeypatch.setattr(pending, "MOST_IDS", 2)
    ann = make_user("ann")
    token = token_of(ann)
    jobs = [make_job(JobState.RUNNING, requested_by=ann) for _ in range(9)]
    found_all = []
    current = JobUpdated.current
    monkeypatch.setattr(
        JobUpdated, "current", lambda *given: found_all.append(given) or current(*given)
    )

    async def watch(streams):
        async with opened(streams, token, ALL) as response:
            await response.until(lambda found: AWAY in found.text and len(found.answers) == 9)
            await in_thread(move_all, jobs, JobState.SUCCEEDED)
            # A job may be sent twice: as it changes, and with the present state of all.
            await response.until(lambda found: succeeded(found) == {job.public_id for job in jobs})

    with_redis_away(settings, watch)
    assert len(found_all) >= 2
