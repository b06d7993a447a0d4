"""The reads and actions of Compute Engine, as functions that take the driver first.

Bodies from the Compute Engine API's reference, cloud.google.com/compute/docs/reference/rest/v1.
docs/libcloud-methods.md says what is wrong with libcloud's methods for it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from inventory.providers.accepted import OperationId, operation_id
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.google.pages import current, everywhere, pages, problem_at
from inventory.providers.google.parse import (
    boot_disk,
    custom_size,
    last,
    machine_of,
    named,
    path,
    size_of,
    zone_of,
)
from inventory.providers.identity import id_at, only_of
from inventory.providers.reading import Reading, records_of
from inventory.providers.rest import act, ask, found, part, segment
from inventory.providers.table import beside, does, reads
from inventory.providers.tags import EXACT_TAGS
from inventory.types import LocationRecord, MachineRecord, MachineState, NewMachine, SizeRecord

# Disks of a zone and of a region: "Resource: Disk" in the reference.
DISK = re.compile(r"projects/[^/?#]+/(?:zones|regions)/[^/?#]+/disks/[^/?#]+")
TYPE = re.compile(r"[a-z0-9-]+")
OPERATION = re.compile(r"[a-z0-9-]+/[A-Za-z0-9_-]+")  # the zone and the name of one


@reads("virtual_machines", permissions="compute.instances.list")
def list_machines(driver: Any) -> list[MachineRecord]:
    """Three lists: an instance names neither its image nor its memory."""
    instances = list(everywhere(driver, "instances"))
    if not instances:
        return []
    unread: dict[str, str] = {}
    images = dict(filter(None, map(_image_of_disk, everywhere(driver, "disks", unread))))
    types = {last(Reading(one).text("machineType") or "") for one in instances}
    return _machines(instances, images, _sizes_named(driver, types, unread), unread)


@beside("find", "virtual_machines")
def find_machine(driver: Any, external_id: str) -> MachineRecord | None:
    """The machine as in ``list_machines``. Only its own disk and machine type are read."""
    instance = instance_of(driver, external_id)
    if instance is None:
        return None
    reading = Reading(instance)
    source = path(boot_disk(reading))
    disk = found(driver.connection, f"/compute/v1/{source}") if DISK.fullmatch(source) else None
    images = dict(filter(None, [_image_of_disk(disk)]))
    size_id = last(reading.text("machineType") or "")
    zone = last(reading.text("zone") or "")
    sizes = {}
    if size_id and zone and custom_size(size_id) is None:
        size = found(
            driver.connection,
            f"{driver.project}/zones/{segment(zone)}/machineTypes/{segment(size_id)}",
        )
        sizes = {one.external_id: one for one in records_of(SizeRecord, [size], size_of, named)}
    return _machines([instance], images, sizes, {})[0]


def _machines(
    instances: Sequence[Any],
    images: Mapping[str, str],
    sizes: Mapping[str, SizeRecord],
    unread: Mapping[str, str],
) -> list[MachineRecord]:
    """``unread``: the zones whose disks or machine types could not be read, and why."""

    def read(found: Reading) -> MachineRecord:
        if problem := problem_at(unread, last(found.text("zone") or "")):
            found.add(problem)
        return machine_of(found, images, sizes)

    return records_of(MachineRecord, instances, read)


def _image_of_disk(disk: Any) -> tuple[str, str] | None:
    """The paths of a disk and of its image; None for one that was made from no image."""
    reading = Reading(disk)
    source, image = reading.text("selfLink"), reading.text("sourceImage")
    return (path(source), path(image)) if source and image else None


def _sizes_named(
    driver: Any, names: Iterable[str], unread: dict[str, str]
) -> dict[str, SizeRecord]:
    """The machine types of these names; custom ones are in no list."""
    wanted = sorted(name for name in names if TYPE.fullmatch(name) and custom_size(name) is None)
    if not wanted:
        return {}
    condition = " OR ".join(f"(name = {name})" for name in wanted)
    types = everywhere(driver, "machineTypes", unread, filter=condition)
    return {size.external_id: size for size in records_of(SizeRecord, types, size_of, named)}


@does(
    "virtual_machines",
    "provision",
    permissions=("compute.instances.create", "compute.disks.create"),
)
def create_machine(driver: Any, order: NewMachine) -> MachineRecord:
    """The request's id makes a repeated order the same one."""
    zone = order.location_id or driver.zone
    instance: dict[str, Any] = {
        "name": order.name,
        "machineType": f"zones/{zone}/machineTypes/{order.size_id}",
        "labels": dict(order.tags),
        "disks": [
            {
                "boot": True,
                "autoDelete": True,
                "initializeParams": {"sourceImage": order.image_id},
            }
        ],
        "networkInterfaces": [
            {
                "network": f"global/networks/{driver.network}",
                "accessConfigs": [{"type": "ONE_TO_ONE_NAT", "name": "External NAT"}],
            }
        ],
    }
    if order.security_groups:
        instance["tags"] = {"items": list(order.security_groups)}
    if order.user_data:
        instance["metadata"] = {"items": [{"key": "user-data", "value": order.user_data}]}
    operation = ask(
        driver.connection,
        f"{driver.project}/zones/{segment(zone)}/instances",
        method="POST",
        data=instance,
        requestId=order.client_token,
    )
    external_id = str(operation.get("targetId") or "")
    if not external_id:
        message = "Google took the order without naming a machine."
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
    return MachineRecord(  # it may be unknown to its own cloud for a moment
        external_id=external_id,
        name=order.name,
        state=MachineState.PENDING,
        raw_state="PROVISIONING",
        size_id=order.size_id,
        size_name=order.size_id,
        image_id=order.image_id,
        image_name=last(order.image_id),
        location_id=zone,
        location_name=zone,
        tags=tuple(sorted(order.tags)),
    )


