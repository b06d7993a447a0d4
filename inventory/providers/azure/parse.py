"""Resource Manager's JSON to our records. Azure's ids differ in case from list to list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from inventory.providers.addresses import addresses_of
from inventory.types import MachineRecord, MachineState, SizeRecord

MIB_PER_GIB = 1024
POWER = "PowerState/"
PROVISIONING = "ProvisioningState/"
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

    views: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    interfaces: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    addresses: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[tuple[str, str], SizeRecord] = field(default_factory=dict)


def machine_of(machine: dict[str, Any], facts: Facts) -> MachineRecord:
    external_id = machine["id"].lower()
    properties = machine["properties"]
    raw_state = state_word(properties, facts.views.get(external_id) or {})
    size_id = properties["hardwareProfile"]["vmSize"]
    size = facts.sizes.get((machine["location"], size_id))
    image_id = image_id_of(properties.get("storageProfile", {}).get("imageReference") or {})
    public, private = _addresses(properties, facts)
    created = properties.get("timeCreated")
    return MachineRecord(
        external_id=external_id,
        name=machine["name"],
        state=STATES.get(raw_state, MachineState.UNKNOWN),
        raw_state=raw_state,
        size_id=size_id,
        size_name=size_id,
        memory=size.memory if size else None,
        vcpus=size.vcpus if size else None,
        image_id=image_id,
        image_name=image_id,
        location_id=machine["location"],
        location_name=machine["location"],
        public_ips=public,
        private_ips=private,
        tags=tuple(sorted((machine.get("tags") or {}).items())),
        created_at=datetime.fromisoformat(created) if created else None,
    )


def state_word(properties: Mapping[str, Any], view: Mapping[str, Any]) -> str:
    """The power state's word; before there is one, and in the end, that of provisioning."""
    words = [status["code"] for status in view.get("statuses") or []]
    power = [word.removeprefix(POWER) for word in words if word.startswith(POWER)]
    provisioning = str(properties.get("provisioningState") or "").lower()
    if provisioning == "deleting" or not power:
        return provisioning or "unknown"
    return power[0]


def size_of(size: dict[str, Any]) -> SizeRecord:
    return SizeRecord(
        external_id=size["name"],
        name=size["name"],
        memory=size["memoryInMB"],
        vcpus=size["numberOfCores"],
        disk=size["resourceDiskSizeInMB"] // MIB_PER_GIB or None,
    )


def image_id_of(reference: Mapping[str, Any]) -> str | None:
    """``publisher:offer:sku:version`` of the marketplace's, else the resource's id."""
    names = [reference.get(name) for name in ("publisher", "offer", "sku", "version")]
    if all(names):
        return ":".join(map(str, names))
    return reference.get("id")


def _addresses(properties: dict[str, Any], facts: Facts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Public ones and private ones."""
    named = (properties.get("networkProfile") or {}).get("networkInterfaces") or []
    faces = (facts.interfaces.get(face["id"].lower(), {}) for face in named)
    parts = [
        one["properties"]
        for face in faces
        for one in face.get("properties", {}).get("ipConfigurations") or []
    ]
    attached = [(one.get("publicIPAddress") or {}).get("id", "").lower() for one in parts]
    return addresses_of(
        public=[facts.addresses.get(one) for one in attached],
        private=[one.get("privateIPAddress") for one in parts],
    )
