"""One request's wait for its sources: deadlines, joining, staleness."""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from inventory.live import claims
from inventory.live.age import Ask
from inventory.live.bulkhead import bulkhead
from inventory.live.in_flight import in_flight
from inventory.live.receipts import SourceStatus
from inventory.live.refresh import refresh
from inventory.live.source_state import mark_dirty
from inventory.models import Source, VirtualMachine
from inventory.providers.simulator.driver import SimulatorDriver
from inventory.services.providers import provider_update
from tests.inventory.factories import machine_source, make_simulator
from tests.inventory.held_clouds import end_waits, hold_cloud
from tests.inventory.live.claiming import claim

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60  # seconds; of a hang, on a busy machine
LONG = 30  # seconds; far more than the deadlines below, far less than other clouds have


def ask(provider, max_age=0, region=None):
    source = machine_source(provider, region)
    (receipt,) = refresh([Ask(source, max_age)]).values()
    return receipt


def count_listings(monkeypatch):
    """Counts what reaches the simulated clouds."""
    listings = []
    meanwhile(monkeypatch, lambda: listings.append(timezone.now()))
    return listings


def meanwhile(monkeypatch, call):
    """Make ``call`` while a simulated cloud is being asked, before it answers."""
    original = SimulatorDriver.call

    def asked(self):
        call()
        return original(self)

    monkeypatch.setattr(SimulatorDriver, "call", asked)


@pytest.fixture
def waits_for_another(monkeypatch):
    """An event: a request has begun to wait for the listing of another process."""
    waits = threading.Event()
    released = claims.watch.released

    def noted(*arguments):
        waits.set()
        return released(*arguments)

    monkeypatch.setattr(claims.watch, "released", noted)
    return waits


def in_threads(*calls):
    """Run the calls at once, each with a database connection of its own; their results."""

    def run(call):
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(PATIENCE) for future in [pool.submit(run, call) for call in calls]]


def test_a_source_that_was_never_asked_is_asked():
    receipt = ask(make_simulator(machines=7), max_age=60)

    assert receipt.status is SourceStatus.LIVE
    assert (receipt.count, receipt.error, receipt.complete) == (7, None, True)
    assert VirtualMachine.objects.count() == 7


def test_a_young_answer_is_not_asked_again(monkeypatch):
    provider = make_simulator()
    ask(provider)
    listings = count_listings(monkeypatch)

    receipt = ask(provider, max_age=60)

    assert receipt.status is SourceStatus.CACHED
    assert listings == []


def test_an_old_answer_and_one_that_must_be_of_now_are_asked_again(monkeypatch):
    provider = make_simulator()
    ask(provider)
    listings = count_listings(monkeypatch)

    assert ask(provider, max_age=0).status is SourceStatus.LIVE
    long_ago = timezone.now() - timedelta(seconds=61)
    Source.objects.filter(provider=provider).update(
        fetched_at=long_ago, listing_started_at=long_ago
    )
    assert ask(provider, max_age=60).status is SourceStatus.LIVE
    assert len(listings) == 2


def test_the_age_of_an_answer_counts_from_its_beginning():
    """A slow cloud may have made its answer long before it arrived."""
    provider = make_simulator()
    ask(provider)
    sources = Source.objects.filter(provider=provider)
    sources.update(listing_started_at=timezone.now() - timedelta(seconds=61))

    assert ask(provider, max_age=300).status is SourceStatus.CACHED
    assert ask(provider, max_age=60).status is SourceStatus.LIVE


def test_a_dirty_source_is_asked_however_young_its_answer_is(monkeypatch):
    provider = make_simulator()
    ask(provider)
    listings = count_listings(monkeypatch)

    mark_dirty(provider.sources.all())

    assert ask(provider, max_age=60).status is SourceStatus.LIVE
    assert len(listings) == 1


