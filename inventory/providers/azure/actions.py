"""The reads and actions of Azure, as functions that take the driver first.

Bodies from the Azure REST API reference, learn.microsoft.com/rest/api/compute and /virtualnetwork.
docs/libcloud-methods.md says what is wrong with libcloud's methods for it.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from gateway.core.folding import contains
from inventory.providers.accepted import OperationId
from inventory.providers.azure import scale_sets
from inventory.providers.azure.images import CHOICE, URN, exists
from inventory.providers.azure.operations import operation_of
from inventory.providers.azure.parse import (
    Facts,
    addresses_named,
    id_of,
    image_of,
    interfaces_named,
    machine_of,
    size_of,
    view_of,
)
from inventory.providers.azure.requests import (
    COMPUTE,
    MACHINES,
    NETWORK,
    SCALE_SETS,
    VERSIONS,
    pages,
    version_of,
)
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.identity import ANOTHER, id_at, is_same, same_object
from inventory.providers.reading import Reading, damaged, records_of
from inventory.providers.rest import ask, found, part, reply_to, segment
from inventory.providers.table import beside, does, reads
from inventory.providers.tags import TagRules, ignoring_case
from inventory.records.image import ImageRecord
from inventory.types import LocationRecord, MachineRecord, SizeRecord

T = TypeVar("T")

READING = (
    f"{MACHINES}/read",
    f"{SCALE_SETS}/read",
    f"{SCALE_SETS}/virtualMachines/read",
)
# Names ignore case, values do not: learn.microsoft.com/azure/azure-resource-manager/management/
# tag-resources, "Tag names are case-insensitive for operations".
TAGS = TagRules(key=ignoring_case)
MACHINE = re.compile(
    r"/subscriptions/[^/?#]+/resourcegroups/[^/?#]+/providers/"
    r"microsoft\.compute/virtualmachines/[^/?#]+"
)
RESOURCE = re.compile(
    r"/subscriptions/[^/?#]+/resourcegroups/[^/?#]+/providers/microsoft\.(?:network|compute)/[^?#]+",
    re.IGNORECASE,
)


@reads("virtual_machines", permissions=READING)
def list_machines(driver: Any) -> list[MachineRecord]:
    """Five lists, three of each uniform scale set, and the sizes of each location."""
    path = f"{driver.subscription}/providers/{MACHINES}"
    machines = list(pages(driver, path))
    sets, problems = scale_sets.uniform_sets(driver)
    unread = [damaged(MachineRecord, "", problem) for problem in problems]
    members = [member for one in sets for member in scale_sets.members(driver, one)]
    found_machines = [*machines, *members]
    if not found_machines:
        return unread
    views = _by_id(members, view_of)
    faces: list[Any] = []
    addresses: list[Any] = []
    if machines:
        network = f"{driver.subscription}/providers/{NETWORK}"
        views |= _by_id(pages(driver, path, statusOnly="true"), view_of)
        faces += pages(driver, f"{network}/networkInterfaces")
        addresses += pages(driver, f"{network}/publicIPAddresses")
    for one in sets if members else ():
        faces += scale_sets.interfaces(driver, one)
        addresses += scale_sets.addresses(driver, one)
    facts = Facts(
        views=views,
        interfaces=_by_id(faces, lambda face: face),
        addresses=_by_id(addresses, lambda address: address),
        sizes=_sizes_of(driver, {Reading(one).text("location") for one in found_machines}),
    )
    return [*_machines(found_machines, facts), *unread]


@beside("find", "virtual_machines")
def find_machine(driver: Any, external_id: str) -> MachineRecord | None:
    if not is_own(driver, external_id):
        return None
    if scale_sets.is_member(external_id):
        machine = scale_sets.member(driver, external_id)
        found_faces = [] if machine is None else scale_sets.interfaces(driver, external_id)
        faces = _by_id(found_faces, lambda face: face)
    else:
        expanded = {"$expand": "instanceView"} | version_of(external_id)
        machine = found(driver.connection, external_id, **expanded)
        same_object(machine, external_id, "id", key=ignoring_case)
        faces = {} if machine is None else _interfaces_of(driver, machine)
    if machine is None:
        return None
    reading = Reading(machine)
    attached = [one for face in faces.values() for one in addresses_named(face)]
    facts = Facts(
        views={id_of(reading): view_of(Reading(machine))},
        interfaces=faces,
        addresses={one: _described(driver, one) for one in attached if _is_resource(one)},
        sizes=_sizes_of(driver, {reading.text("location")}),
    )
    return _machines([machine], facts)[0]


def _machines(machines: Sequence[Any], facts: Facts) -> list[MachineRecord]:
    return records_of(MachineRecord, machines, lambda one: machine_of(one, facts), id_of)


def _by_id(items: Iterable[Any], read: Callable[[Reading], T]) -> dict[str, T]:
    """The results of ``read`` by lower-cased id. An object without an id describes nothing."""
    readings = map(Reading, items)
    return {found_id: read(one) for one in readings if (found_id := id_of(one))}


def _described(driver: Any, resource: str) -> Reading:
    """The resource of this id; an empty one if there is none, or if another was answered."""
    body = found(driver.connection, resource, **version_of(resource))
    if is_same(id_at(body, "id"), resource, key=ignoring_case):
        return Reading(body)
    another = Reading(None)
    another.add(ANOTHER)
    return another


def _sizes_of(driver: Any, locations: Iterable[str | None]) -> dict[tuple[str, str], SizeRecord]:
    return {
        (location, size.external_id): size
        for location in sorted({one for one in locations if one})
        for size in _sizes_in(driver, location)
    }


def _interfaces_of(driver: Any, machine: Any) -> dict[str, Reading]:
    ids = interfaces_named(Reading(machine).part("properties"))
    return {one.lower(): _described(driver, one) for one in ids if _is_resource(one)}


@does("virtual_machines", "start", permissions=f"{MACHINES}/start/action")
def start_machine(driver: Any, external_id: str) -> OperationId | None:
    return do(driver, "POST", external_id, "/start")


@does("virtual_machines", "stop", permissions=f"{MACHINES}/deallocate/action")
def stop_machine(driver: Any, external_id: str) -> OperationId | None:
    """Deallocated: what is only powered off goes on costing as much as what runs."""
    return do(driver, "POST", external_id, "/deallocate")


@does("virtual_machines", "reboot", permissions=f"{MACHINES}/restart/action")
def reboot_machine(driver: Any, external_id: str) -> OperationId | None:
    return do(driver, "POST", external_id, "/restart")


@does("virtual_machines", "resize", permissions=f"{MACHINES}/write")
def resize_machine(driver: Any, external_id: str, size_id: str) -> OperationId | None:
    change = {"properties": {"hardwareProfile": {"vmSize": size_id}}}
    return do(driver, "PATCH", external_id, data=change)


@does("virtual_machines", "tag", permissions=f"{MACHINES}/write")
def tag_machine(
    driver: Any, external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]
) -> OperationId | None:
    """Azure takes the whole set, so what somebody else changes in between is lost."""
    machine = _asked(driver, external_id)
    tags = TAGS.changed(machine.get("tags") or {}, wanted, unwanted)
    return do(driver, "PATCH", external_id, data={"tags": tags})


@does("virtual_machines", "terminate", permissions=f"{MACHINES}/delete")
def terminate_machine(driver: Any, external_id: str) -> OperationId | None:
    """DELETE answers that all is well where nothing is, too; so it is looked for first.

    A scale set is then smaller by one machine.
    """
    _asked(driver, external_id)
    return do(driver, "DELETE", external_id)


def _asked(driver: Any, external_id: str) -> dict[str, Any]:
    """The machine. Raises ProviderError NOT_FOUND where there is none."""
    machine = ask(driver.connection, _own(driver, external_id), **version_of(external_id))
    return same_object(machine, external_id, "id", key=ignoring_case)


@reads("sizes", permissions=f"{COMPUTE}/locations/vmSizes/read")
def list_sizes(driver: Any) -> list[SizeRecord]:
    location = driver.account["location"]
    return _sizes_in(driver, location)


@beside("find_size")
def find_size(driver: Any, size_id: str, location_id: str | None) -> SizeRecord | None:
    """A size of another location than the account's. The names of sizes ignore case."""
    if location_id is None or location_id == driver.account["location"]:
        return None
    sizes = _sizes_in(driver, location_id)
    return next((one for one in sizes if one.external_id.lower() == size_id.lower()), None)


