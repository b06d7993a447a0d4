"""How old stored rows may be: the one place where an age that was asked for is compared.

::

    maxAge of a field ──> Ask ──> is_fresh ── yes ──> CACHED
                                     │
                                     └─ no ── the source keeps failing ──> LEFT_ALONE
                                                    └─ else ─────────────> ASKED
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from inventory.live import denied_lists
from inventory.live.breaker import is_open
from inventory.models import Source

REGION_SET_MAX_AGE = 60 * 60.0  # seconds, whatever age a request names


@dataclass(frozen=True, slots=True)
class Ask:
    """A source, its provider loaded, and how old its rows may be in seconds; 0: ask now.

    ``regions``: those that the request names; see ``age_limit``.
    """

    source: Source
    max_age: float
    regions: frozenset[str] = frozenset()

    def of(self, source: Source) -> "Ask":
        """The same of another source."""
        return replace(self, source=source)

    def merged(self, other: "Ask") -> "Ask":
        """One request for the same source that satisfies both."""
        max_age = min(self.max_age, other.max_age)
        return Ask(self.source, max_age, self.regions | other.regions)


class Outlook(StrEnum):
    """The action that a request would take for a source."""

    CACHED = "CACHED"  # nothing: the stored rows are young enough
    LEFT_ALONE = "LEFT_ALONE"  # nothing: it keeps failing, see inventory.live.breaker
    ASKED = "ASKED"  # ask its cloud, or join a running listing


def outlook(ask: Ask, now: datetime) -> Outlook:
    """The action that ``refresh`` would take for the source at ``now``."""
    if is_fresh(ask.source, ask, now):
        return Outlook.CACHED
    return Outlook.LEFT_ALONE if is_open(ask.source, now) else Outlook.ASKED


def age_limit(source: Source, max_age: float, *, regions: Collection[str] = ()) -> float:
    """The maximum age, in seconds, of the data of ``source``, if the request asked for ``max_age``.

    A set of regions is good for an hour; a failure to list it is repeated only within ``max_age``.
    ``regions``: those that the request names. If the set does not have one of them, the region may
    be new, and ``max_age`` is the limit. ``max_age`` also is the limit for the set of a provider
    that lists each region by itself since its list of all regions was refused: only the set shows
    new regions then.
    """
    if not source.is_region_set:
        return max_age
    lacks_one = not set(regions) <= set(source.provider.regions)
    if source.failed or lacks_one or denied_lists.may_be_remembered(source.provider):
        return min(max_age, REGION_SET_MAX_AGE)
    return REGION_SET_MAX_AGE


def is_young(
    source: Source, max_age: float, now: datetime, *, regions: Collection[str] = ()
) -> bool:
    """True if the latest complete listing is at most ``max_age`` seconds old; see ``age_limit``.

    Its age counts from its beginning: the cloud may have answered at once, and slowly. A listing
    that began before the latest change through the gateway is not young.
    """
    began = source.listing_started_at
    if began is None or source.fetched_at is None or not source.is_clean_since(began):
        return False
    max_age = age_limit(source, max_age, regions=regions)
    return max_age > 0 and began >= now - timedelta(seconds=max_age)


def is_fresh(source: Source, ask: Ask, now: datetime) -> bool:
    """True if a listing, or a failure, is stored that is as young as ``ask`` requests."""
    if not source.failed:
        return is_young(source, ask.max_age, now, regions=ask.regions)
    began = source.attempt_started_at
    if began is None or not source.is_clean_since(began):
        return False
    tried_at = began + timedelta(milliseconds=source.duration_ms or 0)
    max_age = age_limit(source, ask.max_age, regions=ask.regions)
    return max_age > 0 and tried_at >= now - timedelta(seconds=max_age)
