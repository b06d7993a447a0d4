"""A driver that takes an hour to be loaded is loaded before any deadline of its cloud begins."""

import time
from functools import partial

import pytest

from inventory.live.age import Ask
from inventory.live.bulkhead import bulkhead
from inventory.live.checkup import check_regions
from inventory.live.connection import connected, read_credentials
from inventory.live.receipts import SourceStatus
from inventory.live.refresh import refresh
from inventory.live.simultaneous import call_each
from inventory.live.single_read import SingleRead, finish_reads, start_reads
from inventory.providers import connect
from inventory.providers.simulator.driver import SimulatorDriver
from tests.inventory.factories import machine_source, make_simulator

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]

HOUR = 3600
SECONDS = 30  # of a deadline; more than a busy machine takes, far less than an hour
RESOURCE = "virtual_machines"


def by_list(source):
    (receipt,) = refresh([Ask(source, 0)]).values()
    assert receipt.status is SourceStatus.LIVE, receipt.error


def by_single_read(source):
    (answer,) = finish_reads(start_reads([SingleRead(source, "none", 0)])).values()
    assert answer.receipt.status is SourceStatus.LIVE, answer.receipt.error


def by_one_call_to_each(source):
    (found,) = call_each([source], lambda cloud: cloud.read(RESOURCE)).values()
    assert isinstance(found, list), found


def by_a_check(source):
    (report,) = check_regions(source.provider)
    assert report.error is None


def by_a_connection(source):
    """Connect as jobs and dry runs do."""
    with connected(source, SECONDS) as cloud:
        assert cloud.read(RESOURCE)


def by_the_adapter(source):
    """Connect as the connection of a provider does."""
    provider = source.provider
    with connect(provider.kind, read_credentials(provider), source.region, SECONDS) as cloud:
        assert cloud.read(RESOURCE)


@pytest.mark.parametrize(
    "asked",
    [by_list, by_single_read, by_one_call_to_each, by_a_check, by_a_connection, by_the_adapter],
)
def test_the_deadline_begins_when_the_driver_is_loaded(monkeypatch, asked):
    provider = make_simulator(regions=["us-east-1"], deadline_ms=SECONDS * 1000)
    source = machine_source(provider)
    clock, loaded = time.monotonic, []

    def prepare():
        if not loaded:
            loaded.append(HOUR)

    monkeypatch.setattr(SimulatorDriver, "prepare", staticmethod(prepare), raising=False)
    monkeypatch.setattr(time, "monotonic", lambda: clock() + sum(loaded))
    submitted = []
    for name in ("submit", "submit_now"):
        submit = partial(noted, submitted, loaded, getattr(bulkhead, name))
        monkeypatch.setattr(bulkhead, name, submit)

    asked(source)

    assert loaded
    # Whoever waits for a call has loaded the driver: the wait has a deadline of its own.
    assert all(submitted)


def noted(submitted, loaded, submit, *call):
    submitted.append(bool(loaded))
    return submit(*call)


def test_what_is_answered_from_the_store_loads_nothing(monkeypatch):
    source = machine_source(make_simulator())
    by_list(source)
    source.refresh_from_db()
    loaded = []
    monkeypatch.setattr(
        SimulatorDriver, "prepare", staticmethod(lambda: loaded.append(1)), raising=False
    )
    (receipt,) = refresh([Ask(source, HOUR)]).values()
    finish_reads(start_reads([SingleRead(source, "none", None)]))

    assert (receipt.status, loaded) == (SourceStatus.CACHED, [])
