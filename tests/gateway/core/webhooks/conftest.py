import pytest

from gateway.core.webhooks import kinds
from gateway.core.webhooks.events import record_webhook_event
from tests.gateway.core.webhooks.factories import Doorbell, make_webhook
from tests.gateway.core.webhooks.receiver import running_receiver
from tests.jobs.factories import make_user


@pytest.fixture
def doorbell(monkeypatch):
    """A kind of event of the test's own."""
    kind = Doorbell()
    monkeypatch.setitem(kinds._registered, kind.name, kind)
    return kind


@pytest.fixture
def receiver():
    with running_receiver() as found:
        yield found


@pytest.fixture
def ann(db):
    return make_user("ann")


@pytest.fixture
def webhook(ann, doorbell, receiver):
    """Ann's webhook for the events of ``doorbell``."""
    return make_webhook(ann, url=receiver.url, events=[doorbell.name])


@pytest.fixture
def rung(doorbell, ann):
    """Records an event that ann may see."""

    def rung(key="front"):
        doorbell.ring(key, ann)
        record_webhook_event(doorbell.name, [key])

    return rung