def test_all_sources_are_asked_at_once(monkeypatch):
    asks = [Ask(machine_source(make_simulator()), 0) for _ in range(8)]
    all_asked = threading.Barrier(len(asks))  # opens when each has been asked, and none answered
    meanwhile(monkeypatch, lambda: all_asked.wait(PATIENCE))

    receipts = refresh(asks)

    assert {receipt.status for receipt in receipts.values()} == {SourceStatus.LIVE}


def test_a_hanging_source_costs_its_own_deadline_and_nothing_else():
    good, bad = make_simulator(), make_simulator(hang="true", deadline_ms=300)
    sources = [machine_source(good), machine_source(bad)]

    started = time.monotonic()
    receipts = refresh([Ask(source, 0) for source in sources])

    assert time.monotonic() - started < LONG
    assert receipts[sources[0].pk].status is SourceStatus.LIVE
    failed = receipts[sources[1].pk]
    assert failed.status is SourceStatus.FAILED
    assert (failed.error.code, failed.error.retryable) == ("TIMEOUT", True)
    # the claim is free again, although the call may still hang
    assert claim(sources[1].pk, seconds=1).is_ours


def test_last_good_rows_are_kept_and_stale_when_a_source_fails():
    provider = make_simulator(machines=3)
    ask(provider)
    provider_update(provider=provider, credentials={"error_rate": "1"})

    receipt = ask(provider)

    assert receipt.status is SourceStatus.STALE
    assert (receipt.error.code, receipt.count) == ("PROVIDER_ERROR", 3)
    rows = VirtualMachine.objects.select_related("source")
    assert [row.stale for row in rows] == [True, True, True]


@pytest.mark.parametrize("fault", ["partial", "garbage"])
def test_a_listing_that_is_cut_or_unreadable_stores_nothing(fault):
    provider = make_simulator(machines=4, **{fault: "true"})

    receipt = ask(provider)

    assert receipt.status is SourceStatus.FAILED
    assert not VirtualMachine.objects.exists()

    provider_update(provider=provider, credentials={fault: "false"})
    assert ask(provider).status is SourceStatus.LIVE
    assert VirtualMachine.objects.count() == 4


def test_a_failure_is_not_repeated_while_it_is_young(monkeypatch):
    provider = make_simulator(error_rate=1)
    ask(provider)
    listings = count_listings(monkeypatch)

    assert ask(provider, max_age=60).status is SourceStatus.FAILED
    assert listings == []


def test_equal_requests_at_once_make_one_listing(monkeypatch):
    provider = make_simulator()
    listings, joined = [], []
    together, all_joined = threading.Barrier(5), threading.Event()
    claim_all = in_flight.claim

    def claimed(sources):
        together.wait(PATIENCE)  # each of them was made before the listing begins
        found = claim_all(sources)
        joined.append(found)
        if len(joined) == together.parties:
            all_joined.set()
        return found

    def listing():
        listings.append(timezone.now())
        assert all_joined.wait(PATIENCE)

    monkeypatch.setattr(in_flight, "claim", claimed)
    meanwhile(monkeypatch, listing)

    receipts = in_threads(*[lambda: ask(provider)] * together.parties)

    assert {receipt.status for receipt in receipts} == {SourceStatus.LIVE}
    assert len(listings) == 1


def test_a_listing_begun_before_a_change_is_waited_for_but_not_believed(monkeypatch):
    """A request after a change waits for the listing under way, then asks again."""
    provider = make_simulator()
    listings = []
    begun, changed = threading.Event(), threading.Event()

    def listing():
        listings.append(timezone.now())
        begun.set()
        assert changed.wait(PATIENCE)

    meanwhile(monkeypatch, listing)
    early = threading.Thread(target=lambda: in_threads(lambda: ask(provider)))
    early.start()
    assert begun.wait(PATIENCE)
    mark_dirty(provider.sources.all())
    claim_all = in_flight.claim

    def claimed(sources):
        found = claim_all(sources)
        changed.set()  # the second request has met the listing of the first
        return found

    monkeypatch.setattr(in_flight, "claim", claimed)
    receipt = ask(provider)
    early.join()

    assert receipt.status is SourceStatus.LIVE
    assert receipt.source.listing_started_at > receipt.source.dirty_at
    assert len(listings) in {2, 3}  # the first request may see the change too, and ask again


