"""One request's wait for all the sources it needs, each with a deadline of its own.

A source that is not fresh enough is asked, all of them at once. Who finds a listing under way,
in this process or another, may join it only if it began after the source was last changed
through us and at most JOINABLE before this request; else it waits for that one to end and for
the next. The deadline counts from the request, waiting included; a listing that begins after such
a wait has its own whole deadline, so that what was waited for does not make its source fail.
"""

import copy
import time
from collections.abc import Callable, Collection, Iterable
from concurrent import futures
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils import timezone

from gateway.core.db import release_connection
from inventory.live import denied_lists
from inventory.live.breaker import is_open
from inventory.live.claims import watch
from inventory.live.failures import deadline_passed, failing, failing_by, waited_too_long
from inventory.live.in_flight import in_flight
from inventory.live.receipts import (
    INTERNAL,
    Receipt,
    SourceStatus,
    age_limit,
    is_young,
    receipt_of,
    receipt_of_gone,
)
from inventory.live.resources import RESOURCES
from inventory.live.under_way import Boarding, CallInFlight
from inventory.models import Provider, Source
from inventory.models.source import SourceResource

JOINABLE = timedelta(seconds=1)
STORING_SECONDS = 5.0  # an answer in hand at the deadline may still be stored


@dataclass(frozen=True, slots=True)
class Ask:
    """A source, its provider loaded, and how old its rows may be in seconds; 0: ask now.

    ``regions``: those that the request names; see ``age_limit``.
    """

    source: Source
    max_age: float
    regions: frozenset[str] = frozenset()

    def merged(self, other: "Ask") -> "Ask":
        """One that suits both, of the same source."""
        max_age = min(self.max_age, other.max_age)
        return Ask(self.source, max_age, self.regions | other.regions)


@dataclass(frozen=True, slots=True)
class SourcesChange:
    """What a list of regions that just arrived changes: sources to ask too, and removed ones."""

    asks: list[Ask]
    gone: frozenset[int] = frozenset()


Follow = Callable[[Source], SourcesChange]


class Outlook(StrEnum):
    """What a request would do about a source."""

    CACHED = "CACHED"  # nothing: what is stored is young enough
    LEFT_ALONE = "LEFT_ALONE"  # nothing: it keeps failing, see inventory.live.breaker
    ASKED = "ASKED"  # ask its cloud, or join who is asking


def outlook(ask: Ask, now: datetime) -> Outlook:
    """What ``refresh`` would do about the source at ``now``."""
    if _is_fresh(ask.source, ask, now):
        return Outlook.CACHED
    return Outlook.LEFT_ALONE if is_open(ask.source, now) else Outlook.ASKED


def refresh(asks: Iterable[Ask], *, follow: Follow | None = None) -> dict[int, Receipt]:
    """Bring the sources up to date as far as they answer; receipts by the source's primary key.

    ``follow``: called with each set of regions that was read for this request; the sources that it
    returns are asked too, within the same deadline. Never raises for a cloud's fault: the receipt
    says it.
    """
    request = _Request(follow)
    request.ask(asks)
    return request.receipts()


