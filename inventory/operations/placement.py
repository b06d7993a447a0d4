"""Where an order goes: the first region that offers what it names, and the order in its terms.

Sizes, images and locations are named by the cloud's own ids, or by names that the region's
catalogue shows once (``inventory.live.offers``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from inventory.live.api import UNREADABLE, Failure, Offer, RegionOffers, Wanted, find_offers
from inventory.models import Provider, Source
from inventory.models.source import SourceResource
from inventory.operations.marker import marked
from inventory.operations.product import Placement
from inventory.operations.sealed_arguments import user_data_of
from inventory.operations.target_context import not_connected
from inventory.providers import Capability
from inventory.types import NewMachine, SpotOrder
from jobs.api import OperationFailed

MOST_REGIONS_NAMED = 5


@dataclass(frozen=True, slots=True)
class Placed:
    """A region that offers everything; ``ids``: of the parts, by their names in the arguments."""

    region: str
    ids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Unread:
    """A region could not be asked, and none before it offers everything. ``failures``: of the parts
    that it is not known to offer. ``is_only``: no other region was considered.
    """

    region: str
    failures: Sequence[Failure]
    is_only: bool

    def as_failure(self) -> OperationFailed:
        """The first failure, not to be tried again before every catalogue may be read."""
        error = self.failures[0]
        message = error.message
        if not self.is_only:
            message = (
                f"{message.rstrip('.')}. The catalogue of {self.region} could not be read, so it "
                "is not known whether the order belongs there. Give a region as the location to "
                "order in another one."
            )
        waits = [one.retry_after for one in self.failures if one.retry_after]
        return OperationFailed(
            error.code,
            message,
            retryable=error.retryable,
            retry_after=max(waits, default=None),
        )


class NotOffered(Exception):
    """No region offers everything. ``field``: the part at fault; the message names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class Ambiguous(NotOffered):
    """A name stands for several ids in the region that would be chosen."""


def order_of(arguments: Mapping[str, Any], *, region: str, client_token: str) -> NewMachine:
    """The order that a job's arguments stand for; a location that is the region is no zone.

    ``client_token``: the job's id, which also marks the machine.
    """
    location = arguments["location"]
    return NewMachine(
        name=arguments["name"],
        size_id=arguments["size"],
        image_id=arguments["image"],
        location_id=None if location == region else location,
        client_token=client_token,
        key_pair=arguments["key_pair"],
        security_groups=tuple(arguments["security_groups"]),
        tags=marked(tuple((key, value) for key, value in arguments["tags"]), client_token),
        user_data=user_data_of(arguments),
        spot=_spot_of(arguments.get("spot")),
    )


def _spot_of(argument: Mapping[str, Any] | None) -> SpotOrder | None:
    if argument is None:
        return None
    price = argument["max_price_per_hour"]
    return SpotOrder(None if price is None else Decimal(price))


def choose_region(provider: Provider, arguments: Mapping[str, Any]) -> Placement:
    """The first of the provider's regions that offers size, image and location.

    Raises OperationFailed that names what no region offers, or why a catalogue cannot be read.
    """
    try:
        found = place(provider, arguments)
    except NotOffered as refusal:
        raise OperationFailed("NOT_FOUND", refusal.message) from refusal
    if isinstance(found, Unread):
        raise found.as_failure()
    return Placement(found.region, changed_by(arguments, found))


def find_size_id(source: Source, size: str, location: str | None) -> str:
    """The id of the size that machines of ``source`` may be given; ``size`` may be its name.

    ``location``: the machine's zone. Raises OperationFailed if the region offers no such size, so
    that nothing is begun for it. For an account that may not read the sizes it is ``size``: the
    cloud answers itself.
    """
    provider = source.provider
    if Capability.LIST_SIZES not in provider.kind.capabilities:
        return size
    wanted = Wanted("size", SourceResource.SIZES, size, location)
    try:
        found = decide(provider, [source.region], [wanted])
    except NotOffered as refusal:
        raise OperationFailed("NOT_FOUND", refusal.message) from refusal
    if isinstance(found, Placed):
        return found.ids["size"]
    if found.failures[0].code in UNREADABLE:
        return size
    raise found.as_failure()


def changed_by(arguments: Mapping[str, Any], placed: Placed) -> dict[str, Any]:
    """The arguments that a name in the order stands for: ids in place of names."""
    return {name: one for name, one in placed.ids.items() if arguments[name] != one}


def place(provider: Provider, arguments: Mapping[str, Any]) -> Placed | Unread:
    """Raises NotOffered, and Ambiguous. A location that is a region names the region."""
    location = arguments["location"]
    regions = list(provider.regions)
    if (region := arguments["region"]) is not None:
        if region not in regions:
            raise NotOffered("location", not_connected(region))
        regions = [region]
    if location in regions:
        regions, location = [location], None
    wanted = [
        Wanted("size", SourceResource.SIZES, arguments["size"], location),
        Wanted("image", SourceResource.IMAGES, arguments["image"]),
    ]
    if location is not None:
        wanted.append(Wanted("location", SourceResource.LOCATIONS, location))
    return decide(provider, regions, wanted)


def decide(provider: Provider, regions: Sequence[str], wanted: Sequence[Wanted]) -> Placed | Unread:
    """The first region that has every part, unless one before it may have them and is unread.

    Raises NotOffered, and Ambiguous.
    """
    offers = find_offers(provider, regions, wanted)
    for region, parts in offers.items():
        lacking = [offer for offer in parts if not offer.ids]
        if not lacking:
            return Placed(region, {offer.wanted.field: _only_id(region, offer) for offer in parts})
        failures = [offer.failure for offer in lacking if offer.failure is not None]
        if len(failures) == len(lacking):
            return Unread(region, failures, is_only=len(offers) == 1)
    raise _not_offered(offers)


def _only_id(region: str, offer: Offer) -> str:
    if len(offer.ids) > 1:
        wanted = offer.wanted
        ids = ", ".join(offer.ids)
        message = (
            f"Several {wanted.resource} of {region} have the name {wanted.value!r}. "
            f"Give the id of one of them: {ids}."
        )
        raise Ambiguous(wanted.field, message)
    return offer.ids[0]


def _not_offered(offers: RegionOffers) -> NotOffered:
    lacking = {
        region: next(offer.wanted for offer in parts if not offer.ids and offer.failure is None)
        for region, parts in offers.items()
    }
    if not lacking:
        return NotOffered("location", "No region is left.")
    named = [
        f"{region} offers no {wanted.field} {wanted.value!r}."
        for region, wanted in list(lacking.items())[:MOST_REGIONS_NAMED]
    ]
    if len(lacking) > len(named):
        named.append(f"Nor do {len(lacking) - len(named)} other regions.")
    return NotOffered(next(iter(lacking.values())).field, " ".join(named))
