"""The listings of this process that have not ended: one per source, in a bounded pool of threads.

A listing runs from its claim until its outcome is stored. Each request that needs the source waits
on the listing's future, which holds the Source as it is afterwards. A listing that takes too long
is expired by a request that waits for it: its source is noted as timed out and may be asked
again, although the thread may hang in its call for a while. The result of such a call is discarded.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any, TypeVar

from django.db import close_old_connections
from django.utils import timezone

from gateway.core.unexpected import log_unexpected
from inventory.live import denied_lists, source_state, store
from inventory.live.bulkhead import bulkhead
from inventory.live.connection import connected
from inventory.live.failures import deadline_passed
from inventory.live.receipts import INTERNAL
from inventory.live.region_names import list_regions
from inventory.live.region_set import may_be_gone, records_of, store_found, store_regions
from inventory.live.under_way import Joined, ListingInFlight, UnderWay
from inventory.models import Source
from inventory.providers import Cloud, ProviderError, ProviderErrorCode, ServiceAbsent

log = logging.getLogger(__name__)

T = TypeVar("T")

# Why a list of all regions is given up, and each region is listed by itself.
NOT_EVERYWHERE = {ProviderErrorCode.PERMISSION_DENIED, ProviderErrorCode.NOT_SUPPORTED}
# How a region that does not exist any more is refused: the account's rights in it ended with it.
# The same refusal of a region that exists is an error.
REFUSES_GONE_REGION = {ProviderErrorCode.NOT_FOUND, ProviderErrorCode.PERMISSION_DENIED}


class ListingsInFlight:
    """The running listings of this process, by source."""

    def __init__(self) -> None:
        self._under_way = UnderWay()

    def join(self, source: Source, *, seconds: float) -> Joined:
        """Start to list ``source``, or join the listing under way."""
        joined = self.claim([(source, seconds)])[source.pk]
        self.start([joined])
        return joined

    def claim(self, sources: Iterable[tuple[Source, float]]) -> dict[int, Joined]:
        """The listings of sources, by primary key, with the seconds that a new one has.

        Those that are new are to be started.
        """
        return self._under_way.join(sources)

    def start(self, listings: Iterable[Joined], *, together: bool = False) -> None:
        """Start those that are new; ``together``: they are of one account, which lists all regions
        with one call.
        """
        ours = [each.call for each in listings if each.call is not None and each.is_new]
        if ours and together:
            begun = bulkhead.submit_now(ours[0].source, partial(self._run_together, ours))
            begun.add_done_callback(partial(self._begun, ours))
            return
        for call in ours:
            self._start(call)

    def _start(self, call: ListingInFlight) -> None:
        """Start the listing in a thread of its own: there is one a source, which is claimed."""
        begun = bulkhead.submit_now(call.source, partial(self._run, call, self._list_and_store))
        begun.add_done_callback(partial(self._begun, [call]))

    def _begun(self, ours: Sequence[ListingInFlight], begun: Future[None]) -> None:
        """End the listings that no thread was started for: nothing else would until they expire."""
        if error := begun.exception():
            for call in ours:
                if call.settle():
                    self._store_own_failure(call, error, code=INTERNAL)

    def expire(self, call: ListingInFlight) -> None:
        """End a listing that took too long, unless its outcome is being stored just now."""
        if call.settle():
            self._store_failure(call, deadline_passed())

    def _run_together(self, ours: Sequence[ListingInFlight]) -> None:
        """List with one call, and store each source's part. Denied: each source for itself."""
        source, started_at = ours[0].source, timezone.now()
        try:
            found = _listing_everywhere(source, ours[0].seconds_left)
            is_new = store_found(source, found, started_at=started_at)
        except ProviderError as error:
            refused = error.code in NOT_EVERYWHERE
            work = None if refused else partial(self._settle, error=error)
            if refused:
                denied_lists.remember(source)
        except Exception as error:  # noqa: BLE001 - stored and logged for each
            work = partial(_raise, error=error)
        else:
            work = partial(self._store_part, found=found, found_regions=is_new)
        finally:
            close_old_connections()
        for call in ours:
            if work is None:
                call.is_refused_together = True
                self._start(call)
            else:
                call.started_at = started_at
                self._run(call, work)

    def _settle(self, call: ListingInFlight, *, error: ProviderError) -> None:
        if call.settle():
            self._store_failure(call, error)

    def _store_part(
        self, call: ListingInFlight, *, found: Mapping[str, list[Any]], found_regions: bool
    ) -> None:
        call.found_regions = found_regions
        if call.settle():
            self._finish(call, _store(call, records_of(found, call.source.region)))

    def _run(self, call: ListingInFlight, work: Callable[[ListingInFlight], None]) -> None:
        try:
            if call.seconds_left > 0:
                work(call)
            else:  # it waited for a thread too long
                self.expire(call)
        except Source.DoesNotExist as gone:
            self._fail(call, gone)
        except Exception as error:  # noqa: BLE001 - logged there
            self._store_own_failure(call, error, code=INTERNAL)
        finally:
            close_old_connections()

    def _list_and_store(self, call: ListingInFlight) -> None:
        call.started_at = timezone.now()
        try:
            records = _listing(call.source, call.seconds_left)
        except ProviderError as error:
            if call.settle():
                self._store_failure(call, error)
            return
        if call.settle():
            self._finish(call, _store(call, records))

    def _store_failure(self, call: ListingInFlight, error: ProviderError) -> None:
        """Whoever waits gets Source.DoesNotExist when the provider was disconnected meanwhile."""
        try:
            stored = source_state.store_failure(call.source.pk, error, started_at=call.started_at)
        except Source.DoesNotExist as gone:
            self._fail(call, gone)
        except Exception as worse:  # noqa: BLE001 - logged there
            self._store_own_failure(call, worse, code=str(error.code))
        else:
            self._finish(call, stored)

    def _store_own_failure(self, call: ListingInFlight, error: BaseException, *, code: str) -> None:
        """Store that an exception of ours kept an outcome from being stored; ``code``: why."""
        call.settle()
        error_id = log_unexpected(log, error, context=f"storing source {call.source.pk}")
        message = f"The answer could not be stored; the log says more under {error_id}."
        try:
            stored = source_state.store_own_failure(
                call.source.pk,
                code=code,
                message=message,
                now=timezone.now(),
                started_at=call.started_at,
            )
        except Exception as worse:  # noqa: BLE001 - nothing can be stored: those who wait get it
            log_unexpected(log, worse, context=f"after {error_id}")
            self._fail(call, worse)
        else:
            self._finish(call, stored)

    def _finish(self, call: ListingInFlight, source: Source) -> None:
        self._under_way.remove(call)
        if not call.future.done():
            call.future.set_result(source)

    def _fail(self, call: ListingInFlight, error: Exception) -> None:
        call.settle()
        self._under_way.remove(call)
        if not call.future.done():
            call.future.set_exception(error)