class _Request:
    """The sources that one request waits for, and the receipts that it has by now."""

    def __init__(self, follow: Follow | None) -> None:
        self.at = timezone.now()
        self.began = time.monotonic()
        self._follow = follow
        self._receipts: dict[int, Receipt] = {}
        self._waiting: dict[int, _Wait] = {}
        self._followed: set[int] = set()  # providers of which new regions were found

    def ask(self, asks: Iterable[Ask]) -> None:
        added: list[_Wait] = []
        for ask in asks:
            pk = ask.source.pk
            if pk in self._receipts or pk in self._waiting:
                continue
            if outlook(ask, self.at) is Outlook.ASKED:
                self._waiting[pk] = _Wait(ask, self)
                added.append(self._waiting[pk])
            else:
                self._receipts[pk] = receipt_of(ask.source, asked=False)
        _board(added)

    def receipts(self) -> dict[int, Receipt]:
        """All of them, when each source has answered or its deadline has passed."""
        release_connection()
        while self._waiting:
            _until_something_happens(self._waiting.values())
            for pk, wait in list(self._waiting.items()):
                receipt = wait.receipt() if pk in self._waiting else None
                if receipt is not None:
                    del self._waiting[pk]
                    self._receipts[pk] = receipt
                    if receipt.source.is_region_set and receipt.complete:
                        self._follow_regions(receipt.source)
                    elif wait.found_regions:
                        self._follow_found(receipt.source.provider)
                    elif wait.is_refused_together:
                        self._read_regions(wait)
        return self._receipts

    def _follow_regions(self, region_set: Source) -> None:
        if self._follow is None:
            return
        change = self._follow(region_set)
        for pk in change.gone:
            self._waiting.pop(pk, None)
            self._receipts.pop(pk, None)
        for source in (ask.source for ask in change.asks):
            # A list of all regions may have stored it just now, for this request.
            began = source.attempt_started_at
            known = source.pk in self._receipts or source.pk in self._waiting
            if not known and began is not None and began >= self.at - JOINABLE:
                self._receipts[source.pk] = receipt_of(source, asked=True)
        self.ask(change.asks)
        release_connection()

    def _follow_found(self, provider: Provider) -> None:
        """A list of all regions has found new ones: connected, or more than the limit."""
        if self._follow is None or provider.pk in self._followed:
            return
        self._followed.add(provider.pk)
        region_set = Source.objects.get(provider=provider, resource=SourceResource.REGIONS)
        region_set.provider = provider
        if region_set.failed:
            self._waiting.pop(region_set.pk, None)
            self._receipts[region_set.pk] = receipt_of(region_set, asked=True)
        self._follow_regions(region_set)

    def _read_regions(self, wait: "_Wait") -> None:
        """Read the set of regions within ``maxAge``, since no list of all regions shows new ones.

        The refusal is remembered by now, so that an older set does not suffice.
        """
        for pk, receipt in list(self._receipts.items()):
            source = receipt.source
            is_set = source.is_region_set and source.provider_id == wait.source.provider_id
            if is_set and receipt.status is SourceStatus.CACHED:
                del self._receipts[pk]
                self.ask([wait.ask_of(source)])


def _board(waits: Iterable["_Wait"]) -> None:
    """Start the listings; those that one call of their account can answer share it.

    One call for each region costs the cloud less where few of the account's regions are asked. It
    is also used for a while after the account was refused the list of all regions.
    """
    groups: dict[tuple[int, str], list[_Wait]] = {}
    for wait in waits:
        groups.setdefault((wait.source.provider_id, wait.source.resource), []).append(wait)
    together = {key: _is_listed_together(of[0].source, len(of)) for key, of in groups.items()}
    boarded = in_flight.claim(
        (wait.source, wait.seconds_of_listing) for group in groups.values() for wait in group
    )
    for key, group in groups.items():
        in_flight.start((boarded[wait.source.pk] for wait in group), together=together[key])
        for wait in group:
            wait.take(boarded[wait.source.pk])


def _is_listed_together(source: Source, count: int) -> bool:
    """Whether ``count`` sources of an account, all as ``source``, share a list of all regions."""
    if not _lists_everywhere(source) or 2 * count < len(source.provider.regions):
        return False
    return not denied_lists.is_remembered(source)


def _lists_everywhere(source: Source) -> bool:
    resource, provider = RESOURCES.get(source.resource), source.provider
    return (
        resource is not None and resource.lists_everywhere(provider.kind) and provider.lists_regions
    )


def _until_something_happens(waiting: Collection["_Wait"]) -> None:
    nearest = min(wait.seconds_left for wait in waiting)
    futures.wait(
        [wait.future for wait in waiting], max(0.0, nearest), return_when=futures.FIRST_COMPLETED
    )