@does("virtual_machines", "start", permissions="compute.instances.start")
def start_machine(driver: Any, external_id: str) -> OperationId | None:
    """Start a machine. A suspended machine is resumed, because Google starts stopped ones only."""
    instance = _known(driver, external_id)
    return _do(driver, instance, "resume" if instance.get("status") == "SUSPENDED" else "start")


@does("virtual_machines", "stop", permissions="compute.instances.stop")
def stop_machine(driver: Any, external_id: str) -> OperationId | None:
    return _do(driver, _known(driver, external_id), "stop")


@does("virtual_machines", "reboot", permissions="compute.instances.reset")
def reboot_machine(driver: Any, external_id: str) -> OperationId | None:
    return _do(driver, _known(driver, external_id), "reset")


@does("virtual_machines", "suspend", permissions="compute.instances.suspend")
def suspend_machine(driver: Any, external_id: str) -> OperationId | None:
    return _do(driver, _known(driver, external_id), "suspend")


@does("virtual_machines", "resume", permissions="compute.instances.resume")
def resume_machine(driver: Any, external_id: str) -> OperationId | None:
    return _do(driver, _known(driver, external_id), "resume")


@does("virtual_machines", "resize", permissions="compute.instances.setMachineType")
def resize_machine(driver: Any, external_id: str, size_id: str) -> OperationId | None:
    instance = _known(driver, external_id)
    size = f"zones/{last(part(instance, 'zone', str))}/machineTypes/{size_id}"
    return _do(driver, instance, "setMachineType", {"machineType": size})


@does("virtual_machines", "tag", permissions="compute.instances.setLabels")
def tag_machine(
    driver: Any, external_id: str, wanted: Mapping[str, str], unwanted: Sequence[str]
) -> OperationId | None:
    """The fingerprint makes Google refuse when somebody else has changed them meanwhile."""
    instance = _known(driver, external_id)
    labels = EXACT_TAGS.changed(instance.get("labels") or {}, wanted, unwanted)
    change = {"labels": labels, "labelFingerprint": instance.get("labelFingerprint", "")}
    return _do(driver, instance, "setLabels", change)


@does("virtual_machines", "terminate", permissions="compute.instances.delete")
def terminate_machine(driver: Any, external_id: str) -> OperationId | None:
    return _begin(driver, address_of(driver, external_id), "DELETE")


@reads("sizes", permissions="compute.machineTypes.list")
def list_sizes(driver: Any) -> list[SizeRecord]:
    address = f"{driver.project}/zones/{segment(driver.zone)}/machineTypes"
    sizes = records_of(SizeRecord, current(driver, address), size_of, named)
    return [replace(one, location_id=driver.zone) for one in sizes]


@beside("find_size")
def find_size(driver: Any, size_id: str, location_id: str | None) -> SizeRecord | None:
    """A custom machine type, which no list has, or a type of another zone than the account's."""
    if TYPE.fullmatch(size_id) is None:
        return None
    zone = location_id or driver.zone
    if (custom := custom_size(size_id)) is not None:
        return replace(custom, location_id=zone)
    size = found(
        driver.connection, f"{driver.project}/zones/{segment(zone)}/machineTypes/{segment(size_id)}"
    )
    return None if size is None else replace(size_of(Reading(size)), location_id=zone)


@reads("locations", permissions="compute.zones.list")
def list_locations(driver: Any) -> list[LocationRecord]:
    zones = (
        zone
        for page in pages(driver, f"{driver.project}/zones")
        for zone in part(page, "items", list)  # there is no project without zones
        if Reading(zone).text("status") != "DOWN"
    )
    return records_of(LocationRecord, zones, zone_of, named)


def instance_of(driver: Any, external_id: str) -> dict[str, Any] | None:
    """The instance with this number. The number does not name the zone: all zones are searched."""
    if not (external_id.isascii() and external_id.isdecimal()):
        return None
    instances = everywhere(driver, "instances", filter=f"id = {external_id}")
    found_instance: dict[str, Any] | None = only_of(
        instances, external_id, lambda one: id_at(one, "id")
    )
    return found_instance


def address_of(driver: Any, external_id: str) -> str:
    """The path of the instance. Raises NOT_FOUND."""
    return _address(driver, _known(driver, external_id))


def _known(driver: Any, external_id: str) -> dict[str, Any]:
    instance = instance_of(driver, external_id)
    if instance is None:
        raise ProviderError(ProviderErrorCode.NOT_FOUND, f"Google has no machine {external_id}.")
    return instance


def _address(driver: Any, instance: dict[str, Any]) -> str:
    zone, name = part(instance, "zone", str), part(instance, "name", str)
    return f"{driver.project}/zones/{segment(last(zone))}/instances/{segment(name)}"


def _do(driver: Any, instance: dict[str, Any], action: str, data: Any = None) -> OperationId | None:
    return _begin(driver, f"{_address(driver, instance)}/{action}", "POST", data)


def _begin(driver: Any, address: str, method: str, data: Any = None) -> OperationId | None:
    """Each reply is an operation of the instance's zone. Its links are not followed."""
    operation = Reading(act(driver.connection, address, method=method, data=data))
    zone, name = last(operation.text("zone") or ""), operation.text("name") or ""
    named = f"{zone}/{name}"
    return operation_id(named) if OPERATION.fullmatch(named) else None
