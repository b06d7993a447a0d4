"""What is done at Azure, each a function of the driver.

Bodies from the Azure REST API reference, learn.microsoft.com/rest/api/compute and /virtualnetwork.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from gateway.core.folding import contains
from inventory.providers.azure import scale_sets
from inventory.providers.azure.images import CHOICE, URN, exists
from inventory.providers.azure.parse import Facts, machine_of, size_of
from inventory.providers.azure.requests import COMPUTE, NETWORK, VERSIONS, pages, version_of
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.rest import act, ask, found, part, segment
from inventory.providers.tags import TagRules, ignoring_case
from inventory.types import ImageRecord, LocationRecord, MachineRecord, SizeRecord

# Names ignore case, values do not: learn.microsoft.com/azure/azure-resource-manager/management/
# tag-resources, "Tag names are case-insensitive for operations".
TAGS = TagRules(key=ignoring_case)
MACHINE = re.compile(
    r"/subscriptions/[^/?#]+/resourcegroups/[^/?#]+/providers/"
    r"microsoft\.compute/virtualmachines/[^/?#]+"
)


def list_machines(driver: Any) -> list[MachineRecord]:
    """Five lists, three of each uniform scale set, and the sizes of each location."""
    path = f"{driver.subscription}/providers/{COMPUTE}/virtualMachines"
    machines = list(pages(driver, path))
    sets = scale_sets.uniform_sets(driver)
    members = [member for one in sets for member in scale_sets.members(driver, one)]
    found_machines = [*machines, *members]
    if not found_machines:
        return []
    views = {_id_of(one): _view_of(one) for one in members}
    interfaces: dict[str, dict[str, Any]] = {}
    addresses: dict[str, dict[str, Any]] = {}
    if machines:
        network = f"{driver.subscription}/providers/{NETWORK}"
        views |= {_id_of(one): _view_of(one) for one in pages(driver, path, statusOnly="true")}
        interfaces |= {_id_of(one): one for one in pages(driver, f"{network}/networkInterfaces")}
        addresses |= {_id_of(one): one for one in pages(driver, f"{network}/publicIPAddresses")}
    for one in sets if members else ():
        interfaces |= scale_sets.interfaces(driver, one)
        addresses |= scale_sets.addresses(driver, one)
    facts = Facts(
        views=views,
        interfaces=interfaces,
        addresses={name: _address_of(one) for name, one in addresses.items()},
        sizes={
            (location, size.external_id): size
            for location in sorted({machine["location"] for machine in found_machines})
            for size in _sizes_in(driver, location)
        },
    )
    return [machine_of(machine, facts) for machine in found_machines]


def find_machine(driver: Any, external_id: str) -> MachineRecord | None:
    if not _is_own(driver, external_id):
        return None
    if scale_sets.is_member(external_id):
        machine = scale_sets.member(driver, external_id)
        faces = {} if machine is None else scale_sets.interfaces(driver, external_id)
    else:
        expanded = {"$expand": "instanceView"} | version_of(external_id)
        machine = found(driver.connection, external_id, **expanded)
        faces = {} if machine is None else _interfaces_of(driver, machine)
    if machine is None:
        return None
    attached = [
        one["properties"]["publicIPAddress"]["id"]
        for face in faces.values()
        for one in face.get("properties", {}).get("ipConfigurations") or []
        if one["properties"].get("publicIPAddress")
    ]
    addresses = {one: found(driver.connection, one, **version_of(one)) or {} for one in attached}
    facts = Facts(
        views={external_id.lower(): _view_of(machine)},
        interfaces=faces,
        addresses={one.lower(): _address_of(address) for one, address in addresses.items()},
        sizes={
            (machine["location"], size.external_id): size
            for size in _sizes_in(driver, machine["location"])
        },
    )
    return machine_of(machine, facts)


def _interfaces_of(driver: Any, machine: dict[str, Any]) -> dict[str, dict[str, Any]]:
    profile = machine["properties"].get("networkProfile") or {}
    ids = [face["id"] for face in profile.get("networkInterfaces") or []]
    return {one.lower(): found(driver.connection, one, **version_of(one)) or {} for one in ids}


def _id_of(resource: dict[str, Any]) -> str:
    return str(resource["id"]).lower()


def _view_of(machine: dict[str, Any]) -> dict[str, Any]:
    return machine.get("properties", {}).get("instanceView") or {}


def _address_of(resource: dict[str, Any]) -> str:
    return resource.get("properties", {}).get("ipAddress") or ""


def start_machine(driver: Any, external_id: str) -> None:
    do(driver, "POST", external_id, "/start")


def stop_machine(driver: Any, external_id: str) -> None:
    """Deallocated: what is only powered off goes on costing as much as what runs."""
    do(driver, "POST", external_id, "/deallocate")


def reboot_machine(driver: Any, external_id: str) -> None:
    do(driver, "POST", external_id, "/restart")


def resize_machine(driver: Any, external_id: str, size_id: str) -> None:
    change = {"properties": {"hardwareProfile": {"vmSize": size_id}}}
    do(driver, "PATCH", external_id, data=change)


def tag_machine(
    driver: Any, external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]
) -> None:
    """Azure takes the whole set, so what somebody else changes in between is lost."""
    machine = ask(driver.connection, _own(driver, external_id), **version_of(external_id))
    tags = TAGS.changed(machine.get("tags") or {}, wanted, unwanted)
    do(driver, "PATCH", external_id, data={"tags": tags})


def terminate_machine(driver: Any, external_id: str) -> None:
    """DELETE answers that all is well where nothing is, too; so it is looked for first.

    A scale set is then smaller by one machine.
    """
    ask(driver.connection, _own(driver, external_id), **version_of(external_id))
    do(driver, "DELETE", external_id)


def list_sizes(driver: Any) -> list[SizeRecord]:
    return _sizes_in(driver, driver.account["location"])


def list_images(driver: Any, search: str | None) -> list[ImageRecord]:
    """One's own and a choice of the marketplace's; with a URN, any of the marketplace's."""
    if search is not None and URN.fullmatch(search) and search not in CHOICE:
        return [ImageRecord(search, search)] if exists(driver, search, VERSIONS[COMPUTE]) else []
    own = pages(driver, f"{driver.subscription}/providers/{COMPUTE}/images")
    images = [ImageRecord(urn, name) for urn, name in CHOICE.items()]
    images += [ImageRecord(image["id"], image["name"]) for image in own]
    word = search or ""
    return [image for image in images if search == image.external_id or contains(image.name, word)]


