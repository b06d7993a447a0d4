"""The sizes, images and locations of an order that a region offers, by id or by the name shown.

::

    stored catalogue ── the first region has every part ──────────────────────> decided
          │
          └─ read the catalogues without a part (at most MAX_AGE old), look again
                 └─ ask the cloud for the size or image alone: not all that can be ordered is listed

An id stands for the same thing as long as its cloud has it. A name may go over to another entry,
and another account has other entries: a name is looked up only in a catalogue that is at most
NAMES_MAX_AGE old and that nothing has outdated since. An older one that has the name is read first.

The regions are in the provider's order, and the first one that has every part counts. So a region
is passed over only after its cloud was asked; those behind the first that has every part are not
asked. A part that could not be looked for, because its cloud did not answer, is unread: it is
neither offered nor refused.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Any

from django.db.models import Q
from django.utils import timezone

from gateway.core.folding import folded
from inventory.live.age import Ask, is_young
from inventory.live.failures import Failure
from inventory.live.images import search_images
from inventory.live.receipts import Receipt
from inventory.live.refresh import refresh
from inventory.live.simultaneous import call_each
from inventory.models import Location, Provider, Size, Source
from inventory.models.source import SourceResource
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.resources.image import Image, orderable

MAX_AGE = 60.0  # seconds; of a catalogue that is about to refuse an order
NAMES_MAX_AGE = 60 * 60.0  # seconds; of a catalogue in which a name is looked up
# Codes of a catalogue that this account will not be able to read later either.
UNREADABLE = frozenset({ProviderErrorCode.PERMISSION_DENIED, ProviderErrorCode.NOT_SUPPORTED})
MOST_NAMED = 10  # ids that one name may stand for, as far as they are read

MODELS: dict[SourceResource, Any] = {
    SourceResource.SIZES: Size,
    SourceResource.IMAGES: Image,
    SourceResource.LOCATIONS: Location,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A part of an order. ``value``: the cloud's own id, or a name as the catalogue shows it.

    ``location``: the zone that a size is wanted in, where the order names one.
    """

    field: str  # its name in the job's arguments and in the input
    resource: SourceResource
    value: str
    location: str | None = None


@dataclass(slots=True)
class Offer:
    """The known ids of one wanted part in one region: ``ids`` that its name or id may mean.

    An id that is equal to the value wins over names, and a name over one in another case.
    """

    wanted: Wanted
    source: Source | None  # None: this kind of cloud has no list of them
    ids: list[str] = field(default_factory=list)
    failure: Failure | None = None
    is_likely: bool = False  # the name is in a catalogue that is too old for names
    is_read: bool = False  # its catalogue was read for this order, or could not be

    @property
    def is_open(self) -> bool:
        """True if the region is not known to offer it, and there is a cloud to ask."""
        return not self.ids and self.source is not None

    @property
    def is_unread(self) -> bool:
        """True if its list could not be read now: the part may be in it, perhaps by this name."""
        return self.failure is not None and self.failure.code not in UNREADABLE


RegionOffers = dict[str, list[Offer]]


def find_offers(
    provider: Provider, regions: Sequence[str], wanted: Sequence[Wanted]
) -> RegionOffers:
    """By region, its offers of each wanted part. Clouds are asked only about regions that come
    before the first one that has every part.
    """
    offers = _unknown(provider, regions, wanted)
    _match_stored(provider, offers)
    for undecided in (_until_likely, _before_decided):
        if to_read := undecided(offers):
            _read_catalogues(to_read)
            _match_stored(provider, to_read)
    if to_ask := _before_decided(offers):
        _ask_for_unlisted(to_ask)
    return offers


def _unknown(provider: Provider, regions: Sequence[str], wanted: Sequence[Wanted]) -> RegionOffers:
    """If the kind has no list of a part, its value is used as it is: the cloud checks it."""
    found = provider.sources.filter(region__in=regions, resource__in=list(MODELS))
    sources = {(one.region, one.resource): one for one in found.select_related("provider")}
    return {
        region: [
            Offer(part, source, ids=[] if source else [part.value])
            for part in wanted
            for source in [sources.get((region, part.resource))]
        ]
        for region in regions
    }


def _before_decided(offers: RegionOffers) -> RegionOffers:
    """The regions before the first one that has every part; all, if none has."""
    lacking = takewhile(lambda one: not all(offer.ids for offer in one[1]), offers.items())
    return dict(lacking)


def _until_likely(offers: RegionOffers) -> RegionOffers:
    """Those before the first that has every part, up to one that has all if its names still hold:
    those behind it need not be read.
    """
    found: RegionOffers = {}
    for region, parts in _before_decided(offers).items():
        found[region] = parts
        if all(offer.ids or offer.is_likely for offer in parts):
            break
    return found


def _open(offers: RegionOffers) -> list[Offer]:
    return [offer for parts in offers.values() for offer in parts if offer.is_open]


