"""libcloud's common interface as our records, and as the table of a kind without functions."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from libcloud.compute.base import Node, NodeImage, NodeLocation, NodeSize

from gateway.core.folding import contains
from inventory.providers.addresses import addresses_of
from inventory.providers.capability import Capability
from inventory.providers.reading import read_or_damaged
from inventory.providers.table import Function, Table
from inventory.records.image import COMPARED_ARCHITECTURES, ImageRecord, architecture_of
from inventory.types import LocationRecord, MachineRecord, MachineState, SizeRecord

MOST_MEMORY = (1 << 31) - 1  # MiB; two petabytes


_METHOD = "__libcloud_method__"  # of a function: the method of a driver that it calls


def table_over_libcloud(states: Mapping[str, MachineState]) -> Table:
    """The table of libcloud's common interface; ``states`` maps the cloud's own words to ours.

    It has no words for a client token, tags, or another size: a kind brings functions for those.
    """

    def list_machines(driver: Any) -> list[MachineRecord]:
        return [machine_record(states, node) for node in driver.list_nodes()]

    functions = {
        Capability.LIST_MACHINES: calling("list_nodes", list_machines),
        Capability.START: _on_node("start_node"),
        Capability.STOP: _on_node("stop_node"),
        Capability.REBOOT: _on_node("reboot_node"),
        Capability.TERMINATE: _on_node("destroy_node"),
        Capability.LIST_SIZES: calling("list_sizes", _list_sizes),
        Capability.LIST_IMAGES: calling("list_images", list_images),
        Capability.LIST_LOCATIONS: calling("list_locations", _list_locations),
    }
    return Table({capability.key: function for capability, function in functions.items()})


def libcloud_method(function: Function) -> str | None:
    """The method of a driver that a function of this table calls; None for one of a kind's own."""
    return getattr(function, _METHOD, None)


def calling(method: str, function: Function) -> Function:
    setattr(function, _METHOD, method)
    return function


def _on_node(method: str) -> Function:
    def act(driver: Any, external_id: str) -> Any:
        return getattr(driver, method)(node_named(driver, external_id))

    return calling(method, act)


def node_named(driver: Any, external_id: str) -> Node:
    """A node of which only the id matters: all that libcloud's actions look at."""
    return Node(external_id, external_id, "unknown", [], [], driver)


def machine_record(states: Mapping[str, MachineState], node: Node) -> MachineRecord:
    """The record of a libcloud node; one with the id alone if the node has an unexpected form."""
    return read_or_damaged(MachineRecord, node, lambda found: _machine(states, found), _id_of)


def _machine(states: Mapping[str, MachineState], node: Node) -> MachineRecord:
    """The cloud's own word is its state, where ``extra`` keeps it."""
    extra = node.extra or {}
    raw_state = str(extra.get("status") or extra.get("state") or node.state)
    size, image = node.size, node.image
    public, private = addresses_of(public=node.public_ips or (), private=node.private_ips or ())
    return MachineRecord(
        external_id=_id_of(node),
        name=_name_of(node),
        state=states.get(raw_state, MachineState.UNKNOWN),
        raw_state=raw_state,
        size_id=_id_of_part(size),
        size_name=getattr(size, "name", None),
        memory=getattr(size, "ram", None),
        image_id=_id_of_part(image),
        image_name=getattr(image, "name", None),
        public_ips=public,
        private_ips=private,
        created_at=node.created_at,
    )


def _id_of_part(part: Any) -> str | None:
    """The id of a node's size or image: some drivers give the id in place of the object."""
    if not part:
        return None
    return part if isinstance(part, str) else str(part.id)


def _id_of(entry: Any) -> str:
    """The id of a libcloud object; empty if it has none."""
    external_id = getattr(entry, "id", None)
    return "" if external_id is None else str(external_id)


def _name_of(entry: Any) -> str:
    """The name of a libcloud object, or its id if it has none. Raises TypeError for no text."""
    name = entry.name
    if isinstance(name, dict | list):
        raise TypeError
    return str(name) if name else _id_of(entry)


def list_images(driver: Any, search: str | None = None) -> list[ImageRecord]:
    """As ``found_images``."""
    return found_images(map(image_record, driver.list_images()), search)


def found_images(images: Iterable[ImageRecord], search: str | None) -> list[ImageRecord]:
    """Images by id or by a part of the name; all of them without ``search``."""
    return [
        image
        for image in images
        if search is None or image.external_id == search or contains(image.name, search)
    ]


def size_record(size: NodeSize) -> SizeRecord:
    return read_or_damaged(SizeRecord, size, _size, _id_of)


def _size(size: NodeSize) -> SizeRecord:
    extra = size.extra or {}
    vcpus = extra.get("vcpu") or extra.get("vcpus") or getattr(size, "vcpus", None)
    return SizeRecord(
        external_id=_id_of(size),
        name=_name_of(size),
        memory=size.ram,
        vcpus=int(vcpus) if vcpus else None,
        disk=int(size.disk) if size.disk else None,
        price_per_hour=price_of(size.price),
        architecture=_architecture(extra.get("architecture")),
    )


def _architecture(word: Any) -> str | None:
    """None for a word that no image has: it would refuse every image."""
    found = architecture_of(word) if isinstance(word, str) else None
    return found if found in COMPARED_ARCHITECTURES else None


def image_record(image: NodeImage) -> ImageRecord:
    return read_or_damaged(ImageRecord, image, _image, _id_of)


def _image(image: NodeImage) -> ImageRecord:
    return ImageRecord(external_id=_id_of(image), name=_name_of(image))


def location_record(location: NodeLocation) -> LocationRecord:
    return read_or_damaged(LocationRecord, location, _location, _id_of)


def _location(location: NodeLocation) -> LocationRecord:
    return LocationRecord(external_id=_id_of(location), name=_name_of(location))


def memory_of(mebibytes: int) -> int | None:
    """MiB that can be stored; None for a number that cannot be a size of memory."""
    return mebibytes if 0 <= mebibytes <= MOST_MEMORY else None


def price_of(price: object) -> Decimal | None:
    """US dollars an hour, exactly as printed; libcloud has floats, strings and None.

    Its 0 stands for a price that it does not know.
    """
    return Decimal(str(price)) if price not in (None, "", 0) else None


def _list_sizes(driver: Any) -> list[SizeRecord]:
    return [size_record(size) for size in driver.list_sizes()]


def _list_locations(driver: Any) -> list[LocationRecord]:
    return [location_record(place) for place in driver.list_locations()]
