"""A real Redis that accepts connections and does not answer: it is stopped with SIGSTOP."""

import signal
import threading
from types import SimpleNamespace

import pytest
import redis

from gateway.core import messages
from gateway.core import redis as redis_module
from gateway.core.accounts.login_limits import login_attempt_count
from gateway.core.announcements import announce
from gateway.core.token_bucket import LeasedBuckets
from gateway.health import _broker_answers
from gateway.run.embedded_redis import redis_server
from inventory.live import claims, denied_lists, limiter
from inventory.models.source import SourceResource
from inventory.providers import RateLimit
from jobs import dispatch
from jobs.run import slots
from tests.functional.workers import wait_until
from tests.inventory.factories import machine_source, make_simulator
from tests.jobs.factories import make_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def frozen(settings, tmp_path, monkeypatch):
    """Stops Redis; returns it, and the names of the threads that ask it from then on."""
    with redis_server(tmp_path) as server:
        settings.REDIS_URL = server.url
        redis_module.client.cache_clear()
        assert redis_module.client().ping()
        asked = []
        pool = redis_module.client().connection_pool
        connect = pool.get_connection

        def get_connection(*arguments, **options):
            asked.append(threading.current_thread().name)
            return connect(*arguments, **options)

        monkeypatch.setattr(pool, "get_connection", get_connection)
        freeze(server)
        yield server, asked
        thaw(server)


def freeze(server):
    """It does not answer, which commands find out soon."""
    server.process.send_signal(signal.SIGSTOP)
    _wait_for_answers(0.2)


def thaw(server):
    """It answers, and commands wait for that as long as a busy machine takes."""
    server.process.send_signal(signal.SIGCONT)
    wait_until(lambda: not redis_module.is_silent())
    _wait_for_answers(60)


def _wait_for_answers(seconds):
    pool = redis_module.client().connection_pool
    pool.connection_kwargs["socket_timeout"] = seconds
    pool.disconnect()
    pool.reset()  # the connections that it has keep the time of before


def uses(source):
    """Whatever asks Redis on the way of a question, a mutation or a step."""
    bucket = LeasedBuckets("test", per_second=1, burst=100)
    job = make_job(scope="one")
    kind = SimpleNamespace(rate=RateLimit(per_second=1, burst=1))
    limited = SimpleNamespace(
        provider=SimpleNamespace(kind=kind), provider_id=source.provider_id, region=source.region
    )
    return {
        "budget": lambda: bucket.take("somebody", 1),
        "login": lambda: login_attempt_count(username="ada", address="127.0.0.1"),
        "claim": lambda: claims.acquire({source.pk: 5}),
        "release": lambda: claims.release(source.pk, "a token"),
        "release watch": lambda: claims._ended([(source.pk, "a token")]),
        "limiter": lambda: limiter.take_turn(limited, seconds=5),
        "refusals": lambda: denied_lists.is_remembered(source),
        "remember": lambda: denied_lists.remember(source),
        "forget": lambda: denied_lists.forget(source.provider, list(SourceResource)),
        "waiting list": lambda: slots.enter_waiting_list(job),
        "next of the room": lambda: slots.dispatch_next("one"),
        "events": lambda: announce("jobs", ["a job"]),
        "dispatch": lambda: dispatch.dispatch_job("a job"),
        "readiness": _broker_answers,
    }


def test_one_command_finds_out_that_redis_is_frozen_and_no_other_waits_for_it(frozen, monkeypatch):
    _, asked = frozen
    monkeypatch.setattr(
        messages, "_producers", lambda: pytest.fail("the broker is not asked either")
    )

    with pytest.raises(redis.TimeoutError):
        redis_module.client().get("anything")
    asked_before = [name for name in asked if name != "redis-ping"]
    for use in uses(machine_source(make_simulator())).values():
        use()
    with pytest.raises(redis.ConnectionError, match="did not answer a moment ago"):
        redis_module.client().get("anything")

    assert len(asked_before) == 1
    assert [name for name in asked if name != "redis-ping"] == asked_before


@pytest.mark.parametrize("first", ["budget", "claim", "limiter", "login", "waiting list"])
def test_whatever_asks_first_finds_out(frozen, first):
    uses(machine_source(make_simulator()))[first]()

    assert redis_module.is_silent()


def test_it_is_used_again_when_it_answers(frozen):
    server, _ = frozen
    with pytest.raises(redis.TimeoutError):
        redis_module.client().get("anything")
    assert not dispatch.dispatch_job("a job")

    thaw(server)

    assert redis_module.client().ping()
    assert dispatch.dispatch_job("a job")


def test_one_that_is_frozen_again_is_found_out_again(frozen):
    server, _ = frozen
    for _ in range(2):
        with pytest.raises(redis.TimeoutError):
            redis_module.client().get("anything")
        assert redis_module.is_silent()
        thaw(server)
        freeze(server)


def test_without_a_thread_that_pings_the_silence_ends_by_itself(frozen, monkeypatch):
    server, _ = frozen
    monkeypatch.setattr(redis_module, "SILENT_SECONDS", 0.1)

    def refused(_thread):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refused)
        with pytest.raises(redis.TimeoutError):
            redis_module.client().get("anything")
    thaw(server)

    assert redis_module.client().ping()


def test_one_that_is_down_is_asked_each_time(settings, tmp_path):
    with redis_server(tmp_path) as server:
        settings.REDIS_URL = server.url
    redis_module.client.cache_clear()

    for _ in range(2):
        with pytest.raises(redis.ConnectionError, match="refused"):
            redis_module.client().ping()
    assert not redis_module.is_silent()
