"""What somebody wants to buy, in the cloud's own ids."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from gateway.core.errors import InvalidInput, NotFound, NotSupported
from gateway.core.ids import split_id
from gateway.core.names import clean_name
from inventory.models import Provider
from inventory.selectors.ids import parse_cloud_id
from inventory.services.tags import MOST_TAGS_OF_NEW, check_names, clean_tags
from jobs.sealed import Secret

LONGEST_NAME = 255  # EC2's limit for a tag's value, which is where its names live
INPUT_NAMES = {
    "location": "location",
    "key_pair": "keyPair",
    "security_groups": "securityGroups",
    "user_data": "userData",
}
CATALOG_TYPES = {"size": "Size", "image": "Image", "location": "Location"}


@dataclass(frozen=True, slots=True)
class ProvisionRequest:
    """A machine to be bought. ``size``, ``image``, ``location``: a Relay id or the cloud's own."""

    name: str
    size: str
    image: str
    location: str | None = None
    key_pair: str | None = None
    security_groups: Sequence[str] = ()
    tags: Sequence[tuple[str, str]] = ()
    user_data: str | None = None


def provision_arguments(
    provider: Provider, request: ProvisionRequest, *, count: int = 1
) -> dict[str, Any]:
    """What the job needs: the request in the cloud's own ids, and the ``region`` they name.

    ``count``: of several machines each name gets a number, for which there must be room.
    Raises InvalidInput, NotFound for the Relay id of another provider's, and NotSupported for what
    its kind of cloud has no place for.
    """
    arguments = asdict(request)
    _refuse_unorderable(provider, arguments)
    number = "" if count == 1 else f"-{count}"
    arguments["name"] = clean_name(request.name, longest=LONGEST_NAME - len(number))
    tags = clean_tags(request.tags, field="tags", most=MOST_TAGS_OF_NEW)
    check_names(tags, rules=provider.kind.tags, field="tags")
    arguments["tags"] = list(tags.items())
    regions: set[str] = set()
    for field, type_name in CATALOG_TYPES.items():
        region, arguments[field] = own_id(provider, type_name, field, arguments[field])
        regions |= {region} if region else set()
    if len(regions) > 1:
        names = " and ".join(sorted(regions))
        raise InvalidInput(f"Size, image and location are in different regions: {names}.")
    arguments["region"] = regions.pop() if regions else None
    if request.user_data is not None:
        arguments["user_data"] = Secret(request.user_data)  # passwords stand in such scripts
    return arguments


def _refuse_unorderable(provider: Provider, arguments: dict[str, Any]) -> None:
    for name in sorted(provider.kind.unorderable):
        if arguments[name]:
            field = INPUT_NAMES[name]
            message = f"{provider.kind.label} takes no {field} in an order through this gateway."
            raise NotSupported(message, field=field)


def own_id(
    provider: Provider, type_name: str, field: str, value: str | None
) -> tuple[str | None, str | None]:
    """The region that a Relay id names (None for a cloud's own id), and the cloud's own id."""
    if value is not None and not value.strip():
        raise InvalidInput(f"{field} is empty.", field=field)
    parts = split_id(value) if value else None
    if parts is None or parts[0] not in CATALOG_TYPES.values():
        return None, value
    cloud_id = parse_cloud_id(parts[1]) if parts[0] == type_name else None
    if cloud_id is None or cloud_id.provider != str(provider.public_id):
        raise NotFound(f"This provider has no {field} with this id.", field=field)
    return cloud_id.region, cloud_id.external_id
