"""libcloud's common interface as our records, for what a kind does not override."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from libcloud.common.types import MalformedResponseError
from libcloud.compute.base import Node, NodeImage, NodeLocation, NodeSize

from gateway.core.folding import contains
from inventory.providers.accepted import RequestOutcome
from inventory.providers.addresses import addresses_of
from inventory.providers.kind import Capability, ProviderKind
from inventory.providers.reading import UNEXPECTED_FORM, read_or_damaged, with_id
from inventory.types import (
    ContainerRecord,
    Failure,
    ImageRecord,
    LocationRecord,
    MachineRecord,
    NewContainer,
    NewMachine,
    SizeRecord,
    Verdict,
)

MOST_MEMORY = (1 << 31) - 1  # MiB; two petabytes


@dataclass(frozen=True, slots=True)
class Functions:
    """What a kind's driver does, each a function of the driver: overrides, else libcloud's own."""

    list: Callable[[Any], Sequence[MachineRecord]]
    find: Callable[[Any, str], MachineRecord | None]
    create: Callable[[Any, NewMachine], MachineRecord]
    start: Callable[[Any, str], Any]
    stop: Callable[[Any, str], Any]
    reboot: Callable[[Any, str], Any]
    suspend: Callable[[Any, str], Any]
    resume: Callable[[Any, str], Any]
    resize: Callable[[Any, str, str], Any]
    confirm: Callable[[Any, str], Any]
    tag: Callable[[Any, str, Mapping[str, str], Sequence[str]], Any]
    check: Callable[..., Verdict | None] | None
    lacking: Callable[..., Mapping[Any, Sequence[str]]] | None
    failure: Callable[[Any, Capability, str], Failure | None] | None
    operation: Callable[[Any, str, str], RequestOutcome] | None
    blocker: Callable[[Any, Any, str], Verdict | None] | None
    terminate: Callable[[Any, str], Any]
    sizes: Callable[[Any], Sequence[SizeRecord]]
    find_size: Callable[[Any, str, str | None], SizeRecord | None]
    images: Callable[[Any, str | None], Sequence[ImageRecord]]
    locations: Callable[[Any], Sequence[LocationRecord]]
    regions: Callable[[Any], Sequence[str]]
    containers: Callable[[Any], Sequence[ContainerRecord]]
    containers_everywhere: Callable[[Any], Mapping[str, Sequence[ContainerRecord]]]
    find_container: Callable[[Any, str], ContainerRecord | None]
    deploy_container: Callable[[Any, NewContainer], ContainerRecord]
    start_container: Callable[[Any, str], Any]
    stop_container: Callable[[Any, str], Any]
    restart_container: Callable[[Any, str], Any]
    remove_container: Callable[[Any, str], Any]


def functions_of(kind: ProviderKind) -> Functions:
    own = kind.overrides

    def list_machines(driver: Any) -> list[MachineRecord]:
        return [machine_record(kind, node) for node in driver.list_nodes()]

    def find_machine(driver: Any, external_id: str) -> MachineRecord | None:
        machines = (own.list or list_machines)(driver)
        return _with_id(machines, external_id)

    def find_container(driver: Any, external_id: str) -> ContainerRecord | None:
        return _with_id((own.containers or _unsupported)(driver), external_id)

    return Functions(
        list=own.list or list_machines,
        find=own.find or find_machine,
        create=own.create or create_machine,
        start=own.start or (lambda driver, machine: driver.start_node(node_named(driver, machine))),
        stop=own.stop or (lambda driver, machine: driver.stop_node(node_named(driver, machine))),
        reboot=own.reboot
        or (lambda driver, machine: driver.reboot_node(node_named(driver, machine))),
        suspend=own.suspend or _unsupported,
        resume=own.resume or _unsupported,
        resize=own.resize or _unsupported,
        confirm=own.confirm or _unsupported,
        tag=own.tag or _unsupported,
        check=own.check,
        lacking=own.lacking,
        failure=own.failure,
        operation=own.operation,
        blocker=own.blocker,
        terminate=own.terminate
        or (lambda driver, machine: driver.destroy_node(node_named(driver, machine))),
        sizes=own.sizes or (lambda driver: [size_record(size) for size in driver.list_sizes()]),
        find_size=own.find_size or (lambda _driver, _size_id, _location_id: None),
        images=own.images or list_images,
        locations=own.locations
        or (lambda driver: [location_record(place) for place in driver.list_locations()]),
        regions=own.regions or _unsupported,
        containers=own.containers or _unsupported,
        containers_everywhere=own.containers_everywhere or _unsupported,
        find_container=own.find_container or find_container,
        deploy_container=own.deploy_container or _unsupported,
        start_container=own.start_container or _unsupported,
        stop_container=own.stop_container or _unsupported,
        restart_container=own.restart_container or _unsupported,
        remove_container=own.remove_container or _unsupported,
    )


def _with_id(records: Sequence[Any], external_id: str) -> Any:
    """None if the list lacks it. Raises MalformedResponseError if an id could not be read."""
    found = with_id(records, external_id)
    if found is not None and not found.external_id:
        raise MalformedResponseError(found.problem or UNEXPECTED_FORM)
    return found


def create_machine(_driver: Any, _order: NewMachine) -> MachineRecord:
    """Libcloud has no common words for a client token or tags; an order must not lose them."""
    raise NotImplementedError("This kind has no way of its own to create machines.")


def _unsupported(*_: object) -> NoReturn:
    """Libcloud has no common call for it; a kind that declares it brings an override."""
    raise NotImplementedError


def node_named(driver: Any, external_id: str) -> Node:
    """A node of which only the id matters: all that libcloud's actions look at."""
    return Node(external_id, external_id, "unknown", [], [], driver)


