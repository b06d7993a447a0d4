"""An internal error while an outcome is stored is stored itself, with its cause if known."""

import pytest
from django.db import DataError
from django.utils import timezone

from inventory.live import in_flight, source_state, store
from inventory.live.age import Ask
from inventory.live.bulkhead import Bulkhead
from inventory.live.refresh import refresh
from inventory.live.single_read import SingleRead, finish_reads, start_reads
from inventory.models import VirtualMachine
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.providers.simulator.driver import SimulatorDriver
from tests.gateway.core.threadless import no_thread_left
from tests.inventory.factories import machine_source, make_simulator

pytestmark = pytest.mark.django_db(transaction=True)


def ask(provider):
    (receipt,) = refresh([Ask(machine_source(provider), 0)]).values()
    return receipt


def fail(*_arguments, **_options):
    raise DataError("value too long for a-secret-detail")


def assert_stored(provider, receipt, code, caplog):
    source = machine_source(provider)
    assert (receipt.error.code, source.error_code) == (code, code)
    assert source.retry_at > timezone.now()
    error_id = source.error_message.rstrip(".").split()[-1]
    assert f"Unexpected error {error_id}" in caplog.text
    assert "a-secret-detail" not in source.error_message


def test_a_listing_that_cannot_be_stored_is_a_stored_failure(monkeypatch, caplog):
    provider = make_simulator()
    monkeypatch.setattr(store, "compare", fail)

    receipt = ask(provider)

    assert_stored(provider, receipt, "INTERNAL", caplog)
    assert not receipt.complete


def test_a_listing_that_no_thread_is_started_for_is_a_stored_failure(monkeypatch, caplog):
    provider = make_simulator()
    monkeypatch.setattr(in_flight, "bulkhead", Bulkhead())

    with no_thread_left(monkeypatch):
        receipt = ask(provider)

    assert_stored(provider, receipt, "INTERNAL", caplog)
    assert not receipt.complete
    machine_source(provider).__class__.objects.update(retry_at=None)
    assert ask(provider).complete


@pytest.mark.parametrize("broken", ["next_try", "_milliseconds_since"])
def test_a_failure_that_cannot_be_stored_keeps_its_cause(monkeypatch, caplog, broken):
    provider = make_simulator()

    def throttle(_driver):
        raise ProviderError(ProviderErrorCode.RATE_LIMITED, "Slow down.")

    monkeypatch.setattr(SimulatorDriver, "call", throttle)
    original, calls = getattr(source_state, broken), []

    def fail_first(*arguments, **options):
        calls.append(arguments)
        return fail() if len(calls) == 1 else original(*arguments, **options)

    monkeypatch.setattr(source_state, broken, fail_first)

    assert_stored(provider, ask(provider), "RATE_LIMITED", caplog)


def test_the_next_good_answer_clears_it(monkeypatch):
    provider = make_simulator()
    with monkeypatch.context() as patch:
        patch.setattr(store, "compare", fail)
        ask(provider)
    source_state.close_breakers(provider.sources.all())

    receipt = ask(provider)

    assert (receipt.complete, receipt.count) == (True, 5)


def test_a_single_read_that_cannot_be_stored_fails_alone(monkeypatch, caplog):
    provider = make_simulator()
    ask(provider)
    row = VirtualMachine.objects.filter(provider=provider).first()
    monkeypatch.setattr(store, "upsert", fail)

    (answer,) = finish_reads(
        start_reads([SingleRead(machine_source(provider), row.external_id, 0)])
    ).values()

    assert answer.receipt.error.code == "INTERNAL"
    assert answer.row == row
    assert "a-secret-detail" in caplog.text
