"""Instances in EC2's XML to our records: the fields that we keep, straight from the elements.

boto3 makes objects of all of an instance: a thousand of them take it eleven times as long.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from libcloud.common.types import MalformedResponseError
from libcloud.compute.drivers.ec2 import NAMESPACE

from inventory.providers.addresses import addresses_of
from inventory.providers.boto.documents import checked_entries
from inventory.providers.ec2.catalog import size_named
from inventory.providers.prices import LINUX
from inventory.providers.reading import (
    UNEXPECTED_FORM,
    UNKNOWN_WORD,
    Problems,
    damaged,
    read_or_damaged,
)
from inventory.providers.times import moment
from inventory.types import MachineRecord, MachineState

Parts = dict[str, Any]  # elements by tag

NO_NAMES: Mapping[str, str] = {}
# Instance states, from "InstanceState" in the Amazon EC2 API reference.
STATES = {
    "pending": MachineState.PENDING,
    "running": MachineState.RUNNING,
    "shutting-down": MachineState.STOPPING,
    "terminated": MachineState.TERMINATED,
    "stopping": MachineState.STOPPING,
    "stopped": MachineState.STOPPED,
}


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


INSTANCE_ID = _tag("instanceId")
INSTANCE_STATE = _tag("instanceState")
INSTANCE_TYPE = _tag("instanceType")
IMAGE_ID = _tag("imageId")
PLACEMENT = _tag("placement")
KEY_NAME, GROUP_SET, GROUP_ID = _tag("keyName"), _tag("groupSet"), _tag("groupId")
ZONE, TENANCY = _tag("availabilityZone"), _tag("tenancy")
PLATFORM, PLATFORM_DETAILS = _tag("platform"), _tag("platformDetails")
LIFECYCLE = _tag("instanceLifecycle")  # spot, scheduled, capacity-block; absent: on demand
LAUNCH_TIME = _tag("launchTime")
TAG_SET = _tag("tagSet")
KEY, VALUE, NAME = _tag("key"), _tag("value"), _tag("name")
IP_ADDRESS, PRIVATE_IP_ADDRESS = _tag("ipAddress"), _tag("privateIpAddress")
IPV6_ADDRESS, DNS_NAME = _tag("ipv6Address"), _tag("dnsName")
INTERFACES = _tag("networkInterfaceSet")
DEVICE_INDEX, ATTACH_TIME = _tag("deviceIndex"), _tag("attachTime")
ROOT_DEVICE_NAME, DEVICES = _tag("rootDeviceName"), _tag("blockDeviceMapping")
DEVICE_NAME = _tag("deviceName")
# An instance has forty children; lxml makes an object of each of these alone.
OF_INSTANCE = (
    INSTANCE_ID,
    INSTANCE_STATE,
    INSTANCE_TYPE,
    IMAGE_ID,
    PLACEMENT,
    KEY_NAME,
    GROUP_SET,
    LAUNCH_TIME,
    TAG_SET,
    IP_ADDRESS,
    PRIVATE_IP_ADDRESS,
    IPV6_ADDRESS,
    DNS_NAME,
    INTERFACES,
    ROOT_DEVICE_NAME,
    DEVICES,
    PLATFORM,
    PLATFORM_DETAILS,
    LIFECYCLE,
)
# "Understand AMI billing information" in the Amazon EC2 user guide; other words stay as they are.
SYSTEMS = {"linux/unix": LINUX, "red hat byol linux": LINUX, "windows byol": LINUX}
SHARED = frozenset({"", "default"})  # the tenancy of a host that others use too
# The names of addresses wherever a network interface has them: "InstanceNetworkInterface" in the
# Amazon EC2 API reference. IPv6 is public, unless it is unique local. The others may be of any
# range.
PUBLIC = (_tag("publicIp"), IPV6_ADDRESS, _tag("ipv6Prefix"))
PRIVATE = (PRIVATE_IP_ADDRESS, _tag("ipv4Prefix"))
UNNAMED = (_tag("carrierIp"), _tag("customerOwnedIp"))
OF_INTERFACE = (*PUBLIC, *PRIVATE, *UNNAMED, DEVICE_INDEX)
PRIMARY_INTERFACE = "0"  # its device index


def machines_in(
    reply: Any, region: str, image_names: Mapping[str, str] = NO_NAMES
) -> Iterator[MachineRecord]:
    """The instances of a DescribeInstances or RunInstances reply.

    ``image_names``: the known ones by id. The name of another image is its id.
    """

    def read(instance: Any) -> MachineRecord:
        return _machine(instance, region, image_names)

    is_order = reply.find(_path("instancesSet")) is not None
    for holder in (reply,) if is_order else _entries(reply, "reservationSet"):
        instances = holder.findall(_path("instancesSet/item"))
        for instance in instances:
            yield read_or_damaged(MachineRecord, instance, read, _instance_id)
        if not instances and holder is not reply:
            yield damaged(MachineRecord, "", f"{UNEXPECTED_FORM}: a reservation has no instances.")


def _entries(reply: Any, name: str) -> list[Any]:
    """The entries of a list, which EC2 always sends.

    Raises MalformedResponseError if it is missing, or has anything else: that would be left out.
    """
    found = reply.find(_path(name))
    if found is None:
        raise MalformedResponseError(f"{UNEXPECTED_FORM}: the list {name} is missing.")
    return checked_entries(found, "item")


def _instance_id(instance: Any) -> str:
    return _text(instance, "instanceId")


def _machine(instance: Any, region: str, image_names: Mapping[str, str]) -> MachineRecord:
    parts, problems = _parts_of(instance, OF_INSTANCE), Problems()
    external_id = _text_of(parts, INSTANCE_ID)
    raw_state = _text_of(_parts_of(parts.get(INSTANCE_STATE)), NAME)
    tags = _tags(parts.get(TAG_SET))
    size_id = _text_of(parts, INSTANCE_TYPE) or None
    size = size_named(region, size_id) if size_id else None
    placement = _parts_of(parts.get(PLACEMENT))
    zone = _text_of(placement, ZONE) or None
    image_id = _text_of(parts, IMAGE_ID) or None
    interfaces = _Interfaces(parts)
    launch_time = _text_of(parts, LAUNCH_TIME)
    launched_at = moment(launch_time)
    if not external_id:
        problems.note("instanceId", "a text")
    if not raw_state:
        problems.note("instanceState.name", "a text")
    if launched_at is None and launch_time:
        problems.note("launchTime", "a time", launch_time)
    public, private = interfaces.addresses
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
        operating_system=_system(parts),
        instance_lifecycle=_text_of(parts, LIFECYCLE) or None,
        off_list=LIFECYCLE in parts or _text_of(placement, TENANCY) not in SHARED,
        image_id=image_id,
        image_name=image_names.get(image_id, image_id) if image_id else None,
        location_id=zone,
        location_name=zone,
        key_pair_id=_text_of(parts, KEY_NAME) or None,
        security_group_ids=_groups(parts.get(GROUP_SET)),
        public_ips=public,
        private_ips=private,
        public_dns_names=tuple(filter(None, (_text_of(parts, DNS_NAME),))),
        tags=tuple(sorted(tags.items())),
        created_at=_created_at(parts, interfaces.attach_time) or launched_at,
        launched_at=launched_at,
        problem=problems.message,
    )


def _system(parts: Parts) -> str | None:
    """The operating system that is charged for.

    ``platform`` is "windows" or empty. Compatible clouds may have ``platform`` only.
    """
    word = (_text_of(parts, PLATFORM_DETAILS) or _text_of(parts, PLATFORM)).lower()
    return SYSTEMS.get(word, word) or None


def _tags(tag_set: Any) -> dict[str, str]:
    tags = [_parts_of(item) for item in (() if tag_set is None else tag_set)]
    return {_text_of(tag, KEY): _text_of(tag, VALUE) for tag in tags}


def _groups(group_set: Any) -> tuple[str, ...]:
    found = () if group_set is None else group_set.iter(GROUP_ID)
    return tuple(sorted({one.text for one in found if one.text}))


class _Interfaces:
    """The facts of an instance's network interfaces, read in one walk.

    ``addresses``: public and private ones, those of the instance itself first. An Elastic address
    is among the public. ``attach_time``: that of the primary interface, or an empty text.
    """

    __slots__ = ("addresses", "attach_time")

    def __init__(self, parts: Parts) -> None:
        public, private = [_text_of(parts, IP_ADDRESS)], [_text_of(parts, PRIVATE_IP_ADDRESS)]
        unnamed: list[str] = []
        self.attach_time = ""
        interfaces = parts.get(INTERFACES)
        for found in () if interfaces is None else interfaces.iter(*OF_INTERFACE):
            tag, text = found.tag, found.text
            if tag in PUBLIC:
                public.append(text)
            elif tag in PRIVATE:
                private.append(text)
            elif tag in UNNAMED:
                unnamed.append(text)
            elif text == PRIMARY_INTERFACE and not self.attach_time:
                self.attach_time = _attach_time(found.getparent())
        public.append(_text_of(parts, IPV6_ADDRESS))
        self.addresses = addresses_of(public=public, private=private, unnamed=unnamed)


def _created_at(parts: Parts, attach_time: str) -> datetime | None:
    """When the first network interface and the root volume were attached, the earlier of them.

    EC2 reports no creation time, and its launchTime is that of the latest start. These stay: see
    "InstanceNetworkInterfaceAttachment" and "EbsInstanceBlockDevice" in the API reference.
    """
    interface, volume = moment(attach_time), moment(_attach_time_of_root(parts))
    if interface is None or volume is None:
        return interface or volume
    return min(interface, volume)


def _attach_time_of_root(parts: Parts) -> str:
    """The attach time of the root volume; empty if the instance has none."""
    root, devices = _text_of(parts, ROOT_DEVICE_NAME), parts.get(DEVICES)
    for name in () if devices is None else devices.iter(DEVICE_NAME):
        if name.text == root:
            return _attach_time(name.getparent())
    return ""


def _attach_time(element: Any) -> str:
    """The first one in it, or an empty text."""
    found = next(element.iter(ATTACH_TIME), None)
    return "" if found is None else found.text or ""


@cache
def _path(path: str) -> str:
    return "/".join(map(_tag, path.split("/")))


def _text(element: Any, path: str) -> str:
    return element.findtext(_path(path)) or ""


def _parts_of(element: Any, tags: tuple[str, ...] = ()) -> Parts:
    """The children by tag, all of them or those of ``tags``, in one walk."""
    if element is None:
        return {}
    children = element.iterchildren(*tags) if tags else element
    return {child.tag: child for child in children}


def _text_of(parts: Parts, tag: str) -> str:
    part = parts.get(tag)
    return "" if part is None else part.text or ""
