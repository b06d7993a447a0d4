"""Containers that are gone, and no other objects, are removed after a while."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.live.store import store_listing, store_removal
from inventory.models import Container
from inventory.tasks import prune
from tests.clouds.engine import ENGINES, connect_engine, engines  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("engines")]

MINUTE = timedelta(minutes=1)


@pytest.fixture
def engine():
    return ENGINES["engine", "here"]


@pytest.fixture
def source(provider):
    return provider.sources.select_related("provider").get()


@pytest.fixture
def provider():
    return connect_engine()


def states():
    return dict(Container.objects.values_list("name", "state"))


def test_what_is_gone_for_long_is_forgotten(source, engine, settings):
    settings.GONE_CONTAINERS_KEPT_DAYS = 7
    for name in ("old", "removed", "kept"):
        engine.add(name)
    refresh([Ask(source, 0)])
    kept = [record for record in engine.containers.values() if record.name == "kept"]
    long_ago = timezone.now() - timedelta(days=8)
    Container.objects.update(read_started_at=long_ago - MINUTE)
    source.__class__.objects.update(listing_started_at=None)
    removed = Container.objects.get(name="removed")
    store_removal(source, removed.external_id)
    for moment in (long_ago, long_ago + 2 * MINUTE):
        store_listing(source.pk, kept, started_at=moment)
    assert states() == {"old": "MISSING", "removed": "REMOVED", "kept": "RUNNING"}

    prune()
    assert states() == {"removed": "REMOVED", "kept": "RUNNING"}

    Container.objects.filter(name="removed").update(read_started_at=long_ago)
    prune()
    assert states() == {"kept": "RUNNING"}


def test_what_was_removed_through_us_never_becomes_missing(source, engine):
    record = engine.add("web")
    refresh([Ask(source, 0)])
    store_removal(source, record.external_id)

    for minutes in (1, 3, 5):
        store_listing(source.pk, [], started_at=timezone.now() + minutes * MINUTE)

    assert states() == {"web": "REMOVED"}


def test_what_is_listed_again_after_its_removal_is_there_again(source, engine):
    """An engine may list an object whose removal it has confirmed but not finished."""
    record = engine.add("web")
    refresh([Ask(source, 0)])
    store_removal(source, record.external_id)

    store_listing(source.pk, [record], started_at=timezone.now() + MINUTE)

    assert states() == {"web": "RUNNING"}
