"""Compute Engine's JSON to our records. Resources are named by addresses: the last word counts."""

from datetime import datetime
from typing import Any

from inventory.providers.addresses import addresses_of
from inventory.providers.times import moment
from inventory.types import ImageRecord, MachineRecord, MachineState, SizeRecord

# "VM instance lifecycle" in the Compute Engine documentation: TERMINATED is stopped.
STATES = {
    "PROVISIONING": MachineState.PENDING,
    "STAGING": MachineState.PENDING,
    "RUNNING": MachineState.RUNNING,
    "PENDING_STOP": MachineState.STOPPING,
    "STOPPING": MachineState.STOPPING,
    "SUSPENDING": MachineState.STOPPING,
    "SUSPENDED": MachineState.SUSPENDED,
    "REPAIRING": MachineState.PENDING,
    "TERMINATED": MachineState.STOPPED,
    "DEPROVISIONING": MachineState.STOPPING,
}
PROJECTS = "projects/"
# Where an interface has addresses.
EXTERNAL = (("accessConfigs", "natIP"), ("ipv6AccessConfigs", "externalIpv6"))
INTERNAL = ("networkIP", "ipv6Address")


def machine_of(
    instance: dict[str, Any], images: dict[str, str], sizes: dict[str, SizeRecord]
) -> MachineRecord:
    """``images``: those of disks, by the disk's path. ``sizes``: by name."""
    size_id = last(instance["machineType"])
    size = sizes.get(size_id)
    image_id = images.get(path(boot_disk(instance)))
    zone = last(instance["zone"])
    public, private = _addresses(instance.get("networkInterfaces") or [])
    return MachineRecord(
        external_id=str(instance["id"]),
        name=instance["name"],
        state=STATES.get(instance["status"], MachineState.UNKNOWN),
        raw_state=instance["status"],
        size_id=size_id,
        size_name=size_id,
        memory=size.memory if size else None,
        vcpus=size.vcpus if size else None,
        image_id=image_id,
        image_name=last(image_id) if image_id else None,
        location_id=zone,
        location_name=zone,
        public_ips=public,
        private_ips=private,
        tags=tuple(sorted((instance.get("labels") or {}).items())),
        created_at=datetime.fromisoformat(instance["creationTimestamp"]),
        launched_at=moment(instance.get("lastStartTimestamp")),
    )


def _addresses(interfaces: list[dict[str, Any]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """External and internal ones: "NetworkInterface" in the reference of the resource Instance.

    Alias ranges are internal; one of a single address is shown as this address.
    """
    external = [
        config.get(name)
        for face in interfaces
        for configs, name in EXTERNAL
        for config in face.get(configs) or []
    ]
    internal = [face.get(name) for face in interfaces for name in INTERNAL]
    aliases = [
        alias.get("ipCidrRange") for face in interfaces for alias in face.get("aliasIpRanges") or []
    ]
    return addresses_of(public=external, private=[*internal, *aliases])


def boot_disk(instance: dict[str, Any]) -> str:
    """Its address; empty for an instance that has none."""
    boot = [disk["source"] for disk in instance.get("disks") or [] if disk.get("boot")]
    return (boot or [""])[0]


def size_of(machine_type: dict[str, Any]) -> SizeRecord:
    return SizeRecord(
        external_id=machine_type["name"],
        name=machine_type["name"],
        memory=machine_type["memoryMb"],
        vcpus=machine_type["guestCpus"],
    )


def image_of(image: dict[str, Any]) -> ImageRecord:
    return ImageRecord(external_id=path(image["selfLink"]), name=image["name"])


def path(address: str) -> str:
    """``projects/…`` of an address, whatever host and version stand before it; an image's id."""
    return address[address.find(PROJECTS) :] if PROJECTS in address else address


def last(address: str) -> str:
    return address.rpartition("/")[2]
