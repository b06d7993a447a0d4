"""Linode's JSON to our records."""

from inventory.providers.addresses import addresses_of
from inventory.providers.flat_tags import pairs_of
from inventory.providers.reading import UNKNOWN_WORD, Reading
from inventory.types import (
    ImageRecord,
    LocationRecord,
    MachineRecord,
    MachineState,
    SizeRecord,
)

MIB_PER_GIB = 1024
# "status" of a Linode, "View a Linode" in the Linode API v4 reference. What a migration or a
# rebuild ends in is not known before.
STATES = {
    "running": MachineState.RUNNING,
    "offline": MachineState.STOPPED,
    "stopped": MachineState.STOPPED,
    "booting": MachineState.PENDING,
    "rebooting": MachineState.REBOOTING,
    "shutting_down": MachineState.STOPPING,
    "provisioning": MachineState.PENDING,
    "deleting": MachineState.STOPPING,
    "migrating": MachineState.PENDING,
    "rebuilding": MachineState.PENDING,
    "cloning": MachineState.PENDING,
    "restoring": MachineState.PENDING,
    "resizing": MachineState.PENDING,
}


def machine_of(found: Reading) -> MachineRecord:
    external_id = found.identifier("id") or ""
    raw_state = found.text("status", required=True) or UNKNOWN_WORD
    size_id, image_id = found.text("type"), found.text("image")
    location = found.text("region")
    public, private = _addresses(found)
    return MachineRecord(
        external_id=external_id,
        name=found.text("label", required=True) or external_id,
        state=STATES.get(raw_state, MachineState.UNKNOWN),
        raw_state=raw_state,
        size_id=size_id,
        size_name=size_id,
        memory=found.number("specs", "memory"),
        vcpus=found.number("specs", "vcpus"),
        disk=(found.number("specs", "disk") or 0) // MIB_PER_GIB or None,
        image_id=image_id,
        image_name=image_id,
        location_id=location,
        location_name=location,
        public_ips=public,
        private_ips=private,
        tags=pairs_of(found.texts("tags")),
        created_at=found.moment("created", required=True),
        problem=found.problem,
    )


def _addresses(found: Reading) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Public ones and private ones."""
    # "ipv6" is the SLAAC address with the length of its prefix: "2600:3c00::f03c/128".
    ipv6 = (found.text("ipv6") or "").partition("/")[0]
    return addresses_of(unnamed=[*found.texts("ipv4"), ipv6])


def size_of(found: Reading) -> SizeRecord:
    external_id = found.identifier("id") or ""
    return SizeRecord(
        external_id=external_id,
        name=found.text("label", required=True) or external_id,
        memory=found.number("memory", required=True),
        vcpus=found.number("vcpus", required=True),
        disk=(found.number("disk") or 0) // MIB_PER_GIB or None,
        price_per_hour=found.price("price", "hourly"),
        problem=found.problem,
    )


def image_of(found: Reading) -> ImageRecord:
    external_id = found.identifier("id") or ""
    name = found.text("label", required=True) or external_id
    return ImageRecord(external_id=external_id, name=name, problem=found.problem)


def location_of(found: Reading) -> LocationRecord:
    external_id = found.identifier("id") or ""
    name = found.text("label") or external_id
    return LocationRecord(external_id=external_id, name=name, problem=found.problem)