def list_locations(driver: Any) -> list[LocationRecord]:
    path = f"{driver.subscription}/providers/{COMPUTE}"
    types = part(ask(driver.connection, path, **version_of(path)), "resourceTypes", list)
    names = [one["locations"] for one in types if one["resourceType"] == "virtualMachines"]
    return [
        LocationRecord(external_id=name.replace(" ", "").lower(), name=name)
        for name in (names or [[]])[0]
    ]


def do(driver: Any, method: str, external_id: str, action: str = "", data: Any = None) -> None:
    path = f"{_own(driver, external_id)}{action}"
    act(driver.connection, path, method=method, data=data, **version_of(external_id))


def _sizes_in(driver: Any, location: str) -> list[SizeRecord]:
    path = f"{driver.subscription}/providers/{COMPUTE}/locations/{segment(location)}/vmSizes"
    return [size_of(size) for size in pages(driver, path)]


def _is_own(driver: Any, external_id: str) -> bool:
    """Whether it is a machine's id in this subscription: ids are paths, and paths lead anywhere."""
    low = external_id.lower()
    here = f"{driver.subscription.lower()}/"
    is_machine = MACHINE.fullmatch(low) is not None or scale_sets.is_member(low)
    return is_machine and low.startswith(here) and "/.." not in low


def _own(driver: Any, external_id: str) -> str:
    if not _is_own(driver, external_id):
        message = f"This subscription has no machine {external_id!r}."
        raise ProviderError(ProviderErrorCode.NOT_FOUND, message)
    return external_id
