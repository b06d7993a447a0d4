import json
from base64 import b64decode

import pytest
from celery import current_app

from gateway.core import announcements
from jobs import delegate as delegates
from jobs.operations import registry
from tests.jobs.delegate import PermissiveDelegate
from tests.jobs.factories import OPERATION


@pytest.fixture(autouse=True)
def _own_registries(monkeypatch):
    """A test's operations are its own."""
    monkeypatch.setattr(registry, "_operations", {})
    monkeypatch.setattr(announcements, "_quiet_until", 0.0)


@pytest.fixture(autouse=True)
def delegate(monkeypatch):
    """The delegate of the test, a class whose methods it may replace: it allows everything."""

    class Delegate(PermissiveDelegate):
        pass

    monkeypatch.setattr(delegates, "_registered", [Delegate])
    return Delegate


@pytest.fixture
def finished(delegate):
    """The jobs of each call of the delegate's ``jobs_finished``, and how they were then."""
    calls = []
    delegate.jobs_finished = lambda _, jobs: calls.append(
        [(job.pk, job.state, job.result) for job in jobs]
    )
    return calls


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
def sent_messages(redis_url):
    """The messages that wait for a worker: (job id, whether they are for later)."""

    def _sent_messages():
        from gateway.core import redis  # noqa: PLC0415 - the client is made anew for each test

        queues = redis.client().keys("celery*")  # one for each priority
        texts = [text for queue in queues for text in redis.client().lrange(queue, 0, -1)]
        messages = [json.loads(text) for text in texts]
        return sorted(
            (json.loads(b64decode(message["body"]))[0][0], message["headers"]["eta"] is not None)
            for message in messages
        )

    return _sent_messages


@pytest.fixture
def kinds():
    """The kinds of a job's events, in order."""
    return lambda job: list(job.events.order_by("pk").values_list("kind", flat=True))
