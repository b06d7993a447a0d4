"""Managed disks of Azure: learn.microsoft.com/rest/api/compute/disks.

None is created here: the request that creates a disk changes one that has the name.
"""

from typing import Any

from inventory.providers.azure.actions import do
from inventory.providers.azure.parse import id_of
from inventory.providers.azure.requests import MACHINES, pages, version_of
from inventory.providers.azure.resources import DISKS, delete, find, known, list_path
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.reading import UNKNOWN_WORD, Reading, records_of
from inventory.providers.rest import act
from inventory.providers.table import beside, does, reads
from inventory.records.volume import VolumeRecord, VolumeState, problem_of_several

# "DiskState" there. A reserved disk is attached to a machine that is deallocated.
STATES = {
    "unattached": VolumeState.AVAILABLE,
    **dict.fromkeys(("attached", "reserved", "frozen"), VolumeState.IN_USE),
    **dict.fromkeys(("activesas", "activesasfrozen", "activeupload"), VolumeState.CHANGING),
    "readytoupload": VolumeState.CREATING,
}
PROVISIONING = {
    "creating": VolumeState.CREATING,
    "updating": VolumeState.CHANGING,
    "deleting": VolumeState.DELETING,
    "failed": VolumeState.ERROR,
}
ATTACHING = f"{MACHINES}/attachDetachDataDisks/action"


@reads("volumes", permissions=f"{DISKS}/read")
def list_volumes(driver: Any) -> list[VolumeRecord]:
    return records_of(VolumeRecord, pages(driver, list_path(driver, DISKS)), _record, id_of)


@beside("find", "volumes")
def find_volume(driver: Any, external_id: str) -> VolumeRecord | None:
    disk = find(driver, DISKS, external_id)
    return None if disk is None else records_of(VolumeRecord, [disk], _record, id_of)[0]


def _record(found: Reading) -> VolumeRecord:
    external_id, properties = id_of(found), found.part("properties")
    word = properties.text("diskState", required=True) or UNKNOWN_WORD
    provisioning = (properties.text("provisioningState") or "").lower()
    machines = _machines(found)
    source = properties.text("creationData", "sourceResourceId") or ""
    location = found.text("location", required=True)
    return VolumeRecord(
        external_id=external_id,
        name=found.text("name", required=True) or external_id,
        state=PROVISIONING.get(provisioning) or STATES.get(word.lower(), VolumeState.UNKNOWN),
        raw_state=word,
        size=properties.number("diskSizeGB", required=True),
        type=found.text("sku", "name"),
        machine_id=machines[0] if machines else None,
        machine_ids=machines,
        multi_attach=(properties.number("maxShares") or 1) > 1,
        snapshot_id=source.lower() if "/snapshots/" in source.lower() else None,
        location_id=location,
        location_name=location,
        tags=found.pairs("tags"),
        created_at=properties.moment("timeCreated", required=True),
        instance_id=properties.text("uniqueId"),
        problem=found.problem or problem_of_several(machines),
    )


def _machines(found: Reading) -> tuple[str, ...]:
    """``managedBy`` is the first of ``managedByExtended``, which a shared disk has."""
    named = [found.text("managedBy") or "", *found.texts("managedByExtended")]
    return tuple(dict.fromkeys(one.lower() for one in named if one))


@does("volumes", "attach", permissions=(ATTACHING, f"{DISKS}/read"))
def attach_volume(driver: Any, external_id: str, machine_id: str, _device: str) -> None:
    """Attach a disk. Azure chooses a free number of the machine."""
    known(driver, DISKS, external_id)
    _change(driver, machine_id, {"dataDisksToAttach": [{"diskId": external_id}]})


@does("volumes", "detach", permissions=(ATTACHING, f"{DISKS}/read"))
def detach_volume(driver: Any, external_id: str, machine_id: str) -> None:
    machines = _machines(Reading(known(driver, DISKS, external_id)))
    machine = machine_id.lower() or (machines[0] if len(machines) == 1 else "")
    if machine not in machines:
        now = ", ".join(machines) or "no machine"
        message = f"The disk is attached to {now} now."
        raise ProviderError(ProviderErrorCode.CONFLICT, message, retryable=False)
    _change(driver, machine, {"dataDisksToDetach": [{"diskId": external_id}]})


def _change(driver: Any, machine_id: str, disks: dict[str, Any]) -> None:
    """One request changes the machine's disks: learn.microsoft.com/rest/api/compute/
    virtual-machines/attach-detach-data-disks.
    """
    do(driver, "POST", machine_id, "/attachDetachDataDisks", data=disks)


@does("volumes", "resize", permissions=f"{DISKS}/write")
def resize_volume(driver: Any, external_id: str, size: int) -> None:
    known(driver, DISKS, external_id)
    change = {"properties": {"diskSizeGB": size}}
    version = version_of(external_id)
    act(driver.connection, external_id, method="PATCH", data=change, **version)


@does("volumes", "delete", permissions=f"{DISKS}/delete")
def delete_volume(driver: Any, external_id: str) -> None:
    """Azure refuses a disk that a machine has, and keeps the snapshots of one that it deletes."""
    delete(driver, DISKS, external_id)
