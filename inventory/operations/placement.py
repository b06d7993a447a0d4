"""Where an order goes: the first region that offers what it names, and the order in its terms.

Sizes, images and locations are named by the cloud's own ids, or by names that the region's
catalogue shows once (``inventory.live.offers``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inventory.live.offers import Offer, RegionOffers, Wanted, find_offers
from inventory.live.receipts import ReceiptError
from inventory.models import Provider
from inventory.models.source import SourceResource
from inventory.operations.making import Placement
from inventory.operations.marker import marked
from inventory.providers import Capability, ProviderErrorCode
from inventory.types import NewMachine
from jobs.registry import OperationFailed
from jobs.sealed import reveal

UNREADABLE = {ProviderErrorCode.PERMISSION_DENIED, ProviderErrorCode.NOT_SUPPORTED}
MOST_REGIONS_NAMED = 5


@dataclass(frozen=True, slots=True)
class Placed:
    """A region that offers everything; ``ids``: of the parts, by their names in the arguments."""

    region: str
    ids: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Unread:
    """No region is known to offer everything, and one of them could not be asked: ``failure``."""

    failure: ReceiptError


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
        user_data=reveal(arguments["user_data"]),
    )


def choose_region(provider: Provider, arguments: Mapping[str, Any]) -> Placement:
    """The first of the provider's regions that offers size, image and location.

    Raises OperationFailed that names what no region offers, or why a catalogue cannot be read.
    """
    try:
        found = place(provider, arguments)
    except NotOffered as refusal:
        raise OperationFailed("NOT_FOUND", refusal.message) from refusal
    if isinstance(found, Unread):
        error = found.failure
        raise OperationFailed(error.code, error.message, retryable=error.retryable)
    return Placement(found.region, changed_by(arguments, found))


def refuse_unknown_size(provider: Provider, region: str, size: str) -> None:
    """Raises OperationFailed if the region offers no such size, so that nothing is begun for it.

    An account that may not read the sizes is not refused: the cloud answers itself.
    """
    kind = provider.kind
    if Capability.LIST_SIZES not in kind.capabilities or kind.takes_unlisted_size(size):
        return
    try:
        found = decide(provider, [region], [Wanted("size", SourceResource.SIZES, size)])
    except NotOffered as refusal:
        raise OperationFailed("NOT_FOUND", refusal.message) from refusal
    if isinstance(found, Unread) and found.failure.code not in UNREADABLE:
        error = found.failure
        raise OperationFailed(error.code, error.message, retryable=error.retryable)


def changed_by(arguments: Mapping[str, Any], placed: Placed) -> dict[str, Any]:
    """The arguments that a name in the order stands for: ids in place of names."""
    return {name: one for name, one in placed.ids.items() if arguments[name] != one}


def place(provider: Provider, arguments: Mapping[str, Any]) -> Placed | Unread:
    """Raises NotOffered, and Ambiguous. A location that is a region names the region."""
    location = arguments["location"]
    regions: list[str] = [arguments["region"]] if arguments["region"] else list(provider.regions)
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
    """The first region that has every part. Raises NotOffered, and Ambiguous."""
    offers = find_offers(provider, regions, wanted)
    for region, parts in offers.items():
        if all(offer.ids for offer in parts):
            return Placed(region, {offer.wanted.field: _only_id(region, offer) for offer in parts})
    for parts in offers.values():
        lacking = [offer for offer in parts if not offer.ids]
        failures = [offer.failure for offer in lacking if offer.failure is not None]
        if len(failures) == len(lacking):
            return Unread(failures[0])
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
