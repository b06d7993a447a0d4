"""Compute Engine's JSON to our records. Resources are named by addresses: the last word counts."""

import re
from collections.abc import Mapping

from inventory.providers.addresses import addresses_of
from inventory.providers.prices import LINUX
from inventory.providers.reading import UNKNOWN_WORD, Reading
from inventory.records.image import ImageRecord, ImageState, architecture_of
from inventory.types import SPOT, LocationRecord, MachineRecord, MachineState, SizeRecord

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
CUSTOM = re.compile(
    r"(?:[a-z0-9]+-)?custom-(?P<cores>[0-9]{1,4}|micro|small|medium)-(?P<memory>[0-9]{1,9})(?:-ext)?"
)
SHARED_CORE_VCPUS = 2
# "Premium images" in the Compute Engine documentation.
PAID = re.compile(r"windows|rhel|sles|sql|sap|ubuntu-pro|ubuntu-\d+-lts-pro")


def machine_of(
    found: Reading, images: Mapping[str, str], sizes: Mapping[str, SizeRecord]
) -> MachineRecord:
    """``images``: those of disks, by the disk's path. ``sizes``: by name."""
    external_id = found.identifier("id") or ""
    size_id = last(found.text("machineType", required=True) or "") or None
    size = (sizes.get(size_id) or custom_size(size_id)) if size_id else None
    image_id = images.get(path(boot_disk(found)))
    zone = last(found.text("zone", required=True) or "") or None
    raw_state = found.text("status", required=True) or UNKNOWN_WORD
    public, private = _addresses(found)
    return MachineRecord(
        external_id=external_id,
        name=found.text("name", required=True) or external_id,
        state=STATES.get(raw_state, MachineState.UNKNOWN),
        raw_state=raw_state,
        size_id=size_id,
        size_name=size_id,
        memory=size.memory if size else None,
        vcpus=size.vcpus if size else None,
        operating_system=_system(found),
        off_list=_is_off_list(found),
        instance_lifecycle=SPOT if _is_spot(found) else None,
        image_id=image_id,
        image_name=last(image_id) if image_id else None,
        location_id=zone,
        location_name=zone,
        public_ips=public,
        private_ips=private,
        tags=found.pairs("labels"),
        created_at=found.moment("creationTimestamp", required=True),
        launched_at=found.moment("lastStartTimestamp"),
        problem=found.problem,
    )


def _system(found: Reading) -> str | None:
    """linux, or the first licence of a disk that costs money; None if no disk names any."""
    disks = found.parts("disks")
    licences = [last(one) for disk in disks for one in disk.texts("licenses")]
    paid = [one for one in licences if PAID.search(one)]
    return paid[0] if paid else (LINUX if licences else None)


def _is_off_list(found: Reading) -> bool:
    """A host of its own, or parts that its machine type does not name: GPUs and local SSDs."""
    alone = bool(found.parts("scheduling", "nodeAffinities"))
    scratch = any(disk.text("type") == "SCRATCH" for disk in found.parts("disks"))
    return alone or scratch or bool(found.parts("guestAccelerators"))


def _is_spot(found: Reading) -> bool:
    scheduling = found.part("scheduling")
    is_spot = scheduling.text("provisioningModel") == "SPOT"
    return bool(scheduling.flag("preemptible")) or is_spot


def _addresses(found: Reading) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """External and internal ones: "NetworkInterface" in the reference of the resource Instance.

    Alias ranges are internal; one of a single address is shown as this address.
    """
    interfaces = found.parts("networkInterfaces")
    external = [
        config.text(name)
        for face in interfaces
        for configs, name in EXTERNAL
        for config in face.parts(configs)
    ]
    internal = [face.text(name) for face in interfaces for name in INTERNAL]
    aliases = [
        alias.text("ipCidrRange") for face in interfaces for alias in face.parts("aliasIpRanges")
    ]
    return addresses_of(public=external, private=[*internal, *aliases])


def boot_disk(found: Reading) -> str:
    """Its address; empty for an instance that has none."""
    boot = [disk.text("source") for disk in found.parts("disks") if disk.flag("boot")]
    return (boot or [None])[0] or ""


def is_custom_type(name: str) -> bool:
    """True if it names a custom machine type, which is in no list."""
    return CUSTOM.fullmatch(name) is not None


def custom_size(name: str) -> SizeRecord | None:
    """The size that a custom machine type's name states; None for another name.

    ``[series-]custom-VCPUS-MEMORY[-ext]``, with the memory in MiB: "Create a VM with a custom
    machine type" in the Compute Engine documentation,
    cloud.google.com/compute/docs/instances/creating-instance-with-custom-machine-type.
    The shared-core types of E2 have two vCPUs each.
    """
    match = CUSTOM.fullmatch(name)
    if match is None:
        return None
    cores = match["cores"]
    vcpus = int(cores) if cores.isdecimal() else SHARED_CORE_VCPUS
    return SizeRecord(external_id=name, name=name, memory=int(match["memory"]), vcpus=vcpus)


def size_of(found: Reading) -> SizeRecord:
    name = found.identifier("name") or ""
    return SizeRecord(
        external_id=name,
        name=name,
        memory=found.number("memoryMb", required=True),
        vcpus=found.number("guestCpus", required=True),
        problem=found.problem,
    )


# "status" in "Resource: Image" of the reference.
IMAGE_STATES = {
    "PENDING": ImageState.CREATING,
    "READY": ImageState.AVAILABLE,
    "FAILED": ImageState.ERROR,
    "DELETING": ImageState.DELETING,
}


def image_of(found: Reading) -> ImageRecord:
    """Sizes are texts with a number. An image does not say who may use it."""
    external_id = path(found.text("selfLink", required=True) or "")
    name = found.text("name", required=True) or last(external_id)
    word = found.text("status") or UNKNOWN_WORD
    size = found.text("diskSizeGb") or ""
    return ImageRecord(
        external_id=external_id,
        name=name,
        state=IMAGE_STATES.get(word, ImageState.UNKNOWN),
        raw_state=word,
        created_at=found.moment("creationTimestamp"),
        size=int(size) if size.isdecimal() else None,
        architecture=architecture_of(found.text("architecture")),
        description=found.text("description"),
        tags=found.pairs("labels"),
        problem=found.problem,
    )


def zone_of(found: Reading) -> LocationRecord:
    name = found.identifier("name") or ""
    return LocationRecord(external_id=name, name=name, problem=found.problem)


def named(found: Reading) -> str | None:
    return found.identifier("name")


def image_id_of(found: Reading) -> str | None:
    return path(found.text("selfLink") or "")


def path(address: str) -> str:
    """``projects/…`` of an address, whatever host and version stand before it; an image's id."""
    return address[address.find(PROJECTS) :] if PROJECTS in address else address


def last(address: str) -> str:
    return address.rpartition("/")[2]