def machine_record(kind: ProviderKind, node: Node) -> MachineRecord:
    """The record of a libcloud node; one with the id alone if the node has an unexpected form."""
    return read_or_damaged(MachineRecord, node, lambda found: _machine(kind, found), _id_of)


def _machine(kind: ProviderKind, node: Node) -> MachineRecord:
    """The cloud's own word is its state, where ``extra`` keeps it."""
    extra = node.extra or {}
    raw_state = str(extra.get("status") or extra.get("state") or node.state)
    size, image = node.size, node.image
    public, private = addresses_of(public=node.public_ips or (), private=node.private_ips or ())
    return MachineRecord(
        external_id=_id_of(node),
        name=node.name or _id_of(node),
        state=kind.state_of(raw_state),
        raw_state=raw_state,
        size_id=str(size.id) if size else None,
        size_name=size.name if size else None,
        memory=size.ram if size else None,
        image_id=str(image.id) if image else None,
        image_name=image.name if image else None,
        public_ips=public,
        private_ips=private,
        created_at=node.created_at,
    )


def _id_of(entry: Any) -> str:
    """The id of a libcloud object; empty if it has none."""
    external_id = getattr(entry, "id", None)
    return "" if external_id is None else str(external_id)


def list_images(driver: Any, search: str | None) -> list[ImageRecord]:
    """Images by id or by a part of the name; all of them without ``search``."""
    images = [image_record(image) for image in driver.list_images()]
    if search is None:
        return images
    return [
        image for image in images if image.external_id == search or contains(image.name, search)
    ]


def size_record(size: NodeSize) -> SizeRecord:
    return read_or_damaged(SizeRecord, size, _size, _id_of)


def _size(size: NodeSize) -> SizeRecord:
    extra = size.extra or {}
    vcpus = extra.get("vcpu") or extra.get("vcpus") or getattr(size, "vcpus", None)
    return SizeRecord(
        external_id=_id_of(size),
        name=size.name or _id_of(size),
        memory=size.ram,
        vcpus=int(vcpus) if vcpus else None,
        disk=int(size.disk) if size.disk else None,
        price_per_hour=price_of(size.price),
    )


def image_record(image: NodeImage) -> ImageRecord:
    return read_or_damaged(ImageRecord, image, _image, _id_of)


def _image(image: NodeImage) -> ImageRecord:
    return ImageRecord(external_id=_id_of(image), name=image.name or _id_of(image))


def location_record(location: NodeLocation) -> LocationRecord:
    return read_or_damaged(LocationRecord, location, _location, _id_of)


def _location(location: NodeLocation) -> LocationRecord:
    return LocationRecord(external_id=_id_of(location), name=location.name or _id_of(location))


def memory_of(mebibytes: int) -> int | None:
    """MiB as they can be kept; None for a number that is nobody's memory."""
    return mebibytes if 0 <= mebibytes <= MOST_MEMORY else None


def price_of(price: object) -> Decimal | None:
    """US dollars an hour, exactly as printed; libcloud has floats, strings and None."""
    return Decimal(str(price)) if price not in (None, "") else None
