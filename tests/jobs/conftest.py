import json
from base64 import b64decode

import pytest
from celery import current_app

from jobs import checks, listeners, reach
from jobs.operations import registry
from jobs.row import events
from tests.jobs.factories import OPERATION


@pytest.fixture(autouse=True)
def _own_registries(monkeypatch):
    """A test's operations, listeners and checks are its own, and it hears of no other's."""
    monkeypatch.setattr(registry, "_operations", {})
    monkeypatch.setattr(listeners, "_listeners", [])
    monkeypatch.setattr(checks, "_checks", [])
    monkeypatch.setattr(checks, "_step_checks", [])
    monkeypatch.setattr(checks, "_cancel_checks", [])
    monkeypatch.setattr(reach, "_reaches", [])
    monkeypatch.setattr(events, "_quiet_until", 0.0)


@pytest.fixture(autouse=True)
def _broker(redis_url):
    """Celery's broker is the tests' Redis."""
    before = current_app.conf.broker_url
    current_app.conf.broker_url = redis_url
    yield
    current_app.conf.broker_url = before


@pytest.fixture
def define():
    """Registers a function as an operation and returns what its calls were given."""

    def _define(function, name=OPERATION, **options):
        steps = []

        def recorded(step):
            steps.append(step)
            return function(step)

        registry.operation(name, label="Test something", **options)(recorded)
        return steps

    return _define


@pytest.fixture
def bells(redis_url):
    """The messages that wait for a worker: (job id, whether they are for later)."""

    def _bells():
        from gateway.core import redis  # noqa: PLC0415 - the client is made anew for each test

        queues = redis.client().keys("celery*")  # one for each priority
        texts = [text for queue in queues for text in redis.client().lrange(queue, 0, -1)]
        messages = [json.loads(text) for text in texts]
        return sorted(
            (json.loads(b64decode(message["body"]))[0][0], message["headers"]["eta"] is not None)
            for message in messages
        )

    return _bells


@pytest.fixture
def kinds():
    """The kinds of a job's events, in order."""
    return lambda job: list(job.events.order_by("pk").values_list("kind", flat=True))
