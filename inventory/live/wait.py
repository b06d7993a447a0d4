"""The wait of one request for one source, until the source has answered or its deadline passes."""

import copy
import time
from collections.abc import Iterable
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

from gateway.core.db import release_connection
from inventory.live import denied_lists
from inventory.live.age import Ask, is_fresh
from inventory.live.claims import watch
from inventory.live.failures import failing, failing_by, stored_too_late, waited_too_long
from inventory.live.in_flight import in_flight
from inventory.live.receipts import INTERNAL, Receipt, receipt_of, receipt_of_gone
from inventory.live.resources import RESOURCES
from inventory.live.under_way import Joined, ListingInFlight
from inventory.models import Source

JOINABLE = timedelta(seconds=1)
STORING_SECONDS = 5.0  # an answer in hand at the deadline may still be stored


class Wait:
    """One request waiting for one source."""

    future: Future[Any]

    def __init__(self, ask: Ask, *, requested_at: datetime, began: float) -> None:
        """``began``: as ``requested_at``, by the monotonic clock."""
        self.source = ask.source
        self.ask = ask
        self._known_attempt = ask.source.attempt_started_at
        self._requested_at = requested_at
        self._ends_at = began + ask.source.provider.deadline_seconds
        self._call: ListingInFlight | None = None
        self._started_it = False
        self._has_waited = False  # for a listing that did not count for this request
        self._expired = False

    @property
    def seconds_left(self) -> float:
        return self._ends_at - time.monotonic()

    @property
    def found_regions(self) -> bool:
        """True if its listing found regions that were not connected before."""
        return self._call is not None and self._call.found_regions

    @property
    def is_refused_together(self) -> bool:
        """True if its listing is of one region because the list of all regions was refused."""
        if self._call is not None:
            return self._call.is_refused_together
        return _lists_everywhere(self.source) and denied_lists.is_remembered(self.source)

    @property
    def seconds_of_listing(self) -> float:
        """How long a listing may take that begins now: see the module."""
        whole = self.source.provider.deadline_seconds
        return whole if self._has_waited else max(self.seconds_left, 0.001)

    def join(self) -> None:
        self.take(in_flight.join(self.source, seconds=self.seconds_of_listing))

    def take(self, joined: Joined) -> None:
        """Wait for this call, or without one for the listing of another process."""
        self._call, self._started_it = joined.call, joined.is_new
        if self._call is not None:
            self.future = self._call.future
        else:
            self.future = watch.released(self.source.pk, joined.holder)

    def receipt(self) -> Receipt | None:
        """The receipt if there is one by now; else goes on waiting, maybe for the next call."""
        if self.future.done():
            return self._answered()
        if self.seconds_left > 0:
            return None
        if self._call is None or self._expired or not self._is_overdue(self._call):
            return self._timed_out()
        in_flight.expire(self._call)
        self._expired = True
        if self._started_it:
            self._ends_at += STORING_SECONDS
        return self._answered() if self.future.done() else None

    def _is_overdue(self, call: ListingInFlight) -> bool:
        """At the end of this request. A listing that began with the request ends with it."""
        return (self._started_it and not self._has_waited) or call.seconds_left <= 0

    def _answered(self) -> Receipt | None:
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
        if is_fresh(source, self.ask, self._requested_at):
            return receipt_of(source, asked=False)
        if self._expired or self.seconds_left <= 0:
            return self._timed_out()
        self._has_waited = True
        self.join()
        return None

    def _is_ours(self, source: Source) -> bool:
        """True if its latest attempt counts as made for this request: see the module.

        An attempt that ended before this request does not count, however young it is. The row still
        shows it when the claim of another process lapsed before that process stored its outcome.
        """
        began = source.attempt_started_at
        if began is None or not source.is_clean_since(began):
            return False
        if self._call is None and began == self._known_attempt:
            return False
        return self._started_it or began >= self._requested_at - JOINABLE

    def _timed_out(self) -> Receipt:
        """For this request alone: whose listing it is will note its own outcome.

        An expired one has an outcome already, which is being stored.
        """
        error = stored_too_late() if self._expired else waited_too_long()
        return receipt_of(failing_by(self.source, error), asked=True)


def start_waits(waits: Iterable[Wait]) -> None:
    """Start the listings; those that one call of their account can answer share it.

    One call for each region costs the cloud less where few of the account's regions are asked. It
    is also used for a while after the account was refused the list of all regions.
    """
    groups: dict[tuple[int, str], list[Wait]] = {}
    for wait in waits:
        groups.setdefault((wait.source.provider_id, wait.source.resource), []).append(wait)
    together = {key: _is_listed_together(of[0].source, len(of)) for key, of in groups.items()}
    listings = in_flight.claim(
        (wait.source, wait.seconds_of_listing) for group in groups.values() for wait in group
    )
    for key, group in groups.items():
        in_flight.start((listings[wait.source.pk] for wait in group), together=together[key])
        for wait in group:
            wait.take(listings[wait.source.pk])


def _is_listed_together(source: Source, count: int) -> bool:
    """True if ``count`` sources of an account, all like ``source``, share a list of all regions."""
    if not _lists_everywhere(source) or 2 * count < len(source.provider.regions):
        return False
    return not denied_lists.is_remembered(source)


def _lists_everywhere(source: Source) -> bool:
    resource, provider = RESOURCES.get(source.resource), source.provider
    return (
        resource is not None and resource.lists_everywhere(provider.kind) and provider.lists_regions
    )
