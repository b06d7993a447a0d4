"""EC2's XML to our records: exactly the fields that we keep, straight from the elements."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from xml.etree.ElementTree import Element

from libcloud.compute.drivers.ec2 import NAMESPACE

from inventory.providers.ec2.catalog import size_named
from inventory.types import ImageRecord, LocationRecord, MachineRecord, MachineState

# Instance states, from "InstanceState" in the Amazon EC2 API reference.
STATES = {
    "pending": MachineState.PENDING,
    "running": MachineState.RUNNING,
    "shutting-down": MachineState.STOPPING,
    "terminated": MachineState.TERMINATED,
    "stopping": MachineState.STOPPING,
    "stopped": MachineState.STOPPED,
}


def machines_in(reply: Element, region: str) -> Iterator[MachineRecord]:
    """The instances of a DescribeInstances or RunInstances reply."""
    for instance in reply.iterfind(_path("reservationSet/item/instancesSet/item")):
        yield _machine(instance, region)
    for instance in reply.iterfind(_path("instancesSet/item")):
        yield _machine(instance, region)


def images_in(reply: Element) -> Iterator[ImageRecord]:
    for image in reply.iterfind(_path("imagesSet/item")):
        image_id = _text(image, "imageId")
        yield ImageRecord(external_id=image_id, name=_text(image, "name") or image_id)


def zones_in(reply: Element) -> Iterator[LocationRecord]:
    for zone in reply.iterfind(_path("availabilityZoneInfo/item")):
        name = _text(zone, "zoneName")
        yield LocationRecord(external_id=name, name=name)


def regions_in(reply: Element) -> Iterator[str]:
    for region in reply.iterfind(_path("regionInfo/item")):
        yield _text(region, "regionName")


def _machine(instance: Element, region: str) -> MachineRecord:
    external_id = _text(instance, "instanceId")
    raw_state = _text(instance, "instanceState/name")
    tags = _tags(instance)
    size_id = _text(instance, "instanceType") or None
    size = size_named(region, size_id) if size_id else None
    zone = _text(instance, "placement/availabilityZone") or None
    image_id = _text(instance, "imageId") or None
    return MachineRecord(
        external_id=external_id,
        name=tags.get("Name") or external_id,
        state=STATES.get(raw_state, MachineState.UNKNOWN),
        raw_state=raw_state,
        size_id=size_id,
        size_name=size_id,
        memory=size.memory if size else None,
        vcpus=size.vcpus if size else None,
        disk=size.disk if size else None,
        price_per_hour=size.price_per_hour if size else None,
        image_id=image_id,
        image_name=image_id,
        location_id=zone,
        location_name=zone,
        public_ips=_public_ips(instance),
        private_ips=_private_ips(instance),
        tags=tuple(sorted(tags.items())),
        created_at=_time(_text(instance, "launchTime")),
    )


def _tags(instance: Element) -> dict[str, str]:
    items = instance.iterfind(_path("tagSet/item"))
    return {_text(item, "key"): _text(item, "value") for item in items}


def _public_ips(instance: Element) -> tuple[str, ...]:
    """The main address, those of every interface, and IPv6, which is public by nature."""
    addresses = [_text(instance, "ipAddress")]
    for path in (
        "networkInterfaceSet/item/privateIpAddressesSet/item/association/publicIp",
        "networkInterfaceSet/item/association/publicIp",
        "networkInterfaceSet/item/ipv6AddressesSet/item/ipv6Address",
    ):
        addresses += [found.text or "" for found in instance.iterfind(_path(path))]
    return _distinct(addresses)


def _private_ips(instance: Element) -> tuple[str, ...]:
    path = _path("networkInterfaceSet/item/privateIpAddressesSet/item/privateIpAddress")
    others = [found.text or "" for found in instance.iterfind(path)]
    return _distinct([_text(instance, "privateIpAddress"), *others])


def _distinct(addresses: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address for address in addresses if address))


def _time(text: str) -> datetime | None:
    """UTC, whether or not the cloud says so."""
    if not text:
        return None
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


@cache
def _path(path: str) -> str:
    return "/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/"))


def _text(element: Element, path: str) -> str:
    return element.findtext(_path(path)) or ""