def _match_stored(provider: Provider, offers: RegionOffers) -> None:
    """Find the ids of open offers: an id in a list of any age, a name in a young list."""
    now = timezone.now()
    for wanted in {offer.wanted for offer in _open(offers)}:
        same_name = Q(name_folded=folded(wanted.value))
        rows = MODELS[wanted.resource].objects.filter(provider=provider, region__in=list(offers))
        if wanted.resource is SourceResource.IMAGES:
            rows = orderable(rows)
        rows = rows.filter(Q(external_id=wanted.value) | same_name).order_by("external_id")
        by_region: dict[str, list[tuple[str, str]]] = {}
        for region, external_id, name in rows.values_list("region", "external_id", "name"):
            by_region.setdefault(region, []).append((external_id, name))
        for region, parts in offers.items():
            for offer in parts:
                if offer.wanted == wanted and offer.is_open:
                    _match(offer, by_region.get(region, ()), now)


def _match(offer: Offer, entries: Iterable[tuple[str, str]], now: datetime) -> None:
    value = offer.wanted.value
    found = _matching(value, entries)
    if value in found or (offer.source and is_young(offer.source, NAMES_MAX_AGE, now)):
        offer.ids, offer.is_likely = found, False
    else:
        offer.is_likely = bool(found)


def _matching(value: str, entries: Iterable[tuple[str, str]]) -> list[str]:
    """The ids among pairs of id and name that ``value`` stands for, by the best way to match."""
    entries = list(entries)
    ways = (
        [external_id for external_id, _ in entries if external_id == value],
        [external_id for external_id, name in entries if name == value],
        [external_id for external_id, name in entries if folded(name) == folded(value)],
    )
    return next((ids[:MOST_NAMED] for ids in ways if ids), [])


def _read_catalogues(offers: RegionOffers) -> None:
    """Read the catalogues of the open offers, once for this order."""
    open_offers = [offer for offer in _open(offers) if not offer.is_read]
    # An earlier failure is no answer to an order: the cloud is asked again.
    asks = {
        source.pk: Ask(source, 0 if source.failed else MAX_AGE)
        for source in (offer.source for offer in open_offers)
        if source is not None
    }
    receipts = refresh(asks.values())
    for offer in open_offers:
        if offer.source is not None and offer.source.pk in receipts:
            receipt = receipts[offer.source.pk]
            offer.source, offer.is_read = receipt.source, True
            offer.failure = _failure_of(receipt)


def _failure_of(receipt: Receipt) -> Failure | None:
    error = receipt.error
    if error is None:
        return None
    return Failure(error.code, error.message, error.retryable, receipt.retry_after)


def _ask_for_unlisted(offers: RegionOffers) -> None:
    """An image beyond the stored choice, a size that no list has."""
    open_offers = _open(offers)
    for wanted in {offer.wanted for offer in open_offers}:
        same = [offer for offer in open_offers if offer.wanted == wanted]
        if wanted.resource is SourceResource.IMAGES:
            found = _searched_images([offer.source for offer in same if offer.source], wanted.value)
        elif wanted.resource is SourceResource.SIZES:
            found = _unlisted_sizes(same, wanted)
        else:
            continue
        for offer in same:
            if offer.source is not None and offer.source.pk in found:
                offer.ids, failure = found[offer.source.pk]
                offer.failure = offer.failure if failure is None else failure


Found = dict[int, tuple[list[str], Failure | None]]


def _searched_images(sources: Sequence[Source], value: str) -> Found:
    return {
        pk: (
            _matching(value, [(image.external_id, image.name) for image in search.images]),
            _failure_of(search.receipt),
        )
        for pk, search in search_images(sources, value).items()
    }


def _unlisted_sizes(offers: Sequence[Offer], wanted: Wanted) -> Found:
    """A size that cannot be asked about, or not by this account, is taken as it is, and its cloud
    judges it: but not as long as the list that may have it under this name could not be read.
    """
    sources = [offer.source for offer in offers if offer.source is not None]
    unread = {offer.source.pk for offer in offers if offer.source is not None and offer.is_unread}
    if not sources:
        return {}
    kind = sources[0].provider.kind
    if kind.table.beside.find_size is None and kind.takes_unlisted_size(wanted.value):
        return {one.pk: ([wanted.value], None) for one in sources if one.pk not in unread}
    answers = call_each(sources, lambda cloud: cloud.find_size(wanted.value, wanted.location))
    found: Found = {}
    for pk, answer in answers.items():
        if not isinstance(answer, ProviderError):
            found[pk] = ([] if answer is None else [answer.external_id], None)
        elif answer.retryable:
            error = (str(answer.code), answer.message, True, answer.retry_after)
            found[pk] = ([], Failure(*error))
        elif pk not in unread:
            found[pk] = ([wanted.value], None)
    return found
