"""EC2's XML to our records: exactly the fields that we keep, straight from the elements."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from libcloud.common.types import MalformedResponseError
from libcloud.compute.drivers.ec2 import NAMESPACE
from lxml import etree

from inventory.providers.addresses import addresses_of
from inventory.providers.ec2.catalog import size_named
from inventory.providers.reading import (
    UNEXPECTED_FORM,
    UNKNOWN_WORD,
    Problems,
    damaged,
    read_or_damaged,
)
from inventory.providers.times import moment
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
# The names of addresses wherever a network interface has them: "InstanceNetworkInterface" in the
# Amazon EC2 API reference. IPv6 is public, unless it is unique local. The others may be of any
# range.
PUBLIC = ("publicIp", "ipv6Address", "ipv6Prefix")
PRIVATE = ("privateIpAddress", "ipv4Prefix")
UNNAMED = ("carrierIp", "customerOwnedIp")
# The times at which the first network interface and the root volume were attached. One expression
# takes a third of the time that a walk through the elements takes.
ATTACHED = etree.XPath(
    "concat(x:networkInterfaceSet/x:item/x:attachment[x:deviceIndex='0']/x:attachTime, ' ',"
    " x:blockDeviceMapping/x:item[x:deviceName=../../x:rootDeviceName]/x:ebs/x:attachTime)",
    namespaces={"x": NAMESPACE},
)


def machines_in(reply: Any, region: str) -> Iterator[MachineRecord]:
    """The instances of a DescribeInstances or RunInstances reply."""

    def read(instance: Any) -> MachineRecord:
        return _machine(instance, region)

    for holder in (*reply.iterfind(_path("reservationSet/item")), reply):
        instances = holder.findall(_path("instancesSet/item"))
        for instance in instances:
            yield read_or_damaged(MachineRecord, instance, read, _instance_id)
        if not instances and holder is not reply:
            yield damaged(MachineRecord, "", f"{UNEXPECTED_FORM}: a reservation has no instances.")


def images_in(reply: Any) -> Iterator[ImageRecord]:
    for image in reply.iterfind(_path("imagesSet/item")):
        image_id, problems = _text(image, "imageId"), Problems()
        if not image_id:
            problems.note("imageId", "a text")
        name = _text(image, "name") or image_id
        yield ImageRecord(external_id=image_id, name=name, problem=problems.message)


def zones_in(reply: Any) -> Iterator[LocationRecord]:
    for zone in reply.iterfind(_path("availabilityZoneInfo/item")):
        name, problems = _text(zone, "zoneName"), Problems()
        if not name:
            problems.note("zoneName", "a text")
        yield LocationRecord(external_id=name, name=name, problem=problems.message)


def regions_in(reply: Any) -> Iterator[str]:
    """Raises MalformedResponseError for a region without a name, which could not be asked."""
    for region in reply.iterfind(_path("regionInfo/item")):
        name = _text(region, "regionName")
        if not name:
            raise MalformedResponseError(f"{UNEXPECTED_FORM}: a region has no name.")
        yield name


def _instance_id(instance: Any) -> str:
    return _text(instance, "instanceId")


def _machine(instance: Any, region: str) -> MachineRecord:
    parts, problems = _parts_of(instance), Problems()
    external_id = _text_of(parts, "instanceId")
    raw_state = _text_of(_parts_of(parts.get(_path("instanceState"))), "name")
    tags = _tags(parts.get(_path("tagSet")))
    size_id = _text_of(parts, "instanceType") or None
    size = size_named(region, size_id) if size_id else None
    zone = _text_of(_parts_of(parts.get(_path("placement"))), "availabilityZone") or None
    image_id = _text_of(parts, "imageId") or None
    public, private = _addresses(parts)
    launched_at = moment(_text_of(parts, "launchTime"))
    for name, text in (("instanceId", external_id), ("instanceState.name", raw_state)):
        if not text:
            problems.note(name, "a text")
    if launched_at is None and (text := _text_of(parts, "launchTime")):
        problems.note("launchTime", "a time", text)
    return MachineRecord(
        external_id=external_id,
        name=tags.get("Name") or external_id,
        state=STATES.get(raw_state, MachineState.UNKNOWN),
        raw_state=raw_state or UNKNOWN_WORD,
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
        public_ips=public,
        private_ips=private,
        tags=tuple(sorted(tags.items())),
        created_at=_created_at(instance) or launched_at,
        launched_at=launched_at,
        problem=problems.message,
    )


def _tags(tag_set: Any) -> dict[str, str]:
    tags = [_parts_of(item) for item in (() if tag_set is None else tag_set)]
    return {_text_of(tag, "key"): _text_of(tag, "value") for tag in tags}


def _addresses(parts: dict[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of the instance, then of its network interfaces. An Elastic address is among the public."""
    public, private = [_text_of(parts, "ipAddress")], [_text_of(parts, "privateIpAddress")]
    unnamed: list[str] = []
    lists = {_path(name): public for name in PUBLIC}
    lists |= {_path(name): private for name in PRIVATE}
    lists |= {_path(name): unnamed for name in UNNAMED}
    interfaces = parts.get(_path("networkInterfaceSet"))
    if interfaces is not None and len(interfaces):
        for found in interfaces.iter(*lists):
            lists[found.tag].append(found.text or "")
    public.append(_text_of(parts, "ipv6Address"))
    return addresses_of(public=public, private=private, unnamed=unnamed)


def _created_at(instance: Any) -> datetime | None:
    """When the first network interface and the root volume were attached, the earlier of them.

    EC2 reports no creation time, and its launchTime is that of the latest start. These stay: see
    "InstanceNetworkInterfaceAttachment" and "EbsInstanceBlockDevice" in the API reference.
    """
    times = map(moment, str(ATTACHED(instance)).split(" "))
    return min((time for time in times if time is not None), default=None)


@cache
def _path(path: str) -> str:
    return "/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/"))


def _text(element: Any, path: str) -> str:
    return element.findtext(_path(path)) or ""


def _parts_of(element: Any) -> dict[str, Any]:
    """What is directly in it, by tag: one walk, where a search for each part is a walk again."""
    return {} if element is None else {part.tag: part for part in element}


def _text_of(parts: dict[str, Any], name: str) -> str:
    part = parts.get(_path(name))
    return "" if part is None else part.text or ""