class _Wait:
    """One request waiting for one source."""

    future: Future[Any]

    def __init__(self, ask: Ask, request: _Request) -> None:
        self.source = ask.source
        self._ask = ask
        self._known_attempt = ask.source.attempt_started_at
        self._requested_at = request.at
        self._ends_at = request.began + ask.source.provider.deadline_seconds
        self._call: CallInFlight | None = None
        self._started_it = False
        self._has_waited = False  # for a listing that did not count for this request
        self._expired = False

    @property
    def seconds_left(self) -> float:
        return self._ends_at - time.monotonic()

    @property
    def found_regions(self) -> bool:
        """Whether its listing found regions that were not connected before."""
        return self._call is not None and self._call.found_regions

    @property
    def is_refused_together(self) -> bool:
        """Whether its listing is of one region because the list of all regions was refused."""
        if self._call is not None:
            return self._call.is_refused_together
        return _lists_everywhere(self.source) and denied_lists.is_remembered(self.source)

    def ask_of(self, source: Source) -> Ask:
        """What the request asks of another source: what it asks of this one."""
        return Ask(source, self._ask.max_age, self._ask.regions)

    @property
    def seconds_of_listing(self) -> float:
        """How long a listing may take that begins now: see the module."""
        whole = self.source.provider.deadline_seconds
        return whole if self._has_waited else max(self.seconds_left, 0.001)

    def board(self) -> None:
        self.take(in_flight.board(self.source, seconds=self.seconds_of_listing))

    def take(self, boarding: Boarding) -> None:
        """Wait for this call, or without one for the listing of another process."""
        self._call, self._started_it = boarding.call, boarding.is_new
        if self._call is not None:
            self.future = self._call.future
        else:
            self.future = watch.released(self.source.pk, boarding.holder)

    def receipt(self) -> Receipt | None:
        """The receipt if there is one by now; else goes on waiting, maybe for the next call."""
        if self.future.done():
            return self._landed()
        if self.seconds_left > 0:
            return None
        if self._call is None or self._expired or not self._is_overdue(self._call):
            return self._timed_out()
        in_flight.expire(self._call)
        self._expired = True
        if self._started_it:
            self._ends_at += STORING_SECONDS
        return self._landed() if self.future.done() else None

    def _is_overdue(self, call: CallInFlight) -> bool:
        """At the end of this request. A listing that began with the request ends with it."""
        return (self._started_it and not self._has_waited) or call.seconds_left <= 0

    def _landed(self) -> Receipt | None:
        try:
            # A listing of another process left its outcome on the row alone.
            outcome = self.future.result() or Source.objects.get(pk=self.source.pk)
        except Source.DoesNotExist:
            return receipt_of_gone(self.source)
        except Exception:  # noqa: BLE001 - logged where it was raised; one source must not end all
            message = "The answer could not be stored; the log says more."
            seen = failing(self.source, code=INTERNAL, message=message, retryable=True)
            return receipt_of(seen, asked=True)
        # Others may wait for it too, so each gets a copy, with the provider of its own request.
        source = copy.copy(outcome)
        source.provider = self.source.provider
        release_connection()
        if self._is_ours(source):
            return receipt_of(source, asked=True)
        self.source = source
        if _is_fresh(source, self._ask, self._requested_at):
            return receipt_of(source, asked=False)
        if self._expired or self.seconds_left <= 0:
            return self._timed_out()
        self._has_waited = True
        self.board()
        return None

    def _is_ours(self, source: Source) -> bool:
        """Whether its latest attempt counts as made for this request: see the module.

        One that had ended before this request does not, however young it is. The row shows it
        still when the claim of another process lapsed before that process stored its outcome.
        """
        began = source.attempt_started_at
        if began is None or not source.is_clean_since(began):
            return False
        if self._call is None and began == self._known_attempt:
            return False
        return self._started_it or began >= self._requested_at - JOINABLE

    def _timed_out(self) -> Receipt:
        """For this request alone: whose listing it is will note its own outcome."""
        error = deadline_passed() if self._expired else waited_too_long()
        return receipt_of(failing_by(self.source, error), asked=True)


def _is_fresh(source: Source, ask: Ask, now: datetime) -> bool:
    """Whether a listing, or a failure, is stored that is as young as was asked."""
    if not source.failed:
        return is_young(source, ask.max_age, now, regions=ask.regions)
    began = source.attempt_started_at
    if began is None or not source.is_clean_since(began):
        return False
    tried_at = began + timedelta(milliseconds=source.duration_ms or 0)
    max_age = age_limit(source, ask.max_age, regions=ask.regions)
    return max_age > 0 and tried_at >= now - timedelta(seconds=max_age)
