"""Reads that are no lists, while a cloud asks for a pause, and when it begins to."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from inventory.live import asking
from inventory.live.asking import asked
from inventory.live.breaker import FAILURES, waits_for_cloud
from inventory.live.images import search_images
from inventory.live.limiter import NoTurn
from inventory.live.objects import find_object, list_objects
from inventory.live.questions import ask_source
from inventory.live.single_read import SingleRead, finish_reads, start_reads
from inventory.live.source_state import close_own_breakers, store_failure
from inventory.models import Source
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.records.stored_object import ObjectQuery
from inventory.resources import all_resources
from inventory.services.provider_checks import provider_check
from tests.inventory.factories import make_simulator

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]
SINGLES = sorted(one.plural for one in all_resources() if one.outlives_listings)
SLOW_DOWN = ProviderError(ProviderErrorCode.RATE_LIMITED, "Slow down.", retry_after=600)
FULL = ProviderError(ProviderErrorCode.PROVIDER_ERROR, "Come back later.", retry_after=600)


class Cloud:
    """Answers each question with ``error``, or that there is nothing."""

    def __init__(self):
        self.calls, self.error = 0, None

    def find(self, *_arguments, **_named):
        self.calls += 1
        if self.error is not None:
            raise self.error

    call = ask = find

    def read(self, *arguments):
        return self.find(*arguments) or []


@pytest.fixture
def cloud(monkeypatch):
    found = Cloud()

    @contextmanager
    def connected(_source, _seconds):
        yield found

    monkeypatch.setattr(asking, "connected", connected)
    return found


@pytest.fixture
def provider():
    return make_simulator(regions=["sim-1"])


def source_of(provider, resource):
    found, _ = Source.objects.get_or_create(provider=provider, region="sim-1", resource=resource)
    return Source.objects.select_related("provider").get(pk=found.pk)


def read_one(source):
    [answer] = finish_reads(start_reads([SingleRead(source, "x", 0)])).values()
    return answer.receipt


QUESTIONS = {
    "single": read_one,
    "question": lambda source: ask_source(source, lambda cloud: cloud.ask("issues")).receipt,
    "search": lambda source: search_images([source], "debian")[source.pk].receipt,
}


@pytest.mark.parametrize("error", [SLOW_DOWN, FULL], ids=["throttled", "not now"])
@pytest.mark.parametrize("resource", SINGLES)
def test_no_object_is_read_while_its_cloud_wants_to_be_left_alone(cloud, provider, resource, error):
    source = source_of(provider, resource)
    store_failure(source.pk, error, started_at=timezone.now())

    receipt = read_one(source)  # it was loaded before

    assert cloud.calls == 0
    assert (receipt.complete, receipt.error.code) == (False, error.code)
    assert receipt.next_try_at > timezone.now() + timedelta(minutes=9)


@pytest.mark.parametrize("resource", SINGLES)
def test_what_its_cloud_says_to_a_read_of_one_object_counts_for_all(cloud, provider, resource):
    source, cloud.error = source_of(provider, resource), SLOW_DOWN

    first, second = read_one(source), read_one(source)

    assert cloud.calls == 1
    assert first.next_try_at > timezone.now() + timedelta(minutes=9)
    assert (first.error.code, second.error.code) == ("RATE_LIMITED", "RATE_LIMITED")
    assert waits_for_cloud(source_of(provider, resource), timezone.now())


@pytest.mark.parametrize("resource", SINGLES)
def test_an_object_that_there_is_not_shuts_no_source(cloud, provider, resource):
    source = source_of(provider, resource)
    codes = [code for code in ProviderErrorCode if code is not ProviderErrorCode.RATE_LIMITED]

    read_one(source)
    for code in codes:
        cloud.error = ProviderError(code, "It is not there.")
        for _ in range(FAILURES):
            assert read_one(source).error.code == code

    assert cloud.calls == 1 + len(codes) * FAILURES
    stored = source_of(provider, resource)
    assert (stored.failures, stored.retry_at, stored.error_code) == (0, None, "")


@pytest.mark.parametrize("ask", QUESTIONS)
def test_no_question_is_sent_twice_in_one_operation_after_a_limit(cloud, provider, ask):
    source, cloud.error = source_of(provider, "images"), SLOW_DOWN

    receipts = [QUESTIONS[ask](source) for _ in range(20)]

    assert cloud.calls == 1
    assert {one.error.code for one in receipts} == {"RATE_LIMITED"}
    assert {one.next_try_at is not None for one in receipts} == {True}


def test_no_object_of_a_bucket_is_asked_for_after_a_limit(cloud, provider):
    source, cloud.error = source_of(provider, "buckets"), SLOW_DOWN

    for _ in range(3):
        with pytest.raises(ProviderError, match="Slow down"):
            list_objects(source, "bucket", ObjectQuery())
        with pytest.raises(ProviderError, match="Slow down"):
            find_object(source, "bucket", "key")

    assert cloud.calls == 1


@pytest.mark.parametrize("ask", QUESTIONS)
def test_a_source_that_keeps_failing_is_asked_all_the_same(cloud, provider, ask):
    source = source_of(provider, "images")
    down = ProviderError(ProviderErrorCode.UNREACHABLE, "down")
    for _ in range(FAILURES + 2):
        store_failure(source.pk, down, started_at=timezone.now())

    QUESTIONS[ask](source_of(provider, "images"))

    assert cloud.calls == 1


def test_a_cloud_that_names_a_time_after_many_failures_is_left_alone(cloud, provider):
    source = source_of(provider, "images")
    for _ in range(FAILURES + 2):
        store_failure(source.pk, FULL, started_at=timezone.now())

    receipt = read_one(source)

    assert (cloud.calls, receipt.error.code) == (0, "PROVIDER_ERROR")


def test_a_turn_that_did_not_come_is_no_word_of_the_cloud(provider, monkeypatch):
    @contextmanager
    def connected(_source, _seconds):
        raise NoTurn(30)
        yield

    monkeypatch.setattr(asking, "connected", connected)
    source = source_of(provider, "images")

    with pytest.raises(NoTurn), asked(source, 1):
        pass

    assert source_of(provider, "images").retry_at is None


def test_a_source_that_is_gone_meanwhile(cloud, provider):
    source, cloud.error = source_of(provider, "images"), SLOW_DOWN
    Source.objects.all().delete()

    assert read_one(source).error.code == "RATE_LIMITED"


def test_checking_a_provider_does_not_ask_a_cloud_that_wants_to_be_left_alone(cloud, provider):
    down = ProviderError(ProviderErrorCode.UNREACHABLE, "down")
    said, failing = source_of(provider, "virtual_machines"), source_of(provider, "images")
    store_failure(said.pk, SLOW_DOWN, started_at=timezone.now())
    for _ in range(FAILURES):
        store_failure(failing.pk, down, started_at=timezone.now())

    close_own_breakers(provider.sources.all())

    assert source_of(provider, "images").retry_at is None
    assert source_of(provider, "virtual_machines").retry_at is not None
    provider_check(provider=provider)
    assert cloud.calls == 0  # neither its list nor the probe beside it
    assert source_of(provider, "virtual_machines").error_code == "RATE_LIMITED"