@reads("images", permissions=f"{COMPUTE}/images/read")
def list_images(driver: Any, search: str | None = None) -> list[ImageRecord]:
    """One's own and a choice of the marketplace's; with a URN, any of the marketplace's."""
    if search is not None and URN.fullmatch(search) and search not in CHOICE:
        is_sold = exists(driver, search, VERSIONS[COMPUTE])
        return [_of_marketplace(search, search)] if is_sold else []
    own = pages(driver, f"{driver.subscription}/providers/{COMPUTE}/images")
    images = [_of_marketplace(urn, name) for urn, name in CHOICE.items()]
    images += records_of(ImageRecord, own, image_of)
    word = search or ""
    return [image for image in images if search == image.external_id or contains(image.name, word)]


def _of_marketplace(urn: str, name: str) -> ImageRecord:
    return ImageRecord(urn, name, public=True, own=False)


@reads("locations")
def list_locations(driver: Any) -> list[LocationRecord]:
    path = f"{driver.subscription}/providers/{COMPUTE}"
    types = part(ask(driver.connection, path, **version_of(path)), "resourceTypes", list)
    readings = (Reading(one) for one in types)
    lists = [one for one in readings if one.text("resourceType") == "virtualMachines"]
    names = [name for one in lists[:1] for name in one.texts("locations")]
    unread = [LocationRecord("", "", problem=one.problem) for one in lists[:1] if one.problem]
    return [LocationRecord(name.replace(" ", "").lower(), name) for name in names] + unread


def do(
    driver: Any, method: str, external_id: str, action: str = "", data: Any = None
) -> OperationId | None:
    path, version = f"{_own(driver, external_id)}{action}", version_of(external_id)
    reply = reply_to(driver.connection, path, method=method, data=data, **version)
    return operation_of(driver, reply)


def _sizes_in(driver: Any, location: str) -> list[SizeRecord]:
    path = f"{driver.subscription}/providers/{COMPUTE}/locations/{segment(location)}/vmSizes"
    sizes = records_of(
        SizeRecord, pages(driver, path), size_of, lambda size: size.identifier("name")
    )
    return [replace(one, location_id=location) for one in sizes]


def _is_resource(resource: str) -> bool:
    """True if it is the path of a network resource, so that the gateway may ask for it."""
    return RESOURCE.fullmatch(resource) is not None and "/.." not in resource


def is_own(driver: Any, external_id: str) -> bool:
    """True if it is the id of a machine in this subscription.

    Ids are paths, and a path can lead anywhere.
    """
    low = external_id.lower()
    here = f"{driver.subscription.lower()}/"
    is_machine = MACHINE.fullmatch(low) is not None or scale_sets.is_member(low)
    return is_machine and low.startswith(here) and "/.." not in low


def _own(driver: Any, external_id: str) -> str:
    if not is_own(driver, external_id):
        message = f"This subscription has no machine {external_id!r}."
        raise ProviderError(ProviderErrorCode.NOT_FOUND, message)
    return external_id