def test_a_listing_of_another_process_is_waited_for(waits_for_another):
    """Its claim is in Redis and its outcome on the row; nothing else announces it."""
    provider = make_simulator(machines=2)
    ask(provider)
    source = machine_source(provider)
    token = claim(source.pk, seconds=2 * PATIENCE).token

    def other_process():
        assert waits_for_another.wait(PATIENCE)
        now = timezone.now()
        Source.objects.filter(pk=source.pk).update(
            listing_started_at=now, attempt_started_at=now, fetched_at=now, count=99
        )
        claims.release(source.pk, token)

    receipt, _ = in_threads(lambda: ask(provider), other_process)

    assert (receipt.status, receipt.count) == (SourceStatus.LIVE, 99)


def test_a_listing_of_another_process_counts_although_its_next_one_is_under_way(
    monkeypatch, waits_for_another
):
    """If many processes ask, another one takes the claim before anybody sees that it was free."""
    provider = make_simulator(machines=2)
    source = machine_source(provider)
    first = claim(source.pk, seconds=2 * PATIENCE)
    listings = count_listings(monkeypatch)

    def other_process():
        assert waits_for_another.wait(PATIENCE)
        now = timezone.now()
        Source.objects.filter(pk=source.pk).update(
            listing_started_at=now, attempt_started_at=now, fetched_at=now, count=99
        )
        claims.client().set(claims._key(source.pk), "the next", px=2000 * PATIENCE)

    assert first.is_ours
    receipt, _ = in_threads(lambda: ask(provider), other_process)

    assert (receipt.status, receipt.count) == (SourceStatus.LIVE, 99)
    assert listings == []


def test_the_claim_of_a_dead_process_lapses():
    provider = make_simulator()
    assert claim(machine_source(provider).pk, seconds=0.3).is_ours

    assert ask(provider).status is SourceStatus.LIVE


def test_an_answer_from_before_the_question_is_not_live_when_the_claim_of_another_lapses(
    monkeypatch,
):
    provider = make_simulator()
    before = ask(provider)
    listings = count_listings(monkeypatch)
    assert claim(machine_source(provider).pk, seconds=0.3).is_ours

    receipt = ask(provider)

    assert receipt.status is SourceStatus.LIVE
    assert receipt.fetched_at > before.fetched_at
    assert len(listings) == 1


def test_a_listing_that_begins_late_in_a_request_has_its_own_whole_deadline(
    monkeypatch, waits_for_another
):
    begun, may_answer = threading.Event(), threading.Event()
    end_waits(monkeypatch, begun, left=0.001)  # the request ends while the listing is under way

    def listing():
        begun.set()
        assert may_answer.wait(PATIENCE)

    meanwhile(monkeypatch, listing)
    provider = make_simulator(machines=2)
    source = machine_source(provider)
    token = claim(source.pk, seconds=2 * PATIENCE).token

    def other_process():
        assert waits_for_another.wait(PATIENCE)
        claims.release(source.pk, token)

    receipt, _ = in_threads(lambda: ask(provider), other_process)
    assert (receipt.status, receipt.error.code) == (SourceStatus.FAILED, "TIMEOUT")

    call = in_flight._under_way._calls[source.pk]
    may_answer.set()
    call.future.result(PATIENCE)
    source.refresh_from_db()
    assert (source.count, source.failed) == (2, False)


def test_a_listing_that_overstays_its_deadline_is_ended_by_the_next_request(monkeypatch):
    monkeypatch.setattr(bulkhead, "submit_now", lambda *_: Future())  # its thread never comes
    provider = make_simulator(deadline_ms=300)
    call = in_flight.join(machine_source(provider), seconds=0.1).call

    receipt = ask(provider)

    assert receipt.error.code == "TIMEOUT"
    assert "waited" not in receipt.error.message
    assert call.future.result(PATIENCE).error_code == "TIMEOUT"