def _store(call: ListingInFlight, records: list[Any]) -> Source:
    source, started_at = call.source, call.started_at
    if source.is_region_set:
        return store_regions(source.pk, records, started_at=started_at)
    return store.store_listing(source.pk, records, started_at=started_at, known=source)


def _raise(_call: ListingInFlight, *, error: Exception) -> None:
    raise error


def _listing_everywhere(source: Source, seconds: float) -> Mapping[str, list[Any]]:
    """All regions of the account, by region. Raises ProviderError, as ``_listing`` does."""
    return _asked(source, seconds, lambda cloud: cloud.read_everywhere(source.resource))


def _listing(source: Source, seconds: float) -> list[Any]:
    ends_at = time.monotonic() + seconds

    def listing(cloud: Cloud) -> list[Any]:
        if source.is_region_set:
            return list_regions(cloud)
        return cloud.read(source.resource)

    try:
        return _asked(source, seconds, listing)
    except ServiceAbsent as absent:
        return store.NoService(absent.message)
    except ProviderError as error:
        refused = error.code in REFUSES_GONE_REGION
        if refused and may_be_gone(source) and not _exists(source, ends_at - time.monotonic()):
            return []
        raise


def _exists(source: Source, seconds: float) -> bool:
    """True if the region of ``source`` exists, by a list of regions that is read now.

    The stored list is no proof, at any age: the region may have been created again since. True if
    the list cannot be read.
    """
    if seconds <= 0:
        return True
    try:
        return source.region in _asked(source, seconds, list_regions)
    except ProviderError as error:
        log.info("It is not known whether region %s exists: %s", source.region, error.message)
        return True


def _asked(source: Source, seconds: float, listing: Callable[[Cloud], T]) -> T:
    """Ask the cloud. Raises ProviderError; a fault of our own code becomes one too."""
    try:
        with connected(source, seconds) as cloud:
            return listing(cloud)
    except ProviderError:
        raise
    except Exception as error:
        log.exception("Listing source %s failed unexpectedly", source.pk)
        message = "The answer could not be read; the log says more."
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message) from error


in_flight = ListingsInFlight()
