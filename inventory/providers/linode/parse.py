"""Linode's JSON to our records; libcloud's objects lose the cloud's word for a state."""

from typing import Any

from inventory.providers.addresses import addresses_of
from inventory.providers.libcloud.reader import Reader
from inventory.providers.reading import Reading
from inventory.types import ImageRecord, LocationRecord, MachineRecord, MachineState, SizeRecord

MIB_PER_GIB = 1024
# "status" in "View a Linode" of the API reference. What a migration or a rebuild ends in is not
# known before.
STATES = {
    "running": MachineState.RUNNING,
    "offline": MachineState.STOPPED,
    "stopped": MachineState.STOPPED,
    "rebooting": MachineState.REBOOTING,
    **dict.fromkeys(("shutting_down", "deleting"), MachineState.STOPPING),
    **dict.fromkeys(
        ("booting", "provisioning", "migrating", "rebuilding", "cloning", "restoring", "resizing"),
        MachineState.PENDING,
    ),
}


def _more(found: Reading) -> dict[str, Any]:
    """Its disk and addresses. "ipv6" is the SLAAC address with the length of its prefix."""
    ipv6 = (found.text("ipv6") or "").partition("/")[0]
    public, private = addresses_of(unnamed=[*found.texts("ipv4"), ipv6])
    return {**_disk(found.part("specs")), "public_ips": public, "private_ips": private}


def _disk(found: Reading) -> dict[str, Any]:
    return {"disk": (found.number("disk") or 0) // MIB_PER_GIB or None}


LINODE = Reader(
    MachineRecord,
    "name=label! raw_state=status! size_id=type size_name=type memory=specs.memory "
    "vcpus=specs.vcpus image_id=image image_name=image location_id=region location_name=region "
    "tags created_at=created!",
    _more,
    STATES,
)
TYPE = Reader(SizeRecord, "name=label! memory! vcpus! price_per_hour=price.hourly", _disk)
IMAGE = Reader(ImageRecord, "name=label!")
REGION = Reader(LocationRecord, "name=label")
