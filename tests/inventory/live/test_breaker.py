"""A source that keeps failing is not asked for a while."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from inventory.live.age import Ask
from inventory.live.breaker import FAILURES, LONGEST_ASKED, next_try
from inventory.live.receipts import SourceStatus
from inventory.live.refresh import refresh
from inventory.models import Source
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.providers.simulator.driver import SimulatorDriver
from inventory.providers.simulator.store import Store
from inventory.services.provider_checks import provider_check
from inventory.services.providers import provider_update
from tests.inventory.factories import machine_source, make_simulator

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ERROR = ProviderError(ProviderErrorCode.UNREACHABLE, "down")


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, None), (4, None), (5, 5), (6, 10), (7, 20), (9, 60), (500, 60)]
)
def test_each_failure_beyond_the_fifth_doubles_the_wait(failures, seconds):
    expected = None if seconds is None else NOON + timedelta(seconds=seconds)

    assert next_try(failures, ERROR, now=NOON) == expected


def test_a_cloud_that_says_when_is_taken_at_its_word():
    throttled = ProviderError(ProviderErrorCode.RATE_LIMITED, "slow down", retry_after=3)
    for_ever = ProviderError(ProviderErrorCode.RATE_LIMITED, "slow down", retry_after=9999)

    assert next_try(1, throttled, now=NOON) == NOON + timedelta(seconds=3)
    assert next_try(1, for_ever, now=NOON) == NOON + LONGEST_ASKED


@pytest.fixture
def calls(monkeypatch):
    made = []
    original = SimulatorDriver.call

    def counted(driver):
        made.append(driver.place.region)
        return original(driver)

    monkeypatch.setattr(SimulatorDriver, "call", counted)
    return made


def ask(provider):
    (receipt,) = refresh([Ask(machine_source(provider), 0)]).values()
    return receipt


@pytest.mark.django_db(transaction=True)
class TestOnASource:
    def test_it_is_not_asked_while_it_is_left_alone(self, calls):
        provider = make_simulator(error_rate=1)
        for _ in range(FAILURES):
            assert ask(provider).error.code == "PROVIDER_ERROR"

        receipt = ask(provider)

        assert len(calls) == FAILURES
        assert (receipt.status, receipt.complete) == (SourceStatus.FAILED, False)
        assert receipt.error.code == "PROVIDER_ERROR"
        assert receipt.next_try_at > timezone.now()

    def test_it_is_tried_again_and_forgiven_when_it_answers(self):
        provider = make_simulator(error_rate=1)
        for _ in range(FAILURES):
            ask(provider)
        Source.objects.filter(provider=provider).update(retry_at=timezone.now())

        assert ask(provider).status is SourceStatus.FAILED
        source = machine_source(provider)
        assert source.failures == FAILURES + 1
        assert source.retry_at > timezone.now()

        provider_update(provider=provider, credentials={"error_rate": "0"})
        assert ask(provider).status is SourceStatus.LIVE
        assert (machine_source(provider).failures, machine_source(provider).retry_at) == (0, None)

    def test_checking_a_provider_asks_at_once(self, calls):
        provider = make_simulator(error_rate=1)
        for _ in range(FAILURES):
            ask(provider)

        provider_check(provider=provider)

        # A list a source: machines, sizes, images, zones, volumes, snapshots, key pairs, security
        # groups, buckets. Beside them: permissions, regions, and the smallest question.
        lists = provider.sources.filter(region="sim-1").count()
        assert len(calls) == FAILURES + lists + 3

    def test_a_throttled_source_waits_as_long_as_it_was_told(self, calls, monkeypatch):
        now, numbers = timezone.now(), itertools.count(1)
        monkeypatch.setattr(timezone, "now", lambda: now)
        monkeypatch.setattr(Store, "count_call", lambda *_: next(numbers))  # all in one second
        provider = make_simulator(throttle_per_s=1)

        first, *throttled = [ask(provider) for _ in range(4)]

        assert first.error is None
        assert {receipt.error.code for receipt in throttled} == {"RATE_LIMITED"}
        assert {receipt.next_try_at for receipt in throttled} == {now + timedelta(seconds=1)}
        assert len(calls) == 2
