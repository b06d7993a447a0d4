"""The rows report each change once, in pages, for jobs and for every resource."""

import itertools
from datetime import timedelta

import pytest
from django.utils import timezone

from gateway.schema import SUBSCRIPTION_FIELDS
from gateway.streams import missed
from gateway.streams.missed import Missed
from gateway.streams.pending import MOST_IDS, Pending
from inventory.models import Source
from inventory.resources import all_resources
from inventory.selectors import announced
from jobs.models import JobEvent
from jobs.models.states import JobState
from jobs.row.transitions import move_job
from jobs.schema import subscriptions
from tests.inventory.factories import make_simulator
from tests.jobs.factories import make_job, make_user

pytestmark = pytest.mark.django_db

TOPICS = {field.topic.channel: field.topic for field in SUBSCRIPTION_FIELDS.values() if field.topic}
RESOURCES = {one.plural: one for one in all_resources() if one.has_root_list}
numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch):
    for module in (subscriptions, announced):
        monkeypatch.setattr(module, "PAGE", 3)


def write_jobs(count):
    ann = make_user()
    jobs = [make_job(requested_by=ann) for _ in range(count)]
    for job in jobs:
        assert move_job(job.pk, JobState.RUNNING, message="On.")
    return {str(job.pk) for job in jobs}


def write_rows(resource, count):
    """Write rows as a listing does."""
    provider = make_simulator(machines=0)
    at = {"resource": resource.plural, "region": provider.regions[0]}
    source, _new = Source.objects.get_or_create(provider=provider, **at)
    now = timezone.now()
    rows = [
        resource.model.objects.create(
            source=source,
            provider=provider,
            external_id=f"x-{next(numbers)}",
            observed_at=now,
            read_started_at=now,
        )
        for _ in range(count)
    ]
    return {str(row.pk) for row in rows}


def writers():
    yield "jobs", write_jobs
    for plural, resource in RESOURCES.items():
        yield plural, lambda count, resource=resource: write_rows(resource, count)


def topic_of(name):
    [topic] = [one for channel, one in TOPICS.items() if channel.endswith(name)]
    return topic


def test_every_topic_is_here():
    assert len(TOPICS) == len(list(writers())) == len({topic_of(name) for name, _ in writers()})


@pytest.mark.parametrize(("name", "write"), [pytest.param(*one, id=one[0]) for one in writers()])
def test_all_changes_are_read_in_pages(name, write):
    topic, found = topic_of(name), Missed()
    found.mark(topic)
    written = write(10)

    pages = list(found.read(topic))

    assert set().union(*pages) == written
    assert all(len(page) <= 3 for page in pages)
    assert set().union(*found.read(topic)) == set()
    written = write(4)
    assert set().union(*found.read(topic)) == written


def test_a_reading_that_breaks_off_leaves_the_mark(monkeypatch):
    monkeypatch.setattr(missed, "OVERLAP_SECONDS", 0.0)
    topic, found = topic_of("jobs"), Missed()
    found.mark(topic)
    written = write_jobs(10)

    begun = found.read(topic)
    first = next(begun)
    begun.close()

    assert set().union(first, *found.read(topic)) == written


def test_what_is_remembered_is_bounded(monkeypatch):
    monkeypatch.setattr(missed, "MOST_SEEN", 4)
    topic, found = topic_of("jobs"), Missed()
    found.mark(topic)
    for _ in range(3):
        written = write_jobs(10)
        assert set().union(*found.read(topic)) >= written
        assert len(found._seen[topic.channel]) <= 4


def test_what_waits_is_bounded():
    waiting = Pending()
    for number in range(2 * MOST_IDS):
        waiting.add(frozenset({str(number)}))

    assert waiting
    assert len(waiting.ids) == 0

    class Present:
        current = "the present state"

    assert waiting.take(Present) == "the present state"
    assert not waiting
    waiting.add(frozenset({"1"}))
    assert waiting.ids == {"1"}


def test_changes_before_the_mark_are_not_read():
    write_jobs(5)
    JobEvent.objects.update(at=timezone.now() - timedelta(days=1))
    found = Missed()

    assert list(found.read(topic_of("jobs"))) == []
    assert set().union(*found.read(topic_of("jobs"))) == set()
