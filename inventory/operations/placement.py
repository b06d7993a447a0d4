"""Where an order goes: the first region that offers what it names, and the order in its terms."""

from collections.abc import Iterable, Mapping
from typing import Any

from inventory.live.receipts import Receipt
from inventory.live.refresh import Ask, refresh
from inventory.live.resources import RESOURCES
from inventory.models import Image, Location, Provider, Size
from inventory.models.source import SourceResource
from inventory.operations.marker import marked
from inventory.operations.target import cloud_at, source_in
from inventory.providers import Capability, ProviderErrorCode
from inventory.types import NewMachine
from jobs.registry import OperationFailed
from jobs.sealed import reveal

UNREADABLE = {ProviderErrorCode.PERMISSION_DENIED, ProviderErrorCode.NOT_SUPPORTED}


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


def choose_region(provider: Provider, arguments: Mapping[str, Any]) -> str:
    """The first of the provider's regions that offers size, image and location.

    Raises OperationFailed that names what no region offers.
    """
    regions: list[str] = [arguments["region"]] if arguments["region"] else list(provider.regions)
    lacking: list[str] = []
    for region in regions:
        missing = _missing_in(provider, region, arguments)
        if missing is None:
            return region
        lacking.append(missing)
    raise OperationFailed("NOT_FOUND", " ".join(dict.fromkeys(lacking)) or "No region is left.")


def refuse_unknown_size(provider: Provider, region: str, size: str) -> None:
    """Raises OperationFailed if the region offers no such size, so that nothing is begun for it.

    An account that may not read the sizes is not refused: the cloud answers itself.
    """
    kind = provider.kind
    if Capability.LIST_SIZES not in kind.capabilities or kind.takes_unlisted_size(size):
        return
    try:
        is_offered = _offers(provider, region, Size, SourceResource.SIZES, size)
    except OperationFailed as failure:
        if failure.code in UNREADABLE:
            return
        raise
    if not is_offered:
        raise OperationFailed("NOT_FOUND", f"{region} offers no size {size!r}.")


def _missing_in(provider: Provider, region: str, arguments: Mapping[str, Any]) -> str | None:
    """What ``region`` does not offer, in words; None when it offers everything."""
    wanted: list[tuple[Any, SourceResource, str]] = [
        (Size, SourceResource.SIZES, arguments["size"]),
        (Image, SourceResource.IMAGES, arguments["image"]),
    ]
    location = arguments["location"]
    if location is not None and location != region:
        wanted.append((Location, SourceResource.LOCATIONS, location))
    for model, resource, external_id in wanted:
        if not _offers(provider, region, model, resource, external_id):
            return f"{region} offers no {model.__name__.lower()} {external_id!r}."
    return None


def _offers(
    provider: Provider, region: str, model: Any, resource: SourceResource, external_id: str
) -> bool:
    """By the catalogue; an image that it does not list is looked for by its id."""
    entries = model.objects.filter(provider=provider, region=region, external_id=external_id)
    if entries.exists():
        return True
    source = provider.sources.select_related("provider").get(region=region, resource=resource)
    max_age = RESOURCES[resource].default_max_age
    _refuse_failed(refresh([Ask(source, max_age)]).values())
    if entries.exists():
        return True
    return resource is SourceResource.IMAGES and _finds_image(provider, region, external_id)


def _refuse_failed(receipts: Iterable[Receipt]) -> None:
    for receipt in receipts:
        if receipt.error is not None:
            raise OperationFailed(
                receipt.error.code, receipt.error.message, retryable=receipt.error.retryable
            )


def _finds_image(provider: Provider, region: str, external_id: str) -> bool:
    with cloud_at(source_in(provider, region)) as cloud:
        return any(image.external_id == external_id for image in cloud.list_images(external_id))