def test_waiting_for_another_process_ends_at_the_deadline():
    provider = make_simulator(deadline_ms=300)
    assert claim(machine_source(provider).pk, seconds=PATIENCE).is_ours

    receipt = ask(provider)

    assert (receipt.status, receipt.error.code) == (SourceStatus.FAILED, "TIMEOUT")
    assert "waited" in receipt.error.message  # and not that the cloud did not answer
    # whose listing it is will note how it ended
    assert not machine_source(provider).failed


def test_credentials_that_cannot_be_opened_fail_their_source_alone(settings):
    from cryptography.fernet import Fernet  # noqa: PLC0415

    good = make_simulator()
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    other = make_simulator()
    sources = [machine_source(good), machine_source(other)]

    receipts = refresh([Ask(source, 0) for source in sources])

    assert receipts[sources[0].pk].status is SourceStatus.FAILED
    assert receipts[sources[1].pk].status is SourceStatus.LIVE


def test_an_outcome_that_cannot_be_stored_fails_its_source_alone(monkeypatch):
    from inventory.live import store  # noqa: PLC0415 - patched below

    good, bad = machine_source(make_simulator()), machine_source(make_simulator())
    original = store.store_listing

    def store_or_fail(source_id, records, **options):
        if source_id == bad.pk:
            raise store.OvertakenError("kept changing")
        return original(source_id, records, **options)

    monkeypatch.setattr(store, "store_listing", store_or_fail)

    receipts = refresh([Ask(good, 0), Ask(bad, 0)])

    assert receipts[good.pk].status is SourceStatus.LIVE
    assert receipts[bad.pk].status is SourceStatus.FAILED
    assert receipts[bad.pk].error.code == "INTERNAL"


@pytest.mark.parametrize("whose", ["this process's", "another's"])
def test_a_provider_that_is_disconnected_meanwhile_fails_its_source_alone(
    whose, monkeypatch, waits_for_another
):
    answers = hold_cloud(monkeypatch, "bad")
    good, bad = make_simulator(), make_simulator(seed="bad")
    sources = [machine_source(good), machine_source(bad)]
    begun, token = waits_for_another, claims.UNCLAIMED
    if whose == "another's":
        token = claim(sources[1].pk, seconds=2 * PATIENCE).token
    else:
        begun = threading.Event()
        meanwhile(monkeypatch, begun.set)

    def disconnect():
        assert begun.wait(PATIENCE)
        bad.delete()
        answers.set()
        claims.release(sources[1].pk, token)

    receipts, _ = in_threads(lambda: refresh([Ask(source, 0) for source in sources]), disconnect)

    assert receipts[sources[0].pk].status is SourceStatus.LIVE
    gone = receipts[sources[1].pk]
    assert (gone.status, gone.error.code) == (SourceStatus.FAILED, "NOT_FOUND")


def test_a_flight_of_a_provider_that_is_gone_ends_when_it_is_expired(monkeypatch):
    answers = hold_cloud(monkeypatch, "silent")
    source = machine_source(make_simulator(seed="silent"))
    call = in_flight.join(source, seconds=2 * PATIENCE).call
    source.provider.delete()

    in_flight.expire(call)

    with pytest.raises(Source.DoesNotExist):
        call.future.result(PATIENCE)
    assert source.pk not in in_flight._under_way._calls
    assert claim(source.pk, seconds=1).is_ours
    answers.set()


def test_a_change_during_a_listing_that_hangs_does_not_stretch_the_deadline(monkeypatch):
    provider = make_simulator(hang="true", deadline_ms=400)
    meanwhile(monkeypatch, lambda: in_threads(lambda: mark_dirty(provider.sources.all())))

    started = time.monotonic()
    receipt = ask(provider)

    assert time.monotonic() - started < LONG
    assert (receipt.status, receipt.error.code) == (SourceStatus.FAILED, "TIMEOUT")
