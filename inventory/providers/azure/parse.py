"""Resource Manager's JSON to our records. Azure's ids differ in case from list to list."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from inventory.providers.addresses import addresses_of
from inventory.providers.azure.images import CHOICE
from inventory.providers.prices import LINUX, WINDOWS
from inventory.providers.reading import UNKNOWN_WORD, Reading
from inventory.records.image import ImageRecord
from inventory.types import SPOT, MachineRecord, MachineState, SizeRecord

MIB_PER_GIB = 1024
POWER = "PowerState/"
PROVISIONING = "ProvisioningState/"
FAILED = "provisioningstate/failed/"
VERSIONS_OF_IMAGE = "versions"
SUBSCRIPTIONS = frozenset({"redhat", "suse"})  # publishers of images that cost more than Linux
# "States and billing status of Azure Virtual Machines": a stopped machine is paid for, a
# deallocated machine is not. Both are off, and rawState shows the difference.
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
    """Facts that are not in a machine's own description, by lower-cased id.

    Sizes are by location and name.
    """

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
        operating_system=_system(properties, image_id),
        off_list=_is_off_list(properties),
        instance_lifecycle=SPOT if _is_spot(properties) else None,
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


def _system(properties: Reading, image_id: str | None) -> str | None:
    """Linux or windows; for Linux with a subscription in its price, the image's publisher.

    A license that its owner brings is paid for as Linux: "licenseType" in the REST reference.
    """
    word = (properties.text("storageProfile", "osDisk", "osType") or "").lower()
    license_type = (properties.text("licenseType") or "").lower()
    publisher = (image_id or "").partition(":")[0].lower()
    if word == WINDOWS and license_type.startswith("windows"):
        return LINUX
    if word == LINUX and publisher in SUBSCRIPTIONS and not license_type.endswith("byos"):
        return publisher
    return word or None


def _is_off_list(properties: Reading) -> bool:
    """Spot capacity, or a machine on a dedicated host."""
    on_host = properties.text("host", "id") or properties.text("hostGroup", "id")
    return _is_spot(properties) or bool(on_host)


def _is_spot(properties: Reading) -> bool:
    """See "priority" in the REST reference of virtual machines; "Low" is its earlier word."""
    return (properties.text("priority") or "").lower() in {"spot", "low"}


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
    """The failure of the machine's latest change; empty if that did not fail."""
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
    return ImageRecord(
        external_id=external_id,
        name=name,
        public=False,
        own=True,
        tags=found.pairs("tags"),
        problem=found.problem,
    )


def image_id_of(reference: Reading) -> str | None:
    """``publisher:offer:sku:version`` of the marketplace's, else the resource's id."""
    names = [reference.text(name) for name in ("publisher", "offer", "sku", "version")]
    known = [name for name in names if name]
    return ":".join(known) if len(known) == len(names) else reference.text("id")


def image_name_of(image_id: str) -> str:
    """The name as in a list of images: a name of ours, or the last word of the resource's id.

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
