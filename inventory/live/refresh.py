"""Refreshes all sources that one request needs, each within a deadline of its own.

A source whose rows are not fresh enough is listed; all of them at once. A request that finds a
listing of its source under way, in this process or another, joins it only if the listing began
after the source was last changed through the gateway, and at most JOINABLE before the request. Else
it waits until that listing has ended, and for the next one. The deadline counts from the request,
with that wait; a listing that begins after such a wait has a whole deadline of its own, so that the
wait does not make its source fail. It begins when the drivers are loaded, which takes a while once
in a process.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent import futures
from dataclasses import dataclass

from django.utils import timezone

from gateway.core import turns
from gateway.core.db import release_connection
from inventory.live.age import Ask, Outlook, outlook
from inventory.live.connection import prepare
from inventory.live.receipts import Receipt, SourceStatus, receipt_of
from inventory.live.wait import JOINABLE, Wait, start_waits
from inventory.models import Provider, Source
from inventory.models.source import SourceResource


@dataclass(frozen=True, slots=True)
class SourcesChange:
    """The changes that a new list of regions makes: more sources to ask, and removed ones."""

    asks: list[Ask]
    gone: frozenset[int] = frozenset()


Follow = Callable[[Source], SourcesChange]


def refresh(asks: Iterable[Ask], *, follow: Follow | None = None) -> dict[int, Receipt]:
    """Bring the sources up to date as far as they answer; receipts by the source's primary key.

    ``follow``: called with each set of regions that was read for this request; the sources that it
    returns are asked too, within the same deadline. Never raises for a cloud's fault: the receipt
    says it.
    """
    found: dict[int, Receipt] = {}
    for found in refreshing(asks, follow=follow):  # noqa: B007 - the last ones count
        pass
    return found


def refreshing(
    asks: Iterable[Ask], *, follow: Follow | None = None
) -> Iterator[dict[int, Receipt]]:
    """Like ``refresh``; yields all receipts so far, each time that there are more.

    A later result may omit, or replace, the receipt of a set of regions or of a removed region.
    """
    request = _Request(follow)
    request.ask(asks)
    yield from request.receipts()


class _Request:
    """The sources that one request waits for, and the receipts that it has by now."""

    def __init__(self, follow: Follow | None) -> None:
        self.at = timezone.now()
        self._began: float | None = None
        self._follow = follow
        self._receipts: dict[int, Receipt] = {}
        self._waiting: dict[int, Wait] = {}
        self._followed: set[int] = set()  # providers whose new regions were found

    def ask(self, asks: Iterable[Ask]) -> None:
        added: dict[int, Ask] = {}
        for ask in asks:
            pk = ask.source.pk
            if pk in self._receipts or pk in self._waiting or pk in added:
                continue
            if outlook(ask, self.at) is Outlook.ASKED:
                added[pk] = ask
            else:
                self._receipts[pk] = receipt_of(ask.source, asked=False)
        start_waits(self._waits(added))

    def _waits(self, asks: Mapping[int, Ask]) -> list[Wait]:
        prepare(ask.source for ask in asks.values())
        if self._began is None:
            self._began = time.monotonic()
        waits = {pk: Wait(ask, requested_at=self.at, began=self._began) for pk, ask in asks.items()}
        self._waiting |= waits
        return list(waits.values())

    def receipts(self) -> Iterator[dict[int, Receipt]]:
        """Those that there are; all, when each source has answered or its deadline has passed."""
        yield self._receipts
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
            yield self._receipts

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

    def _read_regions(self, wait: Wait) -> None:
        """Read the set of regions within ``maxAge``, since no list of all regions shows new ones.

        The refusal is remembered by now, so that an older set does not suffice.
        """
        for pk, receipt in list(self._receipts.items()):
            source = receipt.source
            is_set = source.is_region_set and source.provider_id == wait.source.provider_id
            if is_set and receipt.status is SourceStatus.CACHED:
                del self._receipts[pk]
                self.ask([wait.ask.of(source)])


def _until_something_happens(waiting: Collection[Wait]) -> None:
    nearest = min(wait.seconds_left for wait in waiting)
    with turns.waiting():
        futures.wait(
            [wait.future for wait in waiting],
            max(0.0, nearest),
            return_when=futures.FIRST_COMPLETED,
        )
