"""This process's running listings by source, each under a claim that other processes see."""

import threading
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from gateway.core import turns
from inventory.live import claims
from inventory.models import Source


class ListingInFlight:
    """One listing. Exactly one of the thread that flies it and its expiry settles the outcome."""

    def __init__(self, source: Source, token: str, seconds: float) -> None:
        self.source = source
        self.token = token
        self.future: Future[Source] = Future()
        self.started_at: datetime = timezone.now()
        self.found_regions = False  # that were not connected before
        self.is_refused_together = False  # the account may not list all regions in one call
        self._ends_at = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._settled = False

    @property
    def seconds_left(self) -> float:
        return self._ends_at - time.monotonic()

    def settle(self) -> bool:
        """True for the first caller, which may store the outcome."""
        with self._lock:
            first = not self._settled
            self._settled = True
            return first


class Joined(NamedTuple):
    """The listing of a source, and whether it is new: who listings it starts it.

    None: another process lists the source, under the claim with the token ``holder``.
    """

    call: ListingInFlight | None
    is_new: bool = False
    holder: str = ""


class UnderWay:
    """The running listings, one per source at most. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: dict[int, ListingInFlight] = {}
        self._claiming: dict[int, Future[Joined]] = {}

    def join(self, sources: Iterable[tuple[Source, float]]) -> dict[int, Joined]:
        """The listings of sources, by primary key; a new one has as many seconds as given.

        All claims are taken in one round trip, outside the lock: if Redis hangs, only this request
        waits for its time limit, and only once. Others for these sources wait for its claim.
        """
        listings: dict[int, Joined] = {}
        free: dict[int, tuple[Source, float]] = {}
        claimed_meanwhile: dict[int, Future[Joined]] = {}
        with self._lock:
            for source, seconds in sources:
                if call := self._calls.get(source.pk):
                    listings[source.pk] = Joined(call)
                elif claiming := self._claiming.get(source.pk):
                    claimed_meanwhile[source.pk] = claiming
                else:
                    free[source.pk] = source, seconds
                    self._claiming[source.pk] = Future()
        listings |= self._claim(free)
        for pk, claiming in claimed_meanwhile.items():
            listings[pk] = _taken_by_another(claiming)._replace(is_new=False)
        return listings

    def remove(self, call: ListingInFlight) -> None:
        """Remove a listing that has ended, and release its claim."""
        claims.release(call.source.pk, call.token)
        with self._lock:
            if self._calls.get(call.source.pk) is call:
                del self._calls[call.source.pk]

    def _claim(self, free: Mapping[int, tuple[Source, float]]) -> dict[int, Joined]:
        try:
            taken = claims.acquire({pk: seconds for pk, (_, seconds) in free.items()})
        except BaseException as error:
            with self._lock:
                failed = [self._claiming.pop(pk) for pk in free]
            for future in failed:
                future.set_exception(error)
            raise
        listings = {pk: _joined(*free[pk], claim) for pk, claim in taken.items()}
        with self._lock:
            told = [(self._claiming.pop(pk), joined) for pk, joined in listings.items()]
            for pk, joined in listings.items():
                if joined.call is not None:
                    self._calls[pk] = joined.call
        for future, joined in told:
            future.set_result(joined)
        return listings


def _taken_by_another(claiming: Future[Joined]) -> Joined:
    """Another thread takes the claim, and may wait for Redis until its time limit."""
    if claiming.done():
        return claiming.result()
    with turns.waiting():
        return claiming.result()


def _joined(source: Source, seconds: float, claim: claims.Claim) -> Joined:
    if not claim.is_ours:
        return Joined(None, holder=claim.token)
    return Joined(ListingInFlight(source, claim.token, seconds), is_new=True)
