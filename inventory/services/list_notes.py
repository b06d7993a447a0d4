"""Sentences about lists that an action uses, and that may omit machines or show earlier ones.

An action by a filter finds the machines that are stored. A schedule's run asks the clouds first,
and takes the stored machines of those that do not answer.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from django.utils import timezone

from inventory.live.api import Receipt, is_young
from inventory.models import Source

OLD_SECONDS = 60.0  # a list that is older than this is named, with its time
MOST_NAMED = 10  # sources in a message

NEW_REGIONS = "The regions were not listed lately, and new ones are not known, of {}."
UNREAD = "No list was read yet of {}."
OUTDATED = (
    "No list was read since the latest change through the gateway, and an older one counts, of {}."
)
FAILED = "The latest list failed, and an older one counts, of {}."
OLD = "The latest list is more than a minute old, of {}."
UNUSABLE = "Objects without a usable id are not in the list of {}."
UNPROVEN = "No test shows that the list has every object of {}."


def notes_of_stored(sources: Iterable[Source], *, regions: Collection[str] | None) -> str:
    """Sentences that name the ``sources`` whose stored list may be out of date; an empty text if
    there are none. ``regions``: those that the filter names.
    """
    now = timezone.now()
    places: dict[str, list[str]] = {}
    for source in sources:
        for note in _notes(source, now, frozenset(regions or ())):
            places.setdefault(note, []).append(_place(source))
    return " ".join(note.format(_listed(found)) for note, found in places.items())


def note_of_receipt(receipt: Receipt) -> str:
    """The reason why an answer is not complete, for an action that uses it."""
    source = receipt.source
    where = source.provider.name if source.is_region_set else _where(source)
    if receipt.answered:
        return f"{where} answered; {receipt.error.message if receipt.error else ''}"
    if source.is_region_set:
        return f"The regions of {where} could not be listed; new ones are not known."
    if receipt.fetched_at is None:
        return f"{where} did not answer; none of its machines is known."
    seen_at = _minute(receipt.fetched_at)
    return f"{where} did not answer; its machines are as they were seen at {seen_at}."


def _notes(source: Source, now: datetime, regions: frozenset[str]) -> Iterator[str]:
    is_old = not is_young(source, OLD_SECONDS, now, regions=regions)
    if source.is_region_set:
        may_be_new = not regions or not regions <= set(source.provider.regions)
        if may_be_new and (is_old or source.failed):
            yield NEW_REGIONS
        return
    if source.fetched_at is None or source.listing_started_at is None:
        yield UNREAD
        return
    is_outdated = not source.is_clean_since(source.listing_started_at)
    if is_outdated:
        yield OUTDATED
    if source.failed:
        yield FAILED
    if is_old and not is_outdated and not source.failed:
        yield OLD
    yield from _notes_of_parts(source)


def _notes_of_parts(source: Source) -> Iterator[str]:
    if source.unusable:
        yield UNUSABLE
    if not source.lists_all:
        yield UNPROVEN


def _where(source: Source) -> str:
    return f"{source.provider.name} in {source.region}"


def _place(source: Source) -> str:
    if source.is_region_set:
        return source.provider.name
    if source.fetched_at is None:
        return _where(source)
    return f"{_where(source)} ({_minute(source.fetched_at)})"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _listed(places: Sequence[str]) -> str:
    more = len(places) - MOST_NAMED
    return ", ".join(places[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
