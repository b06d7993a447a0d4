"""An order of a machine, in the cloud's own ids."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from gateway.core.errors import InvalidInput, NotFound, NotSupported
from gateway.core.ids import split_id
from gateway.core.names import clean_name
from inventory.live.api import Wanted
from inventory.models import Provider, VirtualMachine
from inventory.models.source import SourceResource
from inventory.operations.api import (
    Ambiguous,
    NotOffered,
    Unread,
    changed_by,
    decide,
    not_connected,
    place,
)
from inventory.resources import type_names
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.selectors.ids import parse_cloud_id
from inventory.services.architectures import architecture_conflict
from inventory.services.checkouts import Checkout
from inventory.services.tags import MOST_TAGS_OF_NEW, check_names, clean_tags
from inventory.types import SpotOrder
from jobs.api import Secret

INPUT_NAMES = {
    "location": "location",
    "key_pair": "keyPair",
    "security_groups": "securityGroups",
    "tags": "tags",
    "user_data": "userData",
}
HINTS = {
    "size": '{{ provider(id: "{id}") {{ sizes {{ externalId name }} }} }} lists the sizes.',
    "image": (
        '{{ provider(id: "{id}") {{ images(search: "…") {{ externalId name }} }} }} finds images.'
    ),
    "location": (
        '{{ provider(id: "{id}") {{ locations {{ externalId name }} }} }} lists the locations.'
    ),
}
# The fields of an order, and the types whose global ids they take.
CATALOG_TYPES = {name: fact.type for name, fact in VIRTUAL_MACHINES.entries.items()}
OBJECT_TYPES = type_names()


@dataclass(frozen=True, slots=True)
class ProvisionRequest:
    """A machine to be bought.

    ``size``, ``image``, ``location``: a Relay id, the cloud's own id, or the name that is shown.
    ``checkout``: what it clones at its first boot, in place of ``user_data``.
    """

    name: str
    size: str
    image: str
    location: str | None = None
    key_pair: str | None = None
    security_groups: Sequence[str] = ()
    tags: Sequence[tuple[str, str]] = ()
    user_data: str | None = None
    spot: SpotOrder | None = None
    checkout: Checkout | None = None


def provision_arguments(
    provider: Provider, request: ProvisionRequest, *, count: int = 1
) -> dict[str, Any]:
    """The arguments of the job, without Relay ids, and with the ``region`` that those name. For a
    checkout, its repository and ref; see ``with_checkout``.

    ``count``: if it is more than 1, each machine's name gets a number, and must leave room for it.
    Raises InvalidInput, NotFound for the Relay id of an object at another provider, NotSupported
    for an argument that the kind of cloud does not have.
    """
    arguments = asdict(replace(request, checkout=None, spot=None))
    del arguments["checkout"], arguments["spot"]
    if request.spot is not None:
        arguments |= _spot(provider, request.spot)
    if request.checkout is not None:
        arguments |= _cloning(provider, request, request.checkout)
    _refuse_unorderable(provider, arguments)
    number = "" if count == 1 else f"-{count}"
    longest = provider.kind.longest_name - len(number)
    arguments["name"] = clean_name(request.name, longest=longest)
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
    if arguments["user_data"] is not None:
        arguments["user_data"] = Secret(arguments["user_data"])  # such scripts may have passwords
    return arguments


def with_checkout(arguments: Mapping[str, Any], request: ProvisionRequest) -> dict[str, Any]:
    """``arguments`` of ``request`` with the user data that clones its repository, if it has one.

    Raises NotFound and InvalidInput; see ``Checkout``.
    """
    if request.checkout is None:
        return dict(arguments)
    return {**arguments, "user_data": Secret(request.checkout.user_data())}


def placed_arguments(provider: Provider, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """``arguments`` with ids in place of the names that they have, and the region of those ids.

    Raises InvalidInput for a size, an image or a location that no region offers, for a name that
    stands for several, and for an image that does not boot on the size. If a catalogue cannot be
    read now, the arguments are returned as they are, and the job looks again.
    """
    with _refusing(provider):
        found = place(provider, arguments)
    if isinstance(found, Unread):
        return dict(arguments)
    if conflict := architecture_conflict(
        provider, found.region, found.ids["size"], found.ids["image"]
    ):
        raise InvalidInput(conflict, field="image")
    changes = changed_by(arguments, found)
    pinned = {"region": found.region} if changes else {}
    return {**arguments, **changes, **pinned}


def size_named(machine: VirtualMachine, size: str) -> str:
    """A size without a Relay id. Raises InvalidInput for one of another region, and NotFound."""
    region, size_id = own_id(machine.source.provider, "Size", "size", size)
    if region not in {None, machine.region}:
        raise InvalidInput(
            f"This size is in {region}, the machine in {machine.region}.", field="size"
        )
    return size_id or ""


def placed_size(machine: VirtualMachine, size_id: str) -> str:
    """The id of the size for ``machine``. Raises as ``placed_arguments``; unread: ``size_id``."""
    if size_id == machine.size_id:
        return size_id
    wanted = Wanted("size", SourceResource.SIZES, size_id, machine.location_id)
    provider = machine.source.provider
    with _refusing(provider):
        found = decide(provider, [machine.region], [wanted])
    return size_id if isinstance(found, Unread) else found.ids["size"]


@contextmanager
def _refusing(provider: Provider) -> Iterator[None]:
    """A refusal as the input's, with a hint where the right value can be found."""
    try:
        yield
    except Ambiguous as refusal:
        raise InvalidInput(refusal.message, field=refusal.field) from refusal
    except NotOffered as refusal:
        hint = HINTS[refusal.field].format(id=provider.scope)
        raise InvalidInput(f"{refusal.message} {hint}", field=refusal.field) from refusal


def _cloning(provider: Provider, request: ProvisionRequest, checkout: Checkout) -> dict[str, Any]:
    """The arguments of a checkout. An order without one has no ``repository`` and ``ref``: so the
    digests of earlier requests stay as they are.
    """
    if request.user_data is not None:
        raise InvalidInput("An order takes repository or userData, not both.", field="repository")
    if "user_data" in provider.kind.unorderable:
        message = (
            f"{provider.kind.label} takes no userData in an order through this gateway, "
            "so its machines clone no repository."
        )
        raise NotSupported(message, field="repository")
    return checkout.arguments()


def _spot(provider: Provider, spot: SpotOrder) -> dict[str, Any]:
    """The argument of an order of spare capacity; others have none, as that of a checkout."""
    if not provider.kind.takes_spot:
        message = f"{provider.kind.label} takes no spot in an order through this gateway."
        raise NotSupported(message, field="spot")
    price = spot.max_price_per_hour
    if price is not None and price <= provider.kind.spot_price_above:
        message = f"maxPricePerHour must be above {provider.kind.spot_price_above} US dollars."
        raise InvalidInput(message, field="spot.maxPricePerHour")
    return {"spot": {"max_price_per_hour": None if price is None else f"{price:f}"}}


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
    if parts is None or parts[0] not in OBJECT_TYPES:
        return None, value
    cloud_id = parse_cloud_id(parts[1]) if parts[0] == type_name else None
    if cloud_id is None or cloud_id.provider != str(provider.public_id):
        raise NotFound(f"This provider has no {field} with this id.", field=field)
    if cloud_id.region not in provider.regions:
        raise NotFound(f"This {field} is elsewhere: {not_connected(cloud_id.region)}", field=field)
    return cloud_id.region, cloud_id.external_id
