"""Resource Manager's JSON to our records. Azure's ids differ in case from list to list."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from inventory.providers.addresses import addresses_of
from inventory.providers.azure.images import CHOICE
from inventory.providers.reading import UNKNOWN_WORD, Reading
from inventory.types import ImageRecord, MachineRecord, MachineState, SizeRecord

MIB_PER_GIB = 1024
POWER = "PowerState/"
PROVISIONING = "ProvisioningState/"
FAILED = "provisioningstate/failed/"
VERSIONS_OF_IMAGE = "versions"
# "States and billing status of Azure Virtual Machines": what is stopped is paid for, what is
# deallocated is not; both are off, and rawState tells them apart.
STATES = {
    "creating": MachineState.PENDING,
    "starting": MachineState.PENDING,
    "running": MachineState.RUNNING,
    "stopping": MachineState.STOPPING,
    "stopped": MachineState.STOPPED,
    "deallocating": MachineState.STOPPING,
    "deallocated": MachineState.STOPPED,
    "hibernated": MachineState.SUSPENDED,
    "updating": MachineState.PENDING,
    "deleting": MachineState.STOPPING,
    "failed": MachineState.ERROR,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a machine's own description lacks, by lower-cased id; sizes by location and name."""

    views: Mapping[str, Reading] = field(default_factory=dict)
    interfaces: Mapping[str, Reading] = field(default_factory=dict)
    addresses: Mapping[str, Reading] = field(default_factory=dict)
    sizes: Mapping[tuple[str, str], SizeRecord] = field(default_factory=dict)


def machine_of(found: Reading, facts: Facts) -> MachineRecord:
    external_id = id_of(found)
    properties = found.part("properties")
    raw_state = state_word(found, facts.views.get(external_id))
    size_id = properties.text("hardwareProfile", "vmSize", required=True)
    location = found.text("location", required=True)
    size = facts.sizes.get((location or "", size_id or ""))
    image_id = image_id_of(properties.part("storageProfile", "imageReference"))
    public, private = _addresses(properties, facts)
    return MachineRecord(
        external_id=external_id,
        name=found.text("name", required=True) or external_id,
        state=STATES.get(raw_state, MachineState.UNKNOWN),
        raw_state=f"{raw_state}{_failure_in(facts.views.get(external_id))}",
        size_id=size_id,
        size_name=size_id,
        memory=size.memory if size else None,
        vcpus=size.vcpus if size else None,
        image_id=image_id,
        image_name=image_name_of(image_id) if image_id else None,
        location_id=location,
        location_name=location,
        public_ips=public,
        private_ips=private,
        tags=found.pairs("tags"),
        created_at=properties.moment("timeCreated"),
        instance_id=properties.text("vmId"),
        problem=found.problem,
    )


def id_of(found: Reading) -> str:
    return (found.text("id", required=True) or "").lower()


def view_of(found: Reading) -> Reading:
    """The instance view; its problems are noted on ``found``."""
    return found.part("properties", "instanceView")


def state_word(found: Reading, view: Reading | None) -> str:
    """The power state's word; before there is one, and in the end, that of provisioning."""
    statuses = [] if view is None else view.parts("statuses")
    words = [word for status in statuses if (word := status.text("code", required=True))]
    power = [word.removeprefix(POWER) for word in words if word.startswith(POWER)]
    if view is not None and view.problem:
        found.add(view.problem)
    provisioning = (found.text("properties", "provisioningState") or "").lower()
    if provisioning == "deleting":
        return provisioning
    if power:
        return power[0]
    if view is not None and view.problem:
        return UNKNOWN_WORD  # the word that could not be read may have been the power state
    return provisioning or UNKNOWN_WORD


def _failure_in(view: Reading | None) -> str:
    """How the latest change of the machine failed, if it did; empty where none has."""
    statuses = [] if view is None else view.parts("statuses")
    codes = [status.text("code") or "" for status in statuses]
    failed = [code for code in codes if code.lower().startswith(FAILED)]
    return f" (failed: {failed[0].rpartition('/')[2]})" if failed else ""


def size_of(found: Reading) -> SizeRecord:
    name = found.identifier("name") or ""
    return SizeRecord(
        external_id=name,
        name=name,
        memory=found.number("memoryInMB", required=True),
        vcpus=found.number("numberOfCores", required=True),
        disk=(found.number("resourceDiskSizeInMB") or 0) // MIB_PER_GIB or None,
        problem=found.problem,
    )


def image_of(found: Reading) -> ImageRecord:
    external_id = found.text("id", required=True) or ""
    name = found.text("name", required=True) or image_name_of(external_id)
    return ImageRecord(external_id=external_id, name=name, problem=found.problem)


def image_id_of(reference: Reading) -> str | None:
    """``publisher:offer:sku:version`` of the marketplace's, else the resource's id."""
    names = [reference.text(name) for name in ("publisher", "offer", "sku", "version")]
    known = [name for name in names if name]
    return ":".join(known) if len(known) == len(names) else reference.text("id")


def image_name_of(image_id: str) -> str:
    """As a list of images has it: a name of ours, or the last word of the resource's id.

    The last word of an image of a gallery is its version, ``…/images/NAME/versions/1.0.0``; its
    name is shown before it.
    """
    *_, name, kind, last = ["", "", *image_id.split("/")]
    known = f"{name} {last}" if kind.lower() == VERSIONS_OF_IMAGE else last
    return CHOICE.get(image_id, known)


def addresses_named(face: Reading) -> list[str]:
    """The lower-cased ids of the public addresses that an interface has."""
    configurations = face.parts("properties", "ipConfigurations")
    ids = [one.text("properties", "publicIPAddress", "id") for one in configurations]
    return [one.lower() for one in ids if one]


def interfaces_named(properties: Reading) -> list[str]:
    """The ids of a machine's interfaces."""
    faces = properties.parts("networkProfile", "networkInterfaces")
    return [one for face in faces if (one := face.text("id", required=True))]


def address_of(found: Reading) -> str:
    """Empty for an address that is not allocated."""
    return found.text("properties", "ipAddress") or ""


def _addresses(properties: Reading, facts: Facts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Public ones and private ones."""
    ids = [one.lower() for one in interfaces_named(properties)]
    faces = [facts.interfaces[one] for one in ids if one in facts.interfaces]
    attached = [one for face in faces for one in addresses_named(face)]
    parts = [one for face in faces for one in face.parts("properties", "ipConfigurations")]
    private = [one.text("properties", "privateIPAddress") for one in parts]
    described = [facts.addresses[one] for one in attached if one in facts.addresses]
    public = [address_of(one) for one in described]
    for one in (*faces, *described):
        if one.problem:
            properties.add(one.problem)
    return addresses_of(public=public, private=private)
